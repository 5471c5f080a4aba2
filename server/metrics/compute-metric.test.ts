import { expect, test } from "vitest";
import { OUTPUT_FEATURE } from "#server/metrics/compute-metric.ts";
import { selectTargets } from "#server/metrics/metric-selection.ts";
import { measure } from "#server/metrics/query-metrics.ts";
import { resolveScope } from "#server/metrics/query-scope.ts";
import { METRICS, metricsForTask } from "#server/metrics/registry.ts";
import { type LabelledRow, testSource } from "#server/metrics/test-world.ts";
import { TASKS, type Task } from "#server/models/schema.ts";
import { schemaOf, type TestRow } from "#server/windows/test-rows.ts";

const DAY = 86_400_000;

/** Every case that made some monitor somewhere print NaN, 0 or 1 where there was no such number. */
const CASES: Record<
  string,
  (index: number) => { feature?: unknown; category?: unknown; score?: number; label?: boolean }
> = {
  "ordinary rows": (index) => ({
    feature: index % 17,
    category: index % 3 === 0 ? "a" : "b",
    score: (index % 10) / 10,
    label: index % 3 === 0,
  }),
  "all null": () => ({ feature: null, category: null, score: 0.5, label: true }),
  "all keys absent": () => ({ score: 0.5, label: false }),
  "numbers that are none": (index) => ({ feature: index % 2 === 0 ? Number.NaN : "Infinity", category: "a" }),
  "a constant like the reference's": () => ({ feature: 3, category: "a", score: 0.5, label: true }),
  "another constant": () => ({ feature: 1e12, category: "zzz", score: 1, label: true }),
  "tiny and negative zero": (index) => ({
    feature: index % 2 === 0 ? -0 : 5e-324,
    category: "a",
    score: 0,
    label: false,
  }),
  "one class of label only": (index) => ({
    feature: index,
    category: "a",
    score: (index % 10) / 10,
    label: true,
  }),
  "no predicted positive": (index) => ({ feature: index, category: "a", score: 0.1, label: index % 2 === 0 }),
  "perfect and certain": (index) => ({
    feature: index,
    category: "a",
    score: index % 2,
    label: index % 2 === 1,
  }),
  "no label": (index) => ({ feature: index, category: "b", score: 0.3 }),
  "no output": (index) => ({ feature: index, category: "b", label: true }),
};
const SIZES = [0, 1, 2, 40, 500];

function rowOf(task: Task, index: number, cells: ReturnType<(typeof CASES)[string]>): LabelledRow {
  const { feature, category, score, label } = cells;
  const truth = label === undefined ? {} : { label: labelOf(task, label, index) };
  const row: Record<string, unknown> = { ts: DAY + index, latency_ms: index % 50 };
  if ("feature" in cells) row["features.size"] = feature;
  if ("category" in cells) row["features.kind"] = category;
  if (score !== undefined && task === "binary") row["output.probability"] = score;
  if (score !== undefined && task === "multiclass") row["output.value"] = score < 0.5 ? "x" : "y";
  if (score !== undefined && task === "regression") row["output.value"] = score * 100;
  return { row: row as unknown as TestRow, ...truth };
}

function labelOf(task: Task, label: boolean, index: number): string | number {
  if (task === "regression") return label ? index % 7 : 5;
  if (task === "multiclass") return label ? "x" : "y";
  return label ? "1" : "0";
}

function pointsFor(task: Task, version: { rows: LabelledRow[]; reference?: LabelledRow[] }) {
  const schema = schemaOf({
    task,
    features: [
      { name: "size", type: "number", segment: false },
      { name: "kind", type: "category", segment: false },
    ],
  });
  const world = testSource({ schema, versions: { v1: version } });
  const scope = resolveScope(world, { model: schema.slug });
  const ids = metricsForTask(task).map(({ id }) => id);
  const targets = ["*", OUTPUT_FEATURE, undefined].flatMap((feature) =>
    selectTargets(schema, { metric: ids.join(","), feature }),
  );
  const buckets = { window: "1d", widenedFrom: null, from: DAY, to: 2 * DAY, widthMs: DAY } as const;
  return measure(world, scope, targets, buckets).map(({ point }) => point);
}

const ordinary = CASES["ordinary rows"] ?? (() => ({}));
const REFERENCES: Record<string, (task: Task) => LabelledRow[] | undefined> = {
  "no reference": () => undefined,
  "a reference": (task) => Array.from({ length: 300 }, (_, index) => rowOf(task, index, ordinary(index))),
  "a constant reference": (task) =>
    Array.from({ length: 300 }, (_, index) =>
      rowOf(task, index, { feature: 3, category: "a", score: 0.5, label: true }),
    ),
};

const table = TASKS.flatMap((task) =>
  Object.keys(REFERENCES).flatMap((reference) =>
    Object.keys(CASES).map((name) => [task, name, reference] as const),
  ),
);

test.each(table)(
  "%s, %s, against %s: every metric answers honestly at every size",
  (task, name, reference) => {
    const cellsOf = CASES[name] ?? ordinary;
    for (const size of SIZES) {
      const rows = Array.from({ length: size }, (_, index) => rowOf(task, index, cellsOf(index)));
      const points = pointsFor(task, { rows, reference: REFERENCES[reference]?.(task) });
      if (size > 0) expect(points.length).toBeGreaterThan(0);
      for (const point of points) {
        const where = `${point.metric} of ${point.feature} at ${size} rows: ${JSON.stringify(point)}`;
        const isMissing = point.status === "EMPTY" || point.status === "UNDEFINED";
        expect(point.value === null, where).toBe(isMissing);
        expect(JSON.stringify(point), where).not.toMatch(/NaN|Infinity/);
        if (point.value === null) {
          expect(point.ci, where).toBeNull();
          continue;
        }
        expect(Number.isFinite(point.value), where).toBe(true);
        const range = METRICS.find(({ id }) => id === point.metric)?.range ?? [null, null];
        expect(point.value, where).toBeGreaterThanOrEqual(range[0] ?? Number.NEGATIVE_INFINITY);
        expect(point.value, where).toBeLessThanOrEqual(range[1] ?? Number.POSITIVE_INFINITY);
        if (point.ci === null) continue;
        expect(point.ci.lo, where).toBeLessThanOrEqual(point.value);
        expect(point.ci.hi, where).toBeGreaterThanOrEqual(point.value);
        expect(point.ci.lo, where).toBeGreaterThanOrEqual(range[0] ?? Number.NEGATIVE_INFINITY);
        expect(point.ci.hi, where).toBeLessThanOrEqual(range[1] ?? Number.POSITIVE_INFINITY);
      }
    }
  },
);
