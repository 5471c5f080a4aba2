import { expect, test } from "vitest";
import { type DriftInput, driftSentence, prepareDriftRows } from "#components/drift/prepare-drift.ts";
import { WEEK_MS } from "#components/ui/time.ts";
import type { AlertListItem, MetricPoint, Monitor } from "#server/api/contract.ts";

const START = Date.parse("2013-09-02T00:00:00Z");
const week = (
  feature: string,
  index: number,
  value: number | null,
  more: Partial<MetricPoint> = {},
): MetricPoint => ({
  from: new Date(START + index * WEEK_MS).toISOString(),
  to: new Date(START + (index + 1) * WEEK_MS).toISOString(),
  metric: "psi@10",
  version: "v2",
  feature,
  segment: null,
  value,
  ci: value === null ? null : { lo: value - 0.02, hi: value + 0.02, level: 0.95, method: "x" },
  nRef: 40275,
  nCur: 6508,
  status: value === null ? "EMPTY" : "OK",
  revision: 1,
  refId: "r",
  method: "x",
  ...more,
});
const input = (points: MetricPoint[], more: Partial<DriftInput> = {}): DriftInput => ({
  metric: "psi@10",
  points,
  features: [{ name: "seats", type: "number", segment: false }],
  monitors: [],
  alerts: [],
  segment: undefined,
  zone: "UTC",
  order: "now",
  watermarkMs: START + 20 * WEEK_MS,
  ...more,
});
// Only what the preparer reads; the rest of a monitor or an alert does not matter here.
const monitor = (more: Partial<Monitor>) =>
  ({
    enabled: true,
    metric: "psi@10",
    op: "above",
    segment: null,
    feature: "seats",
    limit: 0.1,
    ...more,
  }) as Monitor;
const silence = (feature: string) => ({ status: "silenced", metric: "psi@10", feature }) as AlertListItem;

test("rows are value ÷ limit; the monitor's limit wins over the metric's", () => {
  const [seats, origin] = prepareDriftRows(
    input([week("seats", 0, 0.15), week("origin", 0, 0.15)], { monitors: [monitor({})] }),
  );
  expect(seats).toMatchObject({ feature: "seats", limit: 0.1, limitFrom: "monitor", type: "number" });
  expect(seats?.ratio).toBeCloseTo(1.5);
  expect(origin).toMatchObject({ feature: "origin", limit: 0.2, limitFrom: "default" });
});

test("over needs the whole interval, an astride one may be over, few rows have no verdict", () => {
  const rows = prepareDriftRows(
    input([
      week("a", 0, 0.24),
      week("b", 0, 0.21),
      week("c", 0, 0.9, { status: "LOW_N" }),
      week("d", 0, 0.1),
      week("e", 0, null),
    ]),
  );
  const verdicts = Object.fromEntries(rows.map((row) => [row.feature, row.verdict]));
  expect(verdicts).toEqual({ a: "over", b: "may-be", c: "low", d: "within", e: "none" });
});

test("the open window is not judged", () => {
  const [row] = prepareDriftRows(input([week("a", 0, 0.1), week("a", 1, 0.9, { status: "PARTIAL" })]));
  expect(row?.verdict).toBe("within");
});

test("a window that ends after the newest row is open too, whatever its status says", () => {
  const points = [week("a", 0, 0.1), week("a", 1, 0.9, { status: "LOW_N" })];
  const [row] = prepareDriftRows(input(points, { watermarkMs: START + WEEK_MS + 1 }));
  expect(row?.verdict).toBe("within");
});

test("all features are judged by the same window, also one that has no values in it", () => {
  const rows = prepareDriftRows(
    input([week("a", 0, 0.1), week("a", 1, 0.1), week("b", 0, 0.9), week("b", 1, null)]),
  );
  expect(rows.map((row) => [row.feature, row.verdict])).toEqual([
    ["a", "within"],
    ["b", "none"],
  ]);
});

test("what cannot be judged is not ranked among what can", () => {
  const points = [week("few", 0, 3, { status: "LOW_N" }), week("seats", 0, 0.01), week("none", 0, null)];
  expect(prepareDriftRows(input(points)).map((row) => row.feature)).toEqual(["seats", "few", "none"]);
});

test("over since goes back to where the stretch began, not across versions", () => {
  const points = [0.3, 0.1, 0.24, 0.3].map((value, index) => week("a", index, value));
  expect(prepareDriftRows(input(points))[0]?.overSinceMs).toBe(START + 2 * WEEK_MS);
  const switched = [week("a", 0, 0.3, { version: "v1" }), week("a", 1, 0.3)];
  expect(prepareDriftRows(input(switched))[0]?.overSinceMs).toBe(START + WEEK_MS);
});

test("silenced features come last and are not counted", () => {
  const rows = prepareDriftRows(
    input([week("temperature", 0, 5), week("seats", 0, 0.1)], { alerts: [silence("temperature")] }),
  );
  expect(rows.map((row) => row.feature)).toEqual(["seats", "temperature"]);
  const { say, more } = driftSentence(rows, "psi@10");
  expect(say).toBe("All 2 features are within their limits.");
  expect(more).toBe("1 feature is over and silenced.");
});

test("the sentence carries value, interval, limit and rows", () => {
  const rows = prepareDriftRows(
    input([week("hourly_departures", 0, 0.24), week("seats", 0, 0.05), week("origin", 0, 0.21)]),
  );
  expect(driftSentence(rows, "psi@10")).toEqual({
    say: "1 of 3 features is over its limit now: hourly_departures, PSI 0.24 (95 % CI 0.22–0.26), limit 0.20, 6,508 rows.",
    more: "origin 0.21 (0.19–0.23) may be over.",
  });
});

test("nothing to judge is said, not shown as fine", () => {
  const none = prepareDriftRows(input([week("a", 0, null, { status: "UNDEFINED" })]));
  expect(driftSentence(none, "psi@10").say).toContain("no reference");
  expect(driftSentence([], "psi@10").say).toContain("no number");
});

test("orders: worst in range, first to move, name", () => {
  const points = [week("b", 0, 0.5), week("b", 1, 0.1), week("a", 0, 0.1), week("a", 1, 0.3)];
  const order = (by: DriftInput["order"]) =>
    prepareDriftRows(input(points, { order: by })).map((row) => row.feature);
  expect(order("now")).toEqual(["a", "b"]);
  expect(order("worst")).toEqual(["b", "a"]);
  expect(order("first")).toEqual(["b", "a"]);
  expect(order("name")).toEqual(["a", "b"]);
});
