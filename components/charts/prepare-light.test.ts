import { expect, test } from "vitest";
import {
  heatStep,
  prepareHeatRow,
  ratioBarPercent,
  versionChanges,
} from "#components/charts/prepare-heat.ts";
import { prepareSparkBars, prepareSparkline } from "#components/charts/prepare-sparkline.ts";
import { stripRuns, stripWords } from "#components/charts/prepare-strip.ts";
import type { FleetRow, HealthState, MetricPoint } from "#server/api/contract.ts";

const point = (value: number | null, more: Partial<MetricPoint> = {}): MetricPoint => ({
  from: "2013-09-16T00:00:00Z",
  to: "2013-09-17T00:00:00Z",
  metric: "psi@10",
  version: "v2",
  feature: "seats",
  segment: null,
  value,
  ci: null,
  nRef: 40275,
  nCur: 930,
  status: value === null ? "EMPTY" : "OK",
  revision: 1,
  refId: "r",
  method: "bins",
  ...more,
});
const strip = (states: (HealthState | null)[]): FleetRow["strip"] =>
  states.map((state, index) => ({ from: String(index), to: String(index + 1), state }));

test("heat steps break exactly at the limit", () => {
  expect([0, 0.24, 0.25, 0.99, 1, 1.5, 2.49, 2.5, 26].map(heatStep)).toEqual([1, 1, 2, 4, 5, 6, 6, 7, 7]);
});

test("a heat row tells over from far over without colour, and leaves the unjudged out", () => {
  const cells = prepareHeatRow(
    [point(0.1), point(0.24), point(0.6), point(0.9, { status: "LOW_N" }), point(null)],
    0.2,
    "UTC",
    "seats",
  );
  expect(cells.map((cell) => cell.notches)).toEqual([0, 1, 2, 0, 0]);
  expect(cells.map((cell) => cell.kind)).toEqual(["value", "value", "value", "low", "empty"]);
  expect(cells[3]?.step).toBeNull();
  expect(cells[1]?.text).toBe("seats, Mon 16 Sep: 1.2× the limit, PSI 0.24, n 930");
  expect(cells[4]?.text).toContain("no rows in this window");
});

test("a change of version is found across a gap", () => {
  const cells = prepareHeatRow(
    [point(0.1, { version: "v1" }), point(null, { version: null }), point(0.1)],
    0.2,
    "UTC",
    "seats",
  );
  expect(versionChanges(cells)).toEqual([2]);
});

test("the bar of value ÷ limit has its limit at the half", () => {
  expect([0, 0.5, 1, 2, 26].map(ratioBarPercent)).toEqual([0, 25, 50, 100, 100]);
});

test("a sparkline breaks at gaps and marks its end", () => {
  const line = prepareSparkline([1, null, 3, 2], { width: 64, height: 24 }, 2);
  expect(line.path.match(/M/g)).toHaveLength(2);
  expect(line.last?.x).toBe(61);
  expect(line.limitY).toBe(12);
  expect(prepareSparkline([null], { width: 64, height: 24 }).path).toBe("");
  expect(prepareSparkline([2, 2], { width: 64, height: 24 }).last?.y).toBe(12);
});

test("no rows is no bar", () => {
  expect(prepareSparkBars([0, 0], { width: 10, height: 10 })).toBe("");
  expect(prepareSparkBars([5, 0, 10], { width: 30, height: 10 }).match(/M/g)).toHaveLength(2);
});

test("a strip merges neighbours and speaks shares", () => {
  const cells = strip(["healthy", "healthy", "alerting", null]);
  expect(stripRuns(cells).map((run) => run.length)).toEqual([2, 1, 1]);
  expect(stripWords(cells)).toBe("50\u202f% healthy, 25\u202f% alerting");
  expect(stripWords(strip([null]))).toBe("nothing logged");
});
