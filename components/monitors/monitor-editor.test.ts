import { expect, test } from "vitest";
import type { BacktestSlot, Monitor } from "#server/api/contract.ts";
import { backtestView, tradeOff } from "./backtest-model.ts";
import { limitGrid, limitRange, startingLimit } from "./limit-range.ts";
import {
  duplicateOf,
  MonitorValues,
  newMonitorValues,
  ruleChanges,
  ruleOf,
  withMetric,
} from "./monitor-values.ts";

const DAY = 86_400_000;
const START = Date.UTC(2013, 6, 1);
const none = {
  metric: null,
  feature: null,
  segment: null,
  version: null,
  window: null,
  limit: null,
  decide: null,
};
const model = { model: "flight-late", task: "binary" as const, features: [{ name: "carrier" }] };

function slot(day: number, value: number | null, more: Partial<BacktestSlot> = {}): BacktestSlot {
  return {
    at: new Date(START + day * DAY).toISOString(),
    value,
    lo: value === null ? null : value - 0.02,
    hi: value === null ? null : value + 0.02,
    n: 1000,
    status: value === null ? "EMPTY" : "OK",
    version: "v2",
    ...more,
  };
}
const rule = { ...ruleOf(newMonitorValues(model, none)), limit: 0.7, wholeInterval: false };
/** Days 1–10; below 0.70 on days 3, 4 and 8; day 6 too small; day 7 silent. */
const slots = [
  slot(1, 0.78),
  slot(2, 0.77),
  slot(3, 0.66),
  slot(4, 0.65),
  slot(5, 0.75),
  slot(6, 0.5, { n: 12, status: "LOW_N" }),
  slot(8, 0.69),
  slot(9, 0.74),
  slot(10, 0.76),
];
const history = { slots, from: START, to: START + 10 * DAY };

test("the replay counts alerts, their time and what could not be judged", () => {
  const view = backtestView(history, rule);
  expect(view.fires.map((fire) => [(fire.openedAt - START) / DAY, fire.lengthMs / DAY, fire.peak])).toEqual([
    [3, 2, 0.65],
    [8, 1, 0.69],
  ]);
  expect(view).toMatchObject({
    lowN: 1,
    noData: 1,
    judged: 8,
    breaching: 3,
    singleWindow: 1,
    openNow: false,
  });
  expect(view.openMs).toBe(3 * DAY);
});

test("the whole interval must be beyond the limit when the rule says so", () => {
  expect(backtestView(history, { ...rule, wholeInterval: true }).fires).toHaveLength(1);
});

test("an alert that never clears is open to the end of the history", () => {
  const view = backtestView({ ...history, slots: [slot(1, 0.78), slot(9, 0.6)] }, rule);
  expect(view).toMatchObject({ openNow: true, openMs: DAY });
});

test("silence is an alert of its own only when asked for", () => {
  const quiet = { slots: [slot(1, 0.78)], from: START, to: START + 6 * DAY };
  expect(backtestView(quiet, rule).silences).toBe(0);
  expect(backtestView(quiet, { ...rule, noDataWindows: 3 }).silences).toBe(1);
});

test("no history fires nothing and promises nothing", () => {
  const view = backtestView({ slots: [], from: START, to: START }, rule);
  expect(view).toMatchObject({ fires: [], openShare: 0, judged: 0 });
});

test("the trade-off replays each limit, and the clear level moves with it", () => {
  const curve = tradeOff(history, { ...rule, clear: 0.72 }, [0.6, 0.7, 0.9]);
  expect(curve.map((point) => point.fires)).toEqual([0, 2, 1]);
  expect(curve[2]?.openShare).toBeGreaterThan(0.8);
});

test("the slider holds all that was seen, inside what the metric can be, on round steps", () => {
  const range = limitRange(slots, { range: [0, 1], unit: "score" }, [0.7]);
  expect(range.min).toBeLessThanOrEqual(0.48);
  expect(range.max).toBeGreaterThanOrEqual(0.8);
  expect(range.max).toBeLessThanOrEqual(1);
  expect([0.001, 0.002, 0.005, 0.01]).toContain(range.step);
  expect(limitRange([], { range: [0, 1], unit: "score" }, [0.5])).toMatchObject({ min: 0, max: 1 });
  expect(limitRange([], { range: [0, null], unit: "count" }, [500]).step).toBeGreaterThanOrEqual(1);
  expect(limitRange([slot(1, 0.5)], { range: [0, 1], unit: "score" }, [null]).max).toBeGreaterThan(0.5);
});

test("the grid stays on the slider's own steps and ends inside it", () => {
  const range = { min: 0.5, max: 0.9, step: 0.01, digits: 2 };
  const grid = limitGrid(range, 20);
  expect(grid.length).toBeLessThanOrEqual(22);
  expect(grid.every((limit) => limit >= 0.5 && limit <= 0.9)).toBe(true);
  expect(grid[1]).toBe(0.52);
});

test("a new monitor starts from what the address says, else from the task's usual metric", () => {
  expect(newMonitorValues(model, none)).toMatchObject({ metric: "roc_auc", op: "below", feature: null });
  const asked = { ...none, metric: "psi@10", feature: "distance", window: "7d", segment: "carrier:UA" };
  expect(newMonitorValues(model, asked)).toMatchObject({
    metric: "psi@10",
    op: "above",
    limit: 0.2,
    decide: "window",
    feature: "distance",
    window: "7d",
    segment: "carrier:UA",
  });
  expect(newMonitorValues(model, { ...none, metric: "mae", window: "3w" })).toMatchObject({
    metric: "roc_auc",
    window: "1d",
  });
});

test("choosing another metric brings its direction, limit and feature", () => {
  const values = withMetric(newMonitorValues(model, none), "js", model.features, model.task);
  expect(values).toMatchObject({ op: "above", limit: 0.1, feature: "carrier" });
  expect(withMetric(values, "roc_auc", model.features, model.task).feature).toBeNull();
});

test.each([
  [{ limit: 1.2 }, "limit"],
  [{ limit: Number.NaN }, "limit"],
  [{ clear: 0.6 }, "clear"],
  [{ minN: 0 }, "minN"],
  [{ forWindows: 2.5 }, "forWindows"],
])("%o is refused at its field", (change, path) => {
  const values = { ...newMonitorValues(model, none), limit: 0.7, ...change };
  const found = MonitorValues.safeParse(values);
  expect(found.error?.issues.map((issue) => issue.path[0])).toEqual([path]);
});

test("a good monitor passes", () => {
  expect(MonitorValues.safeParse({ ...newMonitorValues(model, none), clear: 0.72, limit: 0.7 }).success).toBe(
    true,
  );
});

test("changes name the parts of the rule that differ", () => {
  expect(ruleChanges(rule, { ...rule, limit: 0.72, minN: 200 })).toEqual(["limit", "minN"]);
  expect(ruleChanges(rule, { ...rule })).toEqual([]);
});

test("a monitor on the same thing is a duplicate, itself is not", () => {
  const other = { ...rule, limit: 0.5, id: "mon_1" } as Monitor; // the fields that are compared
  expect(duplicateOf(rule, null, [other])?.id).toBe("mon_1");
  expect(duplicateOf(rule, "mon_1", [other])).toBeNull();
  expect(duplicateOf({ ...rule, segment: "carrier:UA" }, null, [other])).toBeNull();
});

test("a starting limit lies at the edge of what the history did, on the slider's steps", () => {
  const range = { min: 0.4, max: 0.9, step: 0.005, digits: 3 };
  const many = Array.from({ length: 40 }, (_, day) => slot(day + 1, 0.6 + day * 0.005));
  expect(startingLimit(many, "below", range)).toBeCloseTo(0.605, 6);
  expect(startingLimit(many, "above", range)).toBeCloseTo(0.79, 6);
  expect(startingLimit(many.slice(0, 3), "below", range)).toBeNull();
});
