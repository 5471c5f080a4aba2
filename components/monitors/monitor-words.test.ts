import { expect, test } from "vitest";
import type { Monitor } from "#server/api/contract.ts";
import type { BacktestView } from "./backtest-model.ts";
import { effectSentence, headline, honesty, spanText, warnings } from "./backtest-words.ts";
import { createInput, newMonitorValues, ruleOf, updateInput } from "./monitor-values.ts";
import {
  byUrgency,
  hasOwnName,
  listSentence,
  monitorShape,
  ruleDetail,
  ruleWords,
  unwatched,
} from "./monitor-words.ts";

const DAY = 86_400_000;
const none = {
  metric: null,
  feature: null,
  segment: null,
  version: null,
  window: null,
  limit: 0.7,
  decide: null,
};
const values = newMonitorValues({ model: "flight-late", task: "binary", features: [] }, none);
const rule = ruleOf(values);
const monitor = (more: Partial<Monitor>): Monitor =>
  ({ ...values, id: "m", state: "normal", fired90d: 0, ...more }) as Monitor; // what the words read

const view = (more: Partial<BacktestView>): BacktestView => ({
  fires: [],
  silences: 0,
  openMs: 0,
  openShare: 0,
  openNow: false,
  singleWindow: 0,
  judged: 90,
  breaching: 0,
  lowN: 0,
  noData: 0,
  spanMs: 90 * DAY,
  ...more,
});
const fire = { onset: 0, openedAt: 0, closedAt: 1, lengthMs: 1, windows: 1, peak: 1, n: 1 };

test("a rule reads as a sentence", () => {
  expect(ruleWords({ ...rule, severity: "page" })).toBe("Page if AUC is below 0.70");
  const drift = {
    ...rule,
    metric: "psi@10",
    feature: "@output",
    segment: "origin:EWR",
    op: "above" as const,
    limit: 0.2,
    decide: "window" as const,
  };
  expect(ruleWords({ ...drift, severity: "ticket" })).toBe(
    "Ticket if PSI of the prediction for origin EWR is above 0.20",
  );
  expect(ruleWords({ ...rule, metric: "recall", severity: "page" })).toMatch(/^Page if recall is below 70/);
  expect(ruleDetail({ ...rule, forWindows: 2, minN: 1000, noDataWindows: 1 })).toBe(
    "daily windows, whole interval, 2 in a row, at least 1,000 labelled rows, own alert after 1 silent window",
  );
});

test("the list says how many alert, cannot judge, or are paused", () => {
  expect(listSentence([], "flight-late")).toBe("Nothing watches flight-late yet.");
  expect(
    listSentence(
      [monitor({ state: "firing" }), monitor({ state: "learning" }), monitor({ state: "paused" })],
      "m",
    ),
  ).toBe("3 monitors watch m: 1 is alerting, 1 cannot judge yet, 1 is paused.");
  expect(listSentence([monitor({})], "m")).toBe("1 monitor watches m: none is alerting.");
});

test("what alerts comes first, paused last, and severity gives the shape", () => {
  const sorted = [
    monitor({ state: "paused" }),
    monitor({}),
    monitor({ state: "firing", severity: "page" }),
  ].sort(byUrgency);
  expect(sorted.map((one) => one.state)).toEqual(["firing", "normal", "paused"]);
  expect(monitorShape({ state: "firing", severity: "page" })).toBe("page");
  expect(monitorShape({ state: "recovering", severity: "page" })).toBe("wait");
});

test("what is usually watched and is not, is named", () => {
  expect(unwatched([rule], "binary").map((one) => one.metric)).not.toContain("roc_auc");
  expect(unwatched([], "regression")[0]).toEqual({ metric: "mae", feature: null, words: "MAE" });
});

test("the headline counts alerts and their time", () => {
  expect(headline(view({}))).toBe("It would not have fired in 90 days.");
  expect(headline(view({ fires: [fire, fire, fire], openMs: 61 * 3_600_000 }))).toBe(
    "It would have fired 3 times in 90 days, 61 h in total.",
  );
  expect(headline(view({ fires: [fire], openMs: 49 * DAY, openNow: true }))).toBe(
    "It would have fired once in 90 days, 49 days in total and it would be open now.",
  );
  expect(headline(view({ judged: 0, lowN: 3 }))).toMatch(/can be judged/);
  expect(headline(view({ judged: 0 }))).toMatch(/no history/);
  expect(honesty(view({ judged: 0 }), rule, 13)).toBe("");
});

test("a short history says what it cannot promise", () => {
  expect(honesty(view({ judged: 9 }), rule, 13)).toMatch(/Only 9 daily windows.*too short/);
  expect(honesty(view({ singleWindow: 1, lowN: 14, noData: 3 }), rule, 13)).toBe(
    "Judged on 90 daily windows; a fixed limit promises no rate for the future. 1 alert lasted a single window, which is likely noise. Left out: 14 with fewer than 100 rows, 3 without data.",
  );
});

test("noise, mostly open rules, pages on drift and pages to nobody are pointed out", () => {
  const many = Array.from({ length: 14 }, () => fire);
  expect(warnings(view({ fires: many }), { ...rule, severity: "ticket", channels: [] }, false)[0]).toMatch(
    /14 alerts/,
  );
  expect(warnings(view({ openShare: 0.6 }), { ...rule, severity: "ticket", channels: [] }, false)[0]).toMatch(
    /60/,
  );
  expect(warnings(view({}), { ...rule, severity: "page", channels: [] }, true)).toHaveLength(2);
  expect(warnings(view({}), { ...rule, severity: "page", channels: ["ch"] }, false)).toEqual([]);
});

test("the save bar says the effect", () => {
  const before = { rule, view: view({ fires: [fire, fire], openMs: 42 * DAY }) };
  const after = { rule: { ...rule, limit: 0.72 }, view: view({ fires: [fire], openMs: 49 * DAY }) };
  expect(effectSentence(before, after)).toBe(
    "Limit 0.70 → 0.72. In 90 days 1 alert instead of 2, open for 49 days instead of 42 days.",
  );
});

test("spans are told in one unit", () => {
  expect([
    spanText(1_800_000),
    spanText(5 * 3_600_000),
    spanText(61 * 3_600_000),
    spanText(40 * DAY),
  ]).toEqual(["30 min", "5 h", "61 h", "40 days"]);
});

test("what is sent holds no empty name and no empty reason", () => {
  expect(createInput(values)).not.toHaveProperty("name");
  expect(createInput(values)).not.toHaveProperty("reason");
  expect(updateInput("m1", { ...values, name: " AUC ", reason: " noisy " })).toMatchObject({
    id: "m1",
    name: "AUC",
    reason: "noisy",
  });
  expect(updateInput("m1", values)).not.toHaveProperty("model");
});

test("by evidence the budget is the promise, not the rate of a fixed limit", () => {
  expect(honesty(view({}), { ...rule, decide: "evidence" }, 13)).toBe(
    "Judged on 90 daily windows by the evidence that they add up to: at most one false alarm a quarter, for all monitors that decide so.",
  );
});

test("a name that only repeats the rule is left out; one that a person gave is shown", () => {
  const drift = { metric: "tv", op: "above", decide: "evidence" } as const;
  expect(hasOwnName({ ...drift, name: "Total variation of seats above 0.05" })).toBe(false);
  expect(hasOwnName({ ...drift, name: "Seats have drifted" })).toBe(true);
  expect(hasOwnName({ ...drift, name: "" })).toBe(false);
});

test("of those that are well, the one nearest to its alarm comes first", () => {
  const at = (log10: number) => ({ log10, line: 4, onset: null, route: "beyond", holds: false }) as const;
  const [far, near] = [
    monitor({ id: "far", name: "a", evidence: at(1) }),
    monitor({ id: "near", name: "b", evidence: at(3) }),
  ];
  expect([far, near].toSorted(byUrgency)).toEqual([near, far]);
});
