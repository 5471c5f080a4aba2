import { expect, test } from "vitest";
import { queryCurves } from "#server/metrics/curves.ts";
import { queryDistribution } from "#server/metrics/distribution.ts";
import { evaluateSlots, ruleTarget } from "#server/metrics/evaluate-slots.ts";
import { queryMetrics } from "#server/metrics/query-metrics.ts";
import { querySegments } from "#server/metrics/segments.ts";
import { type LabelledRow, testSource } from "#server/metrics/test-world.ts";
import { schemaOf } from "#server/windows/test-rows.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const binary = schemaOf({
  slug: "m",
  positiveClass: "late",
  features: [
    { name: "carrier", type: "category", segment: true },
    { name: "distance", type: "number", segment: false },
  ],
});

/** Row i of 1,000: carrier B6 for every fourth, distance i, score i/1000, late when the score is above a half. */
function flights(
  from: number,
  change: (index: number) => Record<string, unknown> = () => ({}),
): LabelledRow[] {
  return Array.from({ length: 1000 }, (_, index) => ({
    row: {
      ts: from + index * 1000,
      "features.carrier": index % 4 === 0 ? "B6" : "UA",
      "features.distance": index,
      "output.probability": index / 1000,
      ...change(index),
    },
    label: index > 500 ? "late" : "on_time",
  }));
}
const reference = flights(0);
const world = (rows: LabelledRow[], schema = binary) =>
  testSource({ schema, versions: { v1: { rows, reference } } });

test("a number's distribution has the reference's ten bins on both sides and sums to all values", () => {
  const found = queryDistribution(world(flights(DAY)), { model: "m", feature: "distance" });
  expect(found).toMatchObject({ feature: "distance", type: "number", refId: "sha256:v1", version: "v1" });
  expect(found.bins).toHaveLength(10);
  expect(found.bins[0]).toMatchObject({ from: null, category: null, kind: "value" });
  expect(found.bins.reduce((sum, bin) => sum + bin.current, 0)).toBe(1000);
  expect(found.bins.every((bin) => bin.reference === bin.current && bin.contribution === 0)).toBe(true);
  expect(found.current).toMatchObject({ n: 1000, missing: 0, min: 0, max: 999, mean: 499.5 });
  expect(found.current.p50).toBeCloseTo(500, -1);
  expect(found.reference?.p95).toBeCloseTo(950, -1);
});

test("the bins' contributions are the parts of the stability index that the metric answers", () => {
  const source = world(flights(DAY, (index) => ({ "features.distance": (index * index) / 1000 })));
  const { bins } = queryDistribution(source, { model: "m", feature: "distance" });
  const sum = bins.reduce((total, { contribution }) => total + (contribution ?? 0), 0);
  const { points } = queryMetrics(source, {
    model: "m",
    metric: "psi@10",
    feature: "distance",
    window: "all",
  });
  expect(points[0]?.value).toBeCloseTo(sum, 12);
  expect(sum).toBeGreaterThan(0.2);
});

test("a category that the reference never had is new, and named", () => {
  const source = world(flights(DAY, (index) => (index % 10 === 1 ? { "features.carrier": "ZZ" } : {})));
  const found = queryDistribution(source, { model: "m", feature: "carrier" });
  expect(found.bins.map(({ label, kind, current }) => [label, kind, current])).toEqual([
    ["UA", "value", 650],
    ["B6", "value", 250],
    ["new", "new", 100],
  ]);
  expect(found.newValues).toEqual([{ value: "ZZ", count: 100 }]);
});

test("missing and unusable values are counted beside the bins", () => {
  const cells = [null, Number.NaN, undefined];
  const source = world(
    flights(DAY, (index) => (index % 10 < 3 ? { "features.distance": cells[index % 10] } : {})),
  );
  const { current } = queryDistribution(source, { model: "m", feature: "distance" });
  expect(current).toMatchObject({ n: 700, missing: 200, invalid: 100 });
});

test("the output's distribution is that of its scores, or of its decisions where no score is logged", () => {
  const scores = queryDistribution(world(flights(DAY)), { model: "m", feature: "@output" });
  expect(scores.bins).toHaveLength(10);
  expect(scores.bins.reduce((sum, bin) => sum + bin.current, 0)).toBe(1000);
  const decided = flights(DAY, (index) => ({
    "output.probability": undefined,
    "output.value": index > 800 ? "late" : "on_time",
  }));
  const decisions = queryDistribution(world(decided), { model: "m", feature: "@output" });
  expect(decisions.bins.map(({ label, current, reference: before }) => [label, current, before])).toEqual([
    ["not late", 801, 500],
    ["late", 199, 500],
  ]);
});

test("a segment's distribution and drift are told from the segment alone", () => {
  const source = world(flights(DAY));
  const found = queryDistribution(source, { model: "m", feature: "distance", segment: "carrier:B6" });
  expect(found.current).toMatchObject({ n: 250, mean: null });
  expect(found.reference).toMatchObject({ n: 250, mean: null });
});

test("nothing logged yet is an empty distribution and empty curves, not an error", () => {
  const source = testSource({ schema: binary, versions: { v1: { rows: [] } } });
  expect(queryDistribution(source, { model: "m", feature: "distance" })).toMatchObject({
    bins: [],
    type: "number",
  });
  expect(queryCurves(source, { model: "m" })).toMatchObject({ kind: "binary", labelled: 0, thresholds: [] });
  expect(querySegments(source, { model: "m", key: "carrier", metric: "accuracy" })).toEqual([]);
});

test("binary curves count what a decision at each threshold would have done", () => {
  const curves = queryCurves(world(flights(DAY)), { model: "m" });
  if (curves.kind !== "binary") throw new Error("The model is binary.");
  expect(curves).toMatchObject({
    labelled: 1000,
    positives: 499,
    deployed: { tp: 499, fp: 1, tn: 500, fn: 0 },
  });
  const thresholds = curves.thresholds.map(({ threshold }) => threshold);
  expect(thresholds).toEqual([...thresholds].sort((a, b) => b - a));
  const half = curves.thresholds.find(({ threshold }) => Math.abs(threshold - 0.5) < 1e-9);
  expect(half).toMatchObject({ tp: 499, fp: 1, tn: 500, fn: 0 });
  expect(curves.thresholds.at(-1)).toMatchObject({ tp: 499, fp: 501, tn: 0, fn: 0 });
  expect(curves.scores.reduce((sum, { current }) => sum + current, 0)).toBe(1000);
  expect(curves.calibration).toHaveLength(20);
  expect(curves.calibration[19]).toMatchObject({ from: 0.95, to: 1, observed: { value: 1, n: 50 } });
  expect(curves.calibration[19]?.meanProbability).toBeCloseTo(0.9745, 5);
});

test("multiclass curves are the confusion matrix with a rate for each class", () => {
  const schema = schemaOf({ slug: "m", task: "multiclass" });
  const rows: LabelledRow[] = Array.from({ length: 90 }, (_, index) => ({
    row: { ts: index, "output.value": index % 3 === 0 ? "a" : "b" },
    label: index % 2 === 0 ? "a" : "b",
  }));
  const curves = queryCurves(testSource({ schema, versions: { v1: { rows } } }), { model: "m" });
  if (curves.kind !== "multiclass") throw new Error("The model is multiclass.");
  const [a, b] = [curves.classes.indexOf("a"), curves.classes.indexOf("b")];
  expect(curves.labelled).toBe(90);
  expect([curves.confusion[a]?.[a], curves.confusion[a]?.[b]]).toEqual([15, 30]);
  expect(curves.perClass[a]).toMatchObject({ precision: { value: 0.5, n: 30 }, recall: { n: 45 } });
});

test("regression: errors by size and the four numbers", () => {
  const schema = schemaOf({ slug: "m", task: "regression" });
  const errors = [-2, -1, 0, 1, 7];
  const rows: LabelledRow[] = Array.from({ length: 500 }, (_, index) => ({
    row: { ts: index, "output.value": (index % 50) + (errors[index % 5] ?? 0) },
    label: index % 50,
  }));
  const source = testSource({ schema, versions: { v1: { rows, reference: rows } } });
  const curves = queryCurves(source, { model: "m" });
  if (curves.kind !== "regression") throw new Error("The model is a regression.");
  expect(curves.residuals.reduce((sum, { count }) => sum + count, 0)).toBe(500);
  expect(curves.residuals).toHaveLength(5);
  const { points } = queryMetrics(source, { model: "m", metric: "mae,rmse,bias,r2,js", window: "all" });
  const value = (id: string) => points.find(({ metric }) => metric === id)?.value;
  expect(value("mae")).toBeCloseTo(11 / 5, 9);
  expect(value("rmse")).toBeCloseTo(Math.sqrt(55 / 5), 9);
  expect(value("bias")).toBeCloseTo(1, 9);
  expect(value("r2")).toBeCloseTo(1 - 11 / ((50 * 50 - 1) / 12), 9);
  expect(value("js")).toBe(0);
});

test("a metric by segment: values, shares and the same numbers as asked for one at a time", () => {
  const source = world(flights(DAY));
  const rows = querySegments(source, { model: "m", key: "carrier", metric: "recall" });
  expect(rows.map(({ value, n, share }) => [value, n, share])).toEqual([
    ["UA", 750, 0.75],
    ["B6", 250, 0.25],
  ]);
  for (const { value, point } of rows) {
    const segment = `carrier:${value}`;
    const { points } = queryMetrics(source, { model: "m", metric: "recall", window: "all", segment });
    expect([point.value, point.ci, point.nCur]).toEqual([points[0]?.value, points[0]?.ci, points[0]?.nCur]);
  }
  const drift = querySegments(source, { model: "m", key: "carrier", metric: "js", feature: "distance" });
  expect(drift.map(({ point }) => [point.nRef, point.nCur])).toEqual([
    [750, 750],
    [250, 250],
  ]);
  expect(() => querySegments(source, { model: "m", key: "carier", metric: "recall" })).toThrow(/carrier/);
});

const rule = {
  metric: "volume",
  feature: null,
  segment: null,
  version: null,
  window: "1h",
  op: "below",
  limit: 0,
} as const;

test("a monitor's slots: one a window, none where the model was silent, none PARTIAL", () => {
  const rows = [...flights(DAY), ...flights(DAY + 3 * HOUR)];
  const slots = evaluateSlots(world(rows), 1, rule, { from: DAY - 5 * HOUR, to: DAY + 8 * HOUR });
  expect(slots.map(({ at, value, status, rows: count }) => [at.slice(11, 13), value, status, count])).toEqual(
    [
      ["01", 1000, "OK", 1000],
      ["04", 1000, "OK", 1000],
    ],
  );
});

test("a monitor on a segment that vanished has a slot without rows", () => {
  const rows = [...flights(DAY), ...flights(DAY + HOUR, () => ({ "features.carrier": "UA" }))];
  const slots = evaluateSlots(
    world(rows),
    1,
    { ...rule, segment: "carrier:B6", metric: "accuracy" },
    {
      from: DAY,
      to: DAY + 2 * HOUR,
    },
  );
  expect(slots.map(({ status, rows: count }) => [status, count])).toEqual([
    ["OK", 250],
    ["EMPTY", 0],
  ]);
});

test("a rule that could never be judged is refused", () => {
  const source = world(flights(DAY));
  expect(() => ruleTarget(source, binary, { ...rule, window: "5m" })).toThrow(/no window `5m`.*1h/);
  expect(() => ruleTarget(source, binary, { ...rule, metric: "rmse" })).toThrow(/binary/);
  expect(() => ruleTarget(source, binary, { ...rule, metric: "js", feature: "nothing" })).toThrow(/feature/);
});

test("a constant reference has no standard deviation: the distance is in the feature's own unit, and said so", () => {
  const constant = flights(0, () => ({ "features.distance": 100 }));
  const source = testSource({
    schema: binary,
    versions: { v1: { rows: flights(DAY, () => ({ "features.distance": 103 })), reference: constant } },
  });
  const { points } = queryMetrics(source, {
    model: "m",
    metric: "wasserstein",
    feature: "distance",
    window: "all",
  });
  expect(points[0]).toMatchObject({ status: "CONSTANT_REF" });
  expect(points[0]?.value).toBeCloseTo(3, 6);
});

test("one wild value does not drag a distance along", () => {
  const wild = flights(DAY, (index) => (index === 999 ? { "features.distance": 1e9 } : {}));
  const { points } = queryMetrics(world(wild), {
    model: "m",
    metric: "wasserstein",
    feature: "distance",
    window: "all",
  });
  // Truly (1e9 − 999) ÷ 1000 rows ÷ 288.7, not the last bin spread out up to 1e9.
  expect(points[0]?.value).toBeCloseTo((1e9 - 999) / 1000 / 288.675, -2);
});

test("whole numbers beyond the reference's are as far away as they are", () => {
  const ordinal = flights(0, (index) => ({ "features.distance": index % 10 }));
  const far = flights(DAY, (index) => ({ "features.distance": (index % 10) + (index % 10 === 9 ? 100 : 0) }));
  const source = testSource({ schema: binary, versions: { v1: { rows: far, reference: ordinal } } });
  const { points } = queryMetrics(source, {
    model: "m",
    metric: "wasserstein",
    feature: "distance",
    window: "all",
  });
  expect(points[0]?.value).toBeCloseTo(10 / Math.sqrt(99 / 12), 9);
});
