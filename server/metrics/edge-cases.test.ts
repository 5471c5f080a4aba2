import { expect, test } from "vitest";
import type { MetricPoint } from "#server/api/contract.ts";
import { queryMetrics } from "#server/metrics/query-metrics.ts";
import { type LabelledRow, testSource } from "#server/metrics/test-world.ts";
import type { Task } from "#server/models/schema.ts";
import { absolutePercentageError, weightedPercentageError } from "#server/stats/accuracy/error-losses.ts";
import { divergenceLimits } from "#server/stats/drift/divergence-interval.ts";
import { populationStability } from "#server/stats/drift/population-stability.ts";
import { totalVariation } from "#server/stats/drift/total-variation.ts";
import { cellKey, FEATURE_CELL, featureBlock } from "#server/windows/cells.ts";
import { decodeTally } from "#server/windows/decode-tally.ts";
import { encodeTally } from "#server/windows/encode-tally.ts";
import { EMPTY_TALLY } from "#server/windows/tally.ts";
import { schemaOf, type TestRow } from "#server/windows/test-rows.ts";

/** Each case that made some monitor somewhere print NaN, 0 or 1 where there was no such number, with what it must answer. */
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
type Cells = Record<string, unknown>;

const schemaFor = (task: Task) =>
  schemaOf({
    slug: "m",
    task,
    windowMs: HOUR,
    positiveClass: task === "binary" ? "1" : null,
    features: [
      { name: "size", type: "number", segment: false },
      { name: "kind", type: "category", segment: false },
    ],
  });
const rowsOf = (count: number, cellsOf: (index: number) => Cells, label?: string | number): LabelledRow[] =>
  Array.from({ length: count }, (_, index) => ({
    row: { ts: 10 * DAY + index, ...cellsOf(index) } as unknown as TestRow,
    ...(label === undefined ? {} : { label }),
  }));
const sizes = (value: unknown) => (): Cells => ({ "features.size": value });
const spread = (index: number): Cells => ({
  "features.size": index % 50,
  "features.kind": index % 2 ? "a" : "b",
});
const ORDINARY = rowsOf(500, spread);

interface Asked {
  readonly task?: Task;
  readonly reference?: LabelledRow[];
  readonly feature?: string;
  readonly from?: string;
  readonly to?: string;
}

function ask(rows: LabelledRow[], metric: string, asked: Asked = {}): MetricPoint {
  const { task = "binary", reference, feature, from, to } = asked;
  const source = testSource({ schema: schemaFor(task), versions: { v1: { rows, reference } } });
  const { points } = queryMetrics(source, { model: "m", metric, feature, from, to, window: "all" });
  const [point] = points;
  if (point === undefined) throw new Error(`There is no point of ${metric}.`);
  expect(JSON.stringify(point)).not.toMatch(/NaN|Infinity/);
  return point;
}
const drift = (rows: LabelledRow[], metric: string, reference: LabelledRow[] = ORDINARY, feature = "size") =>
  ask(rows, metric, { reference, feature });
const at = (ms: number): string => new Date(ms).toISOString();

test("an empty window: no distance and no rate, and a volume of 0", () => {
  const rows = [...rowsOf(50, spread), ...rowsOf(50, spread).map(later(5 * DAY))];
  const gap = { from: at(12 * DAY), to: at(13 * DAY), reference: ORDINARY };
  expect(ask(rows, "psi@10", { ...gap, feature: "size" })).toMatchObject({ value: null, status: "EMPTY" });
  expect(ask(rows, "null_rate", gap)).toMatchObject({ value: null, status: "EMPTY" });
  expect(ask(rows, "accuracy", gap)).toMatchObject({ value: null, status: "EMPTY" });
  expect(ask(rows, "volume", gap)).toMatchObject({ value: 0, status: "OK" });
});

function later(ms: number) {
  return ({ row, ...rest }: LabelledRow): LabelledRow => ({
    ...rest,
    row: { ...row, ts: Number(row.ts) + ms },
  });
}

test("one row: a value, too little to act on", () => {
  const one = rowsOf(1, () => ({ ...spread(3), "output.probability": 0.9 }), "1");
  for (const metric of ["psi@10", "js", "tv", "ks", "wasserstein"]) {
    expect(drift(one, metric)).toMatchObject({ status: "LOW_N", value: expect.any(Number) });
  }
  expect(ask(one, "accuracy")).toMatchObject({ value: 1, status: "LOW_N" });
  expect(ask(one, "log_loss")).toMatchObject({ status: "LOW_N", ci: null });
});

test.each<[string, unknown, string]>([
  ["null", null, "null_rate"],
  ["not a number", Number.NaN, "invalid_rate"],
  ["infinite", Number.POSITIVE_INFINITY, "invalid_rate"],
  ["minus infinite", Number.NEGATIVE_INFINITY, "invalid_rate"],
  ["the text NaN", "NaN", "invalid_rate"],
])("all values %s: no distance, and the share that says so is 1", (_name, value, rate) => {
  const rows = rowsOf(100, sizes(value));
  for (const metric of ["psi@10", "js", "tv", "chi2", "ks", "wasserstein"]) {
    expect(drift(rows, metric)).toMatchObject({ value: null, ci: null, status: "EMPTY", nCur: 0 });
  }
  expect(drift(rows, rate)).toMatchObject({ value: 1, status: "OK" });
});

test("a constant like the reference's: no drift, and no standard deviations to measure it in", () => {
  const constant = rowsOf(200, sizes(3));
  for (const metric of ["psi@10", "js", "tv"]) {
    const { value, status } = drift(constant, metric, constant);
    expect([metric, status]).toEqual([metric, "OK"]);
    expect(value).toBeCloseTo(0, 12);
  }
  expect(drift(constant, "wasserstein", constant)).toMatchObject({ value: 0, status: "CONSTANT_REF" });
});

test("another constant: everything moved, by the raw distance", () => {
  const reference = rowsOf(200, sizes(3));
  const moved = rowsOf(200, sizes(8));
  expect(drift(moved, "tv", reference)).toMatchObject({ value: 1, status: "OK" });
  const { value, status } = drift(moved, "wasserstein", reference);
  expect(status).toBe("CONSTANT_REF");
  expect(value).toBeCloseTo(5, 6);
});

test("one new category only: all of the traffic moved there", () => {
  const rows = rowsOf(200, () => ({ "features.kind": "never seen" }));
  expect(drift(rows, "tv", ORDINARY, "kind")).toMatchObject({ value: 1, status: "OK" });
  expect(drift(rows, "new_category_rate", ORDINARY, "kind")).toMatchObject({ value: 1, status: "OK" });
  expect(drift(rows, "psi@10", ORDINARY, "kind").value).toBeGreaterThan(1);
});

test("one bin: 0 for certain, and no test of anything", () => {
  const alone = rowsOf(200, () => ({ "features.kind": "a" }));
  expect(drift(alone, "tv", alone, "kind")).toMatchObject({ value: 0, status: "OK" });
  expect(drift(alone, "psi@10", alone, "kind")).toMatchObject({ value: 0, ci: null, status: "OK" });
});

test("all labels of one class: decisions can be judged, a ranking cannot", () => {
  const rows = rowsOf(200, (index) => ({ "output.probability": (index % 100) / 100 }), "1");
  expect(ask(rows, "accuracy")).toMatchObject({ status: "OK" });
  expect(ask(rows, "recall")).toMatchObject({ status: "OK" });
  for (const metric of [
    "roc_auc",
    "pr_auc",
    "specificity",
    "false_positive_rate",
    "balanced_accuracy",
    "mcc",
  ]) {
    expect(ask(rows, metric)).toMatchObject({ value: null, ci: null, status: "UNDEFINED" });
  }
});

test("no predicted positive: precision does not exist, and is not 0", () => {
  const rows = rowsOf(200, () => ({ "output.probability": 0.1 }), "1");
  expect(ask(rows, "precision")).toMatchObject({ value: null, status: "UNDEFINED" });
  expect(ask(rows, "recall")).toMatchObject({ value: 0, status: "OK" });
  expect(ask(rows, "mcc")).toMatchObject({ value: null, status: "UNDEFINED" });
});

test("labels of 0: the percentage error leaves them out, the weighted one needs one that is not", () => {
  expect(absolutePercentageError(3, 0)).toBeNull();
  expect(absolutePercentageError(3, -0)).toBeNull();
  expect(weightedPercentageError({ absoluteErrors: 3, absoluteLabels: 0 })).toBeNull();
  const rows = rowsOf(100, () => ({ "output.value": 3 }), 0);
  expect(ask(rows, "mae", { task: "regression" })).toMatchObject({ value: 3, status: "OK" });
  expect(ask(rows, "r2", { task: "regression" })).toMatchObject({ value: null, status: "UNDEFINED" });
});

test("a reference without a value of the feature: nothing to compare with", () => {
  const reference = rowsOf(100, () => ({ "features.kind": "a", "features.size": null }));
  for (const metric of ["psi@10", "js", "tv", "ks", "wasserstein"]) {
    expect(drift(ORDINARY, metric, reference)).toMatchObject({ value: null, status: "UNDEFINED" });
  }
});

test("a reference of one row: a value, too little to act on", () => {
  const { value, status } = drift(ORDINARY, "tv", ORDINARY.slice(7, 8));
  expect(status).toBe("LOW_N");
  expect(value).toBeGreaterThan(0);
});

test("counts above 2³¹ are stored, added up and compared exactly", () => {
  const cells = Uint32Array.of(0, cellKey(featureBlock(0), FEATURE_CELL.firstBin));
  const counts = Float64Array.of(2 ** 45 + 1, 2 ** 33 + 3);
  const { tally } = decodeTally(encodeTally({ ...EMPTY_TALLY, cells, counts }, 1));
  expect([...tally.counts]).toEqual([...counts]);
  const reference = [2 ** 40, 2 ** 40];
  expect(totalVariation(reference, [2 ** 41, 0])).toBe(0.5);
  const value = populationStability(reference, [2 ** 40 + 2 ** 30, 2 ** 40 - 2 ** 30]);
  const limits = divergenceLimits(value, { bins: 2, nRef: 2 ** 41, nCur: 2 ** 41 });
  expect(limits?.lo).toBeGreaterThan(0);
  expect(limits?.hi).toBeGreaterThan(limits?.lo ?? 0);
});

test("negative zero is zero, and a subnormal is a number", () => {
  const zeros = rowsOf(200, sizes(0));
  expect(drift(rowsOf(200, sizes(-0)), "tv", zeros)).toMatchObject({ value: 0, status: "OK" });
  const tiny = drift(rowsOf(200, sizes(5e-324)), "tv", zeros);
  expect(tiny).toMatchObject({ value: 1, status: "OK", nCur: 200 });
});

test("the text NaN is a category like any other", () => {
  const named = rowsOf(200, () => ({ "features.kind": "NaN" }));
  expect(drift(named, "tv", named, "kind")).toMatchObject({ value: 0, status: "OK", nCur: 200 });
  expect(drift(named, "null_rate", named, "kind")).toMatchObject({ value: 0, status: "OK" });
});

test("a row on a boundary belongs to the window that starts there", () => {
  const rows = [10 * DAY - 1, 10 * DAY, 10 * DAY + HOUR - 1, 10 * DAY + HOUR].map((ts) => ({
    row: { ts, ...spread(1) } as unknown as TestRow,
  }));
  const source = testSource({ schema: schemaFor("binary"), versions: { v1: { rows } } });
  const { points } = queryMetrics(source, { model: "m", metric: "volume", window: "1h" });
  expect(points.map(({ from, value }) => [from, value])).toEqual([
    [at(10 * DAY - HOUR), 1],
    [at(10 * DAY), 2],
    [at(10 * DAY + HOUR), 1],
  ]);
  const day = { from: at(10 * DAY), to: at(11 * DAY) };
  expect(ask(rows, "volume", day)).toMatchObject({ value: 3 });
});

test.each([
  ["2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00", 23],
  ["2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", 25],
  ["2026-06-01T00:00:00+02:00", "2026-06-02T00:00:00+02:00", 24],
])("a local day from %s to %s has its own number of hours", (from, to, hours) => {
  const start = Date.parse(from) - 5 * HOUR;
  const rows = Array.from({ length: 40 }, (_, hour) => ({
    row: { ts: start + hour * HOUR, ...spread(hour) } as unknown as TestRow,
  }));
  expect(ask(rows, "volume", { from, to })).toMatchObject({ value: hours, status: "OK" });
});
