import { expect, test } from "vitest";
import { ruleOf, slotOf } from "./fixtures.ts";
import { judge, judgeSilence, type Observation } from "./judge.ts";

const above = ruleOf({ limit: 0.2, clear: 0.15 });
const certain = ruleOf({ decide: "evidence" });
const weighed = (log10: number, { holds, n = 1000 }: { holds: boolean; n?: number }) =>
  slotOf(1, 0.3, { n, evidence: { log10, line: 3, onset: null, route: "beyond", holds } });
const below = ruleOf({ metric: "roc_auc", op: "below", limit: 0.7, clear: 0.72 });

const CASES: [string, Observation, Observation][] = [
  ["above: whole interval over", "breach", judge(slotOf(1, 0.3, { lo: 0.21, hi: 0.4 }), above)],
  [
    "above: value over, interval includes the limit",
    "band",
    judge(slotOf(1, 0.3, { lo: 0.19, hi: 0.4 }), above),
  ],
  ["above: exactly at the limit is not beyond it", "band", judge(slotOf(1, 0.2), above)],
  ["above: between clear and limit", "band", judge(slotOf(1, 0.18), above)],
  ["above: at the clear level", "clear", judge(slotOf(1, 0.15), above)],
  ["below: whole interval under", "breach", judge(slotOf(1, 0.6, { lo: 0.5, hi: 0.69 }), below)],
  [
    "below: value under, interval includes the limit",
    "band",
    judge(slotOf(1, 0.6, { lo: 0.5, hi: 0.71 }), below),
  ],
  ["below: between", "band", judge(slotOf(1, 0.71), below)],
  ["below: clear", "clear", judge(slotOf(1, 0.72), below)],
  [
    "value rule ignores the interval",
    "breach",
    judge(slotOf(1, 0.3, { lo: 0, hi: 1 }), ruleOf({ wholeInterval: false })),
  ],
  ["no interval: the value decides", "breach", judge(slotOf(1, 0.3, { lo: null, hi: null }), above)],
  ["too few rows", "not-enough-data", judge(slotOf(1, 9, { n: 99 }), above)],
  ["enough rows", "breach", judge(slotOf(1, 9, { n: 100 }), above)],
  ["low n", "not-enough-data", judge(slotOf(1, 9, { status: "LOW_N" }), above)],
  ["empty", "not-enough-data", judge(slotOf(1, null, { status: "EMPTY" }), above)],
  ["undefined", "not-enough-data", judge(slotOf(1, null, { status: "UNDEFINED" }), above)],
  ["immature labels", "not-enough-data", judge(slotOf(1, 9, { status: "IMMATURE" }), above)],
  ["segment gone", "missing", judge(slotOf(1, null, { status: "EMPTY", n: 0, rows: 0 }), above)],
  [
    "segment without labels",
    "not-enough-data",
    judge(slotOf(1, null, { status: "EMPTY", n: 0, rows: 5 }), above),
  ],
  [
    "volume ignores minN",
    "breach",
    judge(
      slotOf(1, 3, { n: 3, lo: null, hi: null }),
      ruleOf({ metric: "volume", op: "below", limit: 10, minN: 100 }),
    ),
  ],
  ["evidence: none yet", "not-enough-data", judge(slotOf(1, 9, { evidence: null }), certain)],
  ["evidence: at the line", "breach", judge(weighed(3, { holds: true }), certain)],
  ["evidence: at the line with few rows", "breach", judge(weighed(3, { holds: true, n: 1 }), certain)],
  ["evidence: below the line, still beyond the limit", "band", judge(weighed(2, { holds: true }), certain)],
  ["evidence: gone, with few rows", "not-enough-data", judge(weighed(0, { holds: false, n: 99 }), certain)],
  ["evidence: gone, with enough rows", "clear", judge(weighed(0, { holds: false, n: 100 }), certain)],
];
test.each(CASES)("%s → %s", (_name, expected, actual) => {
  expect(actual).toBe(expected);
});

test("silence is a count of zero to a volume rule and no answer to others", () => {
  expect(judgeSilence(above)).toBe("no-data");
  expect(judgeSilence(ruleOf({ metric: "volume", op: "below", limit: 10 }))).toBe("breach");
  expect(judgeSilence(ruleOf({ metric: "volume", op: "above", limit: 10 }))).toBe("clear");
  expect(judgeSilence(ruleOf({ metric: "volume", op: "below", limit: 10, noDataWindows: 2 }))).toBe(
    "no-data",
  );
});
