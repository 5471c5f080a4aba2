import { expect, test } from "vitest";
import type { MetricStatus } from "#server/api/contract.ts";
import { computeMetric } from "#server/metrics/compute-metric.ts";
import { referenceProfile } from "#server/metrics/read-parts.ts";
import { METRIC_IDS, metricsForTask } from "#server/metrics/registry.ts";
import { type LabelledRow, testSource } from "#server/metrics/test-world.ts";
import type { Task } from "#server/models/schema.ts";
import { decodeSummary, emptySummary } from "#server/windows/read-summaries.ts";
import { schemaOf } from "#server/windows/test-rows.ts";

const schema = (task: Task) =>
  schemaOf({
    task,
    features: [
      { name: "size", type: "number", segment: false },
      { name: "kind", type: "category", segment: false },
    ],
  });

const ordinary = (task: Task): LabelledRow[] =>
  Array.from({ length: 600 }, (_, index) => ({
    row: {
      ts: index,
      "features.size": (index * 7) % 101,
      "features.kind": index % 4 === 0 ? "b" : "a",
      ...(task === "binary" ? { "output.probability": ((index * 37) % 100) / 100 } : {}),
      ...(task === "multiclass" ? { "output.value": index % 3 === 0 ? "x" : "y" } : {}),
      ...(task === "regression" ? { "output.value": index % 90 } : {}),
      ...(task === "ranking" ? { "output.items": '["a","b","c"]' } : {}),
      latency_ms: 1 + (index % 9),
    },
    label: labelOf(task, index),
  }));

function labelOf(task: Task, index: number): LabelledRow["label"] {
  if (task === "regression") return (index % 90) + (index % 5) - 2;
  if (task === "ranking") return index % 4 === 0 ? '{"a":1}' : '{"c":2,"x":1}';
  if (task === "multiclass") return index % 4 === 0 ? "x" : "y";
  return index % 4 === 0 ? "1" : "0";
}

function compute(task: Task, rows: LabelledRow[] | null, metric: string, feature: string | null) {
  const source = testSource({
    schema: schema(task),
    versions: { v1: { rows: rows ?? ordinary(task).slice(0, 1), reference: ordinary(task) } },
  });
  const layout = source.layout(1, "v1");
  if (layout === null) throw new Error("The test's layout is missing.");
  const [record] = source.windows({ modelId: 1, levelMs: 86_400_000, from: 0, to: 1, withSegments: false });
  const summary =
    rows === null || record === undefined ? emptySummary(layout) : decodeSummary(record, layout);
  const reference = referenceProfile(source, 1, "v1", null);
  return computeMetric({ metric, feature, layout, summary, reference });
}

test("without a row every metric of every task is EMPTY, but the count of rows is 0", () => {
  const tasks: Task[] = ["binary", "multiclass", "regression", "ranking"];
  for (const task of tasks) {
    for (const { id, perFeature } of metricsForTask(task)) {
      const feature = perFeature ? (id === "new_category_rate" ? "kind" : "size") : null;
      const { value, status } = compute(task, null, id, feature);
      const expected = id === "volume" ? { value: 0, status: "OK" } : { value: null, status: "EMPTY" };
      expect({ id, value, status }).toEqual({ id, ...expected });
    }
  }
});

test("six hundred ordinary rows answer OK with an interval, whatever the metric", () => {
  const seen = new Set<string>();
  for (const task of ["binary", "regression", "multiclass", "ranking"] as const) {
    for (const { id, perFeature } of metricsForTask(task)) {
      // Multiclass rows carry no probabilities here: only what no other task has is asked of them.
      if (task === "multiclass" && !id.endsWith("_weighted")) continue;
      const feature = perFeature ? (id === "new_category_rate" ? "kind" : "size") : null;
      const { status, ci } = compute(task, ordinary(task), id, feature);
      expect([id, status, ci !== null || id === "volume"]).toEqual([id, "OK", true]);
      seen.add(id);
    }
  }
  expect([...seen].sort()).toEqual([...METRIC_IDS].sort());
});

const one = (index: number, cells: Record<string, string | number>, label?: string): LabelledRow => ({
  row: { ts: index, ...cells },
  ...(label === undefined ? {} : { label }),
});
const many = (count: number, cells: Record<string, string | number>, label?: string): LabelledRow[] =>
  Array.from({ length: count }, (_, index) => one(index, cells, label));

const EXPECTED: [string, string, string | null, LabelledRow[], MetricStatus, number | null][] = [
  ["one row", "psi@10", "size", many(1, { "features.size": 1 }), "LOW_N", expect.any(Number)],
  ["one row", "accuracy", null, many(1, { "output.probability": 0.9 }, "1"), "LOW_N", 1],
  ["no labels", "accuracy", null, many(99, { "output.probability": 0.9 }), "EMPTY", null],
  ["no labels", "label_coverage", null, many(99, { "output.probability": 0.9 }), "OK", 0],
  [
    "no predicted positive",
    "precision",
    null,
    many(99, { "output.probability": 0.1 }, "1"),
    "UNDEFINED",
    null,
  ],
  ["no predicted positive", "recall", null, many(99, { "output.probability": 0.1 }, "1"), "OK", 0],
  ["no predicted positive", "f1", null, many(99, { "output.probability": 0.1 }, "1"), "OK", 0],
  ["no positive at all", "f1", null, many(99, { "output.probability": 0.1 }, "0"), "UNDEFINED", null],
  ["one class", "roc_auc", null, many(99, { "output.probability": 0.1 }, "0"), "UNDEFINED", null],
  ["one class", "pr_auc", null, many(99, { "output.probability": 0.1 }, "1"), "UNDEFINED", null],
  ["decisions only", "roc_auc", null, many(99, { "output.value": "1" }, "1"), "EMPTY", null],
  ["all new", "new_category_rate", "kind", many(99, { "features.kind": "never seen" }), "OK", 1],
  ["nothing new", "new_category_rate", "kind", many(99, { "features.kind": "a" }), "OK", 0],
  ["absent everywhere", "null_rate", "size", many(99, { "features.kind": "a" }), "OK", 1],
  ["absent everywhere", "js", "size", many(99, { "features.kind": "a" }), "EMPTY", null],
  ["absent in half of the cells", "null_rate", null, many(99, { "features.kind": "a" }), "OK", 0.5],
  [
    "too few for a 95 % quantile",
    "latency_p95",
    null,
    many(50, { latency_ms: 3 }),
    "LOW_N",
    expect.any(Number),
  ],
];

test.each(EXPECTED)("%s: %s of %s", (_name, metric, feature, rows, status, value) => {
  expect(compute("binary", rows, metric, feature)).toMatchObject({ status, value });
});

test("a category has no order, and what is not a number no distance in standard deviations", () => {
  for (const metric of ["ks", "wasserstein"]) {
    expect(compute("binary", ordinary("binary"), metric, "kind")).toMatchObject({
      status: "UNDEFINED",
      value: null,
    });
  }
});
