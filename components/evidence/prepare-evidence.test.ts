import { expect, test } from "vitest";
import { prepareEvidence } from "#components/evidence/prepare-evidence.ts";
import type { MonitorEvidence } from "#server/api/contracts/budget.ts";

const DAY_MS = 86_400_000;
const at = (day: number) => new Date(Date.UTC(2026, 2, 1) + day * DAY_MS).toISOString();
const evidence: MonitorEvidence = {
  monitorId: "mon_1",
  name: "TV of distance above 0.05",
  metric: "tv",
  feature: "distance",
  segment: null,
  version: null,
  window: "1d",
  op: "above",
  limit: 0.05,
  state: "firing",
  points: [0, 1.5, 4.2, 11].map((log10, day) => ({
    log10,
    line: 3.8,
    onset: null,
    route: "beyond",
    holds: log10 > 0,
    from: at(day),
    to: at(day + 1),
    value: 0.1,
    n: 1000,
    version: "v1",
  })),
};
const input = { evidence, alerts: [], fromMs: Date.parse(at(0)), toMs: Date.parse(at(4)), zone: "UTC" };

test("the line at which it alarms is on the axis, and evidence beyond a million is drawn at a million", () => {
  const model = prepareEvidence(input);
  expect(model.limits.map(({ value, label, outside }) => [value, label, outside])).toEqual([
    [3.8, "alarms at ×6,300", null],
  ]);
  expect(model.rows.map((row) => Object.values(row.points)[0]?.value)).toEqual([0, 1.5, 4.2, 6]);
  expect(model.ticksY.every(({ label }) => label.includes("×"))).toBe(true);
});

test("before the first window there is nothing to draw and no line", () => {
  const model = prepareEvidence({ ...input, evidence: { ...evidence, points: [] } });
  expect(model.empty).toBe(true);
  expect(model.limits).toEqual([]);
});

test("where a large budget alarms beyond a million, the chart reaches that far", () => {
  const points = evidence.points.map((point) => ({ ...point, line: 6.86 }));
  const model = prepareEvidence({ ...input, evidence: { ...evidence, points } });
  expect(model.limits.map(({ label, outside }) => [label, outside])).toEqual([
    ["alarms at ×7,200,000", null],
  ]);
  expect(model.rows.map((row) => Object.values(row.points)[0]?.value)).toEqual([0, 1.5, 4.2, 7.86]);
});

test("alarms of a history that is only tried are drawn as alarms", () => {
  const model = prepareEvidence({
    ...input,
    fires: [{ fromMs: Date.parse(at(2)), toMs: null, severity: "page" }],
  });
  expect(model.bands.map(({ severity, openEnd }) => [severity, openEnd])).toEqual([["page", true]]);
});
