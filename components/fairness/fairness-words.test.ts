import { expect, test } from "vitest";
import {
  cautions,
  fairnessCounts,
  fairnessSentence,
  gapInterval,
  gapText,
  ownText,
  splitGroups,
  verdictWords,
} from "#components/fairness/fairness-words.ts";
import { gapAxis } from "#components/fairness/gap-axis.ts";
import { gapLines, gapSeries } from "#components/fairness/gap-series.ts";
import type { FairnessAnswer, FairnessGap, FairnessGroup } from "#server/api/contracts/fairness.ts";

function gapOf(part: Partial<FairnessGap>): FairnessGap {
  return {
    criterion: "selection_ratio",
    own: 0.2,
    value: 0.71,
    ci: { lo: 0.62, hi: 0.8, level: 0.95, method: "katz" },
    n: 1204,
    events: 1204,
    status: "OK",
    standing: "judged",
    verdict: "below",
    rowsNeeded: null,
    holdsUp: true,
    nullExpectation: null,
    ...part,
  };
}

function groupOf(group: string, part: Partial<FairnessGap>): FairnessGroup {
  return {
    group,
    isReference: part.verdict === "reference",
    rows: 1000,
    share: 0.3,
    labelled: 900,
    coverage: null,
    baseRate: null,
    calibrationBins: [],
    gaps: [gapOf(part)],
  };
}

function answerOf(groups: FairnessGroup[], part: Partial<FairnessAnswer> = {}): FairnessAnswer {
  return {
    model: "credit",
    from: null,
    to: null,
    keys: ["age"],
    key: "age",
    criterion: "selection_ratio",
    criteria: [{ criterion: "selection_ratio", needsLabels: false, available: true }],
    outcomes: [],
    outcome: "positive",
    threshold: null,
    reference: { group: "26–40", chosen: "largest" },
    tolerance: null,
    groups,
    omitted: 0,
    unknown: { rows: 3, labels: [] },
    other: 0,
    rows: 5000,
    labelled: 900,
    extremes: null,
    baseRatesDiffer: false,
    coverageDiffers: [],
    blocks: { count: 20, days: 1 },
    looked: 1,
    window: "1d",
    overTime: null,
    impact: { selection: [], scoring: null },
    ...part,
  };
}

const REFERENCE = groupOf("26–40", { value: null, ci: null, verdict: "reference" });

test("the sentence names the group that gets least, its interval and the verdict", () => {
  const answer = answerOf([
    REFERENCE,
    groupOf("18–25", {}),
    groupOf("61+", { value: 3, verdict: "above", ci: null }),
  ]);
  expect(fairnessSentence(answer)).toBe(
    "Selection rate for 18–25 is 0.71 of 26–40’s (95 % CI 0.62–0.80): adverse impact, statistically supported.",
  );
});

test("the best that can be said is that no gap was found", () => {
  const within = groupOf("18–25", { value: 1.02, verdict: "within" });
  expect(fairnessSentence(answerOf([REFERENCE, within]))).toContain(
    "No gap in selection rate found with this data",
  );
  const open = groupOf("61+", { value: 0.86, verdict: "inconclusive", rowsNeeded: 900 });
  expect(fairnessSentence(answerOf([REFERENCE, within, open]))).toContain("1 of 2 groups is inconclusive");
  const small = groupOf("X", { verdict: "too-small" });
  expect(fairnessSentence(answerOf([REFERENCE, small]))).toContain("No group is large enough");
});

test("small groups stand apart, the others from least to most", () => {
  const { judged, small } = splitGroups(
    answerOf([
      REFERENCE,
      groupOf("b", { value: 1.2, verdict: "inconclusive" }),
      groupOf("a", { value: 0.7 }),
      groupOf("tiny", { value: 0.1, verdict: "too-small" }),
    ]),
  );
  expect(judged.map(({ group }) => group)).toEqual(["a", "26–40", "b"]);
  expect(small.map(({ group }) => group)).toEqual(["tiny"]);
});

test("a verdict has a shape and words, and none of them is a tick", () => {
  const verdicts = ["reference", "below", "above", "within", "inconclusive", "too-small"] as const;
  const words = verdicts.map((verdict) => verdictWords(gapOf({ verdict })));
  expect(words.map(({ icon }) => icon)).not.toContain("ok");
  expect(new Set(words.map(({ text }) => text)).size).toBe(verdicts.length);
  expect(verdictWords(gapOf({ verdict: "inconclusive", rowsNeeded: 1234 })).text).toBe(
    "inconclusive: needs about 1,200 more rows",
  );
  expect(verdictWords(gapOf({ verdict: "too-small", standing: "hidden" })).text).toContain("not shown");
  expect(verdictWords(gapOf({ criterion: "calibration", verdict: "below" })).text).toContain(
    "promised too much",
  );
});

test("rows in no comparison are counted, and what may mislead is said", () => {
  expect(fairnessCounts(answerOf([REFERENCE]))).toContain("3 of 5,000 rows are of unknown group");
  const needing = answerOf([REFERENCE], {
    criterion: "equal_opportunity",
    criteria: [{ criterion: "equal_opportunity", needsLabels: true, available: true }],
    coverageDiffers: ["18–25"],
    blocks: null,
  });
  expect(cautions(needing)).toHaveLength(2);
  expect(cautions(answerOf([REFERENCE], { coverageDiffers: ["18–25"] }))).toHaveLength(0);
});

test("gaps are written in their unit", () => {
  expect(gapText("points", -0.133)).toBe("−13.3");
  expect(gapText("ratio", 0.7)).toBe("0.70");
  expect(gapInterval("points", { lo: 0.029, hi: 0.081, level: 0.95, method: "" })).toBe("+2.9 to +8.1");
  expect(ownText("points", null)).toBe("–");
});

test("half and double are equally far from 1 on a ratio's axis", () => {
  const axis = gapAxis("ratio", [gapOf({ value: 0.5 }), gapOf({ value: 2 })], null);
  expect(axis.place(2)).toBeCloseTo(-axis.place(0.5), 12);
  expect(axis.zone?.[0]).toBeCloseTo(-(axis.zone?.[1] ?? 0), 12);
  expect(gapAxis("points", [], 0.05).zone).toEqual([-0.05, 0.05]);
});

test("the chart gets points of a hundred, the sequence beside the windows, and the tolerance", () => {
  const [own, soFar] = gapSeries(
    [
      {
        from: "2026-01-01T00:00:00Z",
        to: "2026-01-02T00:00:00Z",
        value: -0.1,
        ci: { lo: -0.2, hi: 0, level: 0.95, method: "newcombe" },
        n: 80,
        status: "OK",
        soFar: { value: -0.1, lo: -0.3, hi: 0.1, n: 80 },
      },
    ],
    "points",
  );
  expect(own?.points[0]).toMatchObject({ value: -10, ci: { lo: -20, hi: 0 } });
  expect(soFar?.points[0]).toMatchObject({ value: -10, ci: { lo: -30, hi: 10 } });
  expect(gapLines("points", 0.05)).toEqual([-5, 5]);
  expect(gapLines("ratio", null)).toEqual([0.8, 1.25]);
});
