import { expect, test } from "vitest";
import {
  countStates,
  type FleetContext,
  filterFleet,
  fleetSentence,
  prepareFleetLine,
  sortFleet,
} from "#components/fleet/prepare-fleet.ts";
import type { FleetRow, MetricPoint } from "#server/api/contract.ts";

const NOW = Date.parse("2013-09-23T10:06:00Z");
const context: FleetContext = { zone: "UTC", nowMs: NOW, monitors: [] };
const point = (more: Partial<MetricPoint>): MetricPoint => ({
  from: "2013-09-16T00:00:00Z",
  to: "2013-09-23T00:00:00Z",
  metric: "roc_auc",
  version: "v2",
  feature: null,
  segment: null,
  value: 0.633,
  ci: { lo: 0.613, hi: 0.654, level: 0.95, method: "x" },
  nRef: null,
  nCur: 6357,
  status: "OK",
  revision: 1,
  refId: null,
  method: "x",
  ...more,
});
const row = (model: string, more: Partial<FleetRow> = {}): FleetRow => ({
  model,
  name: model,
  task: "binary",
  state: "healthy",
  since: null,
  liveVersion: "v2",
  strip: [],
  performance: point({}),
  worstDrift: null,
  volume: { points: [], perHour: 68 },
  lastReceivedAt: "2013-09-23T10:05:00Z",
  watermark: "2013-09-23T10:05:00Z",
  openAlerts: { page: 0, ticket: 0 },
  ...more,
});

test("the sentence names the loudest state, who and since when", () => {
  const rows = [
    row("late-ua"),
    row("flight-late", { state: "alerting", since: "2013-09-23T06:02:00Z" }),
    row("late-mq", { state: "warning" }),
  ];
  expect(fleetSentence(rows, context, null)).toBe("1 of 3 models is alerting: flight-late since 06:02.");
});

test("many are counted, not all named", () => {
  const rows = ["a", "b", "c", "d", "e"].map((name) => row(name, { state: "warning" }));
  expect(fleetSentence(rows, context, null)).toBe("5 of 5 models are at warning: a, b, c and 2 more.");
});

test("all well is said too, and not more than is known", () => {
  expect(fleetSentence([row("a"), row("b")], context, NOW - 42_000)).toBe(
    "All 2 models are within their limits. Last checked 42 s ago.",
  );
  expect(fleetSentence([row("a", { state: "learning" })], context, null)).toContain(
    "No model can be judged yet",
  );
  expect(fleetSentence([row("a"), row("b", { state: "not-enough-data" })], context, null)).toContain(
    "1 of 2 models are within their limits; the rest cannot be judged yet.",
  );
});

test("most urgent first, then longest, then by name", () => {
  const rows = [
    row("z", { state: "alerting", since: "2013-09-23T06:00:00Z" }),
    row("b"),
    row("a"),
    row("y", { state: "alerting", since: "2013-09-22T06:00:00Z" }),
  ];
  expect(sortFleet(rows).map((one) => one.model)).toEqual(["y", "z", "a", "b"]);
  expect(filterFleet(rows, ["alerting"], "Z").map((one) => one.model)).toEqual(["z"]);
  expect(countStates(rows).alerting).toBe(2);
});

test("a line shows the interval, and says why where it cannot", () => {
  expect(prepareFleetLine(row("a"), context).performance).toMatchObject({
    metric: "AUC",
    value: "0.613–0.654",
    detail: "n 6,357",
  });
  const low = prepareFleetLine(row("a", { performance: point({ status: "LOW_N", nCur: 13 }) }), context);
  expect(low.performance).toMatchObject({ sure: false, detail: "too few to judge: n 13", dot: null });
  const none = prepareFleetLine(row("a", { performance: null }), context);
  expect(none.performance).toMatchObject({ value: "–", detail: "no labels yet" });
});

test("drift is over only when its whole interval is", () => {
  const drift = (lo: number) =>
    prepareFleetLine(
      row("a", {
        worstDrift: {
          feature: "seats",
          limit: 0.2,
          point: point({ metric: "psi@10", value: 0.24, ci: { lo, hi: 0.26, level: 0.95, method: "x" } }),
        },
      }),
      context,
    ).drift;
  expect(drift(0.21)).toMatchObject({ over: true, ratioText: "1.2× limit", detail: "0.24 (0.21–0.26)" });
  expect(drift(0.19)?.over).toBe(false);
});
