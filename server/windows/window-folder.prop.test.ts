import fc from "fast-check";
import { expect, test } from "vitest";
import type { ModelSchema, Task } from "#server/models/schema.ts";
import type { LabelValue } from "#server/store/columns.ts";
import { parseLayout } from "#server/windows/layout-json.ts";
import { decodeSegment, decodeSummary } from "#server/windows/read-summaries.ts";
import type { Summary } from "#server/windows/summary.ts";
import {
  allPositions,
  type MemoryWindowTable,
  memoryWindowTable,
  rowsOf,
  schemaOf,
  type TestRow,
} from "#server/windows/test-rows.ts";
import { createWindowFolder } from "#server/windows/window-folder.ts";

/**
 * Whatever the order in which predictions and labels came, and however labels were changed on the way, the windows
 * are those of the final rows: counts bit by bit, floats to 1e-9.
 */
const HOUR = 3_600_000;

const cell = fc.oneof(
  fc.constantFrom<number | null | undefined>(null, undefined, Number.NaN, 0, -0.5, 1e-9, 5e11, -3e13),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.integer({ min: 0, max: 5 }),
);

interface Case {
  readonly row: TestRow;
  /** One after the other; the last holds. */
  readonly labels: readonly LabelValue[];
}

const base = {
  ts: fc.integer({ min: 0, max: 30 * HOUR }),
  "features.x": cell,
  "features.c": fc.constantFrom("a", "b", "16", "16.0", "", null, undefined),
  "segments.s": fc.constantFrom("one", "two", null, undefined),
  latency_ms: fc.constantFrom(undefined, 0, 0.5, 3.25, 1e7),
};

const probability = fc.oneof(
  fc.constantFrom(0, 1, 0.5, 0.05, undefined),
  fc.double({ min: 0, max: 1, noNaN: true }),
);

const relevances: fc.Arbitrary<LabelValue> = fc
  .dictionary(fc.constantFrom("a", "b", "c", "d", "x"), fc.double({ min: 0, max: 1e3, noNaN: true }), {
    minKeys: 1,
  })
  .map((label) => JSON.stringify(label));

const outputs: Record<Task, { row: object; label: fc.Arbitrary<LabelValue> }> = {
  binary: {
    row: {
      "output.probability": probability,
      "output.value": fc.constantFrom("late", "on_time", "0", undefined),
    },
    label: fc.constantFrom<LabelValue>("late", "on_time", 1, 0, "true", "false"),
  },
  regression: {
    row: {
      "output.value": fc.oneof(
        fc.constantFrom(undefined, 0, 1e6),
        fc.double({ min: -1e3, max: 1e3, noNaN: true }),
      ),
    },
    label: fc.oneof(fc.constantFrom<LabelValue>("12.5", "many", 1e12), fc.integer({ min: -50, max: 50 })),
  },
  multiclass: {
    row: {
      "output.value": fc.constantFrom("red", "green", "blue", undefined),
      "output.probabilities.red": probability,
      "output.probabilities.green": probability,
    },
    label: fc.constantFrom<LabelValue>("red", "green", "blue", "black", 7),
  },
  ranking: {
    row: {
      "output.items": fc
        .uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"), { minLength: 1 })
        .map((items) => JSON.stringify(items)),
    },
    label: fc.oneof(
      { weight: 4, arbitrary: relevances },
      {
        weight: 1,
        arbitrary: fc.constantFrom<LabelValue>("no relevances", '{"a":0}', '{"z":1e308,"a":1e308}', 3),
      },
    ),
  },
};

function cases(task: Task): fc.Arbitrary<Case[]> {
  const { row, label } = outputs[task];
  const one = fc.record({ row: fc.record({ ...base, ...row }), labels: fc.array(label, { maxLength: 3 }) });
  return fc.array(one as unknown as fc.Arbitrary<Case>, { minLength: 1, maxLength: 40 });
}

function modelOf(task: Task): ModelSchema {
  return schemaOf({
    task,
    positiveClass: task === "binary" ? "late" : null,
    windowMs: HOUR,
    features: [
      { name: "x", type: "number", segment: false },
      { name: "c", type: "category", segment: true },
    ],
    dimensions: ["s"],
  });
}

type Step = { readonly kind: "predict" | "label"; readonly case: number };

/** Shuffles predictions and label changes, keeping each row's own order, and cuts them into commits. */
function replay(
  task: Task,
  all: readonly Case[],
  order: readonly number[],
  commit: number,
): MemoryWindowTable {
  const table = memoryWindowTable();
  const schema = modelOf(task);
  const folder = createWindowFolder({ schemaOf: () => schema, table, cacheBytes: 3000 });
  const labelled = new Map<number, number>();
  const steps: Step[] = order.map((index) => {
    const seen = labelled.get(index) ?? -1;
    labelled.set(index, seen + 1);
    return { kind: seen < 0 ? "predict" : "label", case: index };
  });
  const done = new Map<number, number>();
  const columns = rowsOf(all.map((one) => one.row));
  for (const [number, step] of steps.entries()) {
    const position = Uint32Array.of(step.case);
    if (step.kind === "predict") folder.foldPredictions(1, "v", columns, position);
    else {
      const labels = all[step.case]?.labels ?? [];
      const at = done.get(step.case) ?? 0;
      done.set(step.case, at + 1);
      const times = { before: [labelTime(all, step.case, at - 1)], after: [labelTime(all, step.case, at)] };
      folder.foldLabels(1, "v", columns, position, [labels[at - 1] ?? null], [labels[at] ?? null], times);
    }
    if (number % commit === commit - 1) folder.flush(table);
  }
  folder.flush(table);
  return table;
}

/** Some days after its prediction, another number of them for each label of a row. */
function labelTime(all: readonly Case[], index: number, label: number): number {
  return (all[index]?.row.ts ?? 0) + ((index * 7 + label * 13) % 40) * 86_400_000;
}

function recompute(task: Task, all: readonly Case[]): MemoryWindowTable {
  const table = memoryWindowTable();
  const schema = modelOf(task);
  const folder = createWindowFolder({ schemaOf: () => schema, table });
  const columns = rowsOf(all.map((one) => one.row));
  folder.foldPredictions(1, "v", columns, allPositions(columns));
  const before = all.map(() => null);
  folder.foldLabels(
    1,
    "v",
    columns,
    allPositions(columns),
    before,
    all.map((one) => one.labels.at(-1) ?? null),
    {
      before: before.map(() => 0),
      after: all.map((one, index) => labelTime(all, index, one.labels.length - 1)),
    },
  );
  folder.flush(table);
  return table;
}

/** Counts by name instead of place: lists that grow by first sight have another order in another replay. */
function named(summary: Summary, names: readonly string[], classes: readonly string[]): unknown {
  const c = summary.features[1];
  const output = summary.output;
  return {
    ...summary,
    features: [summary.features[0], { ...c, counts: byName(c?.counts ?? new Float64Array(), names) }],
    output:
      output.kind === "multiclass"
        ? {
            ...output,
            predicted: byName(output.predicted, classes),
            confusion: byPair(output.confusion, classes),
          }
        : output,
  };
}

function byName(counts: Float64Array, names: readonly string[]): Record<string, number> {
  const entries = [...counts].map(
    (count, index) => [names[index] ?? `#${index - names.length}`, count] as const,
  );
  return Object.fromEntries(entries.filter(([, count]) => count !== 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function byPair(counts: Float64Array, classes: readonly string[]): Record<string, number> {
  const side = classes.length + 1;
  return Object.fromEntries(
    [...counts]
      .map((count, at) => [`${classes[Math.floor(at / side)]}|${classes[at % side]}`, count] as const)
      .filter(([, count]) => count !== 0)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function readAll(table: MemoryWindowTable): Record<string, unknown> {
  const layout = parseLayout(table.getLayout(1, "v")?.json ?? "");
  const bins = layout.features[1]?.bins;
  const names = bins?.kind === "category" ? bins.categories : [];
  const read: Record<string, unknown> = {};
  for (const [key, record] of [...table.windows].sort(([a], [b]) => (a < b ? -1 : 1))) {
    read[key] = named(decodeSummary(record, layout), names, layout.classes);
    for (const [index, segmentKey] of layout.segmentKeys.entries()) {
      for (const value of [...(layout.segmentValues[index] ?? [])].sort()) {
        read[`${key}|${segmentKey}=${value}`] = named(
          decodeSegment(record, layout, segmentKey, value),
          names,
          layout.classes,
        );
      }
    }
  }
  return read;
}

function expectClose(actual: unknown, expected: unknown, path: string, scale: number): void {
  if (typeof actual === "number" && typeof expected === "number") {
    const isFloat = /\.(mean|m2)$/.test(path);
    const tolerance =
      isFloat && Number.isFinite(expected) ? 1e-9 * Math.max(Math.abs(expected), scale, 1e-290) : 0;
    if (!(Object.is(actual, expected) || Math.abs(actual - expected) <= tolerance || actual === expected)) {
      throw new Error(`${path}: ${actual} is not ${expected}`);
    }
    return;
  }
  if (actual instanceof Float64Array && expected instanceof Float64Array) {
    // Calibration sums are whole numbers of 2^-20, and so exact as well.
    const same =
      actual.length === expected.length && actual.every((count, index) => count === expected[index]);
    if (!same) throw new Error(`${path}: [${actual}] is not [${expected}]`);
    return;
  }
  if (typeof actual !== "object" || actual === null || typeof expected !== "object" || expected === null) {
    expect(actual, path).toEqual(expected);
    return;
  }
  const left = new Map<string, unknown>(Object.entries(actual));
  const right = new Map<string, unknown>(Object.entries(expected));
  expect([...left.keys()], path).toEqual([...right.keys()]);
  const magnitude =
    "max" in expected ? Math.max(Math.abs(Number(left.get("min"))), Math.abs(Number(left.get("max")))) : 0;
  for (const [key, value] of left) {
    const n = Number(left.get("n") ?? 0);
    const inner = key === "m2" ? magnitude * magnitude * n * 1e-4 : magnitude;
    expectClose(value, right.get(key), `${path}.${key}`, Number.isFinite(inner) ? inner : 0);
  }
}

for (const task of ["binary", "regression", "multiclass", "ranking"] as const) {
  test(`windows of a ${task} model do not depend on the order of events`, () => {
    fc.assert(
      fc.property(
        cases(task),
        fc.integer({ min: 0, max: 2 ** 31 - 1 }),
        fc.integer({ min: 1, max: 30 }),
        (all, seed, commit) => {
          const events = all.flatMap((one, index) =>
            Array.from({ length: one.labels.length + 1 }, () => index),
          );
          const table = replay(task, all, shuffled(events, seed), commit);
          expectClose(readAll(table), readAll(recompute(task, all)), "", 0);
        },
      ),
      { seed: 20260101, numRuns: 60 },
    );
  });
}

function shuffled(items: readonly number[], seed: number): number[] {
  const order = [...items];
  let state = seed || 1;
  for (let index = order.length - 1; index > 0; index -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = state % (index + 1);
    const swapped = order[index] ?? 0;
    order[index] = order[other] ?? 0;
    order[other] = swapped;
  }
  return order;
}
