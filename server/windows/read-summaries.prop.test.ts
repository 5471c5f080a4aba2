import fc from "fast-check";
import { expect, test } from "vitest";
import type { LabelValue } from "#server/store/columns.ts";
import { alignSummary } from "#server/windows/align-summary.ts";
import type { Layout } from "#server/windows/layout.ts";
import { parseLayout, stringifyLayout } from "#server/windows/layout-json.ts";
import {
  decodeSegment,
  decodeSummary,
  emptySummary,
  mergeSummaries,
  sumSegments,
  sumSummaries,
} from "#server/windows/read-summaries.ts";
import type { BinaryOutput, Moments, Summary } from "#server/windows/summary.ts";
import {
  allPositions,
  memoryWindowTable,
  rowsOf,
  schemaOf,
  type TestRow,
} from "#server/windows/test-rows.ts";
import { createWindowFolder } from "#server/windows/window-folder.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const schema = schemaOf({
  positiveClass: "late",
  features: [
    { name: "x", type: "number", segment: false },
    { name: "c", type: "category", segment: true },
  ],
});

interface Labelled {
  readonly row: TestRow;
  readonly label: LabelValue | null;
}

const labelled: fc.Arbitrary<Labelled[]> = fc.array(
  fc.record({
    row: fc.record({
      ts: fc.integer({ min: 0, max: DAY - 1 }),
      "features.x": fc.oneof(
        fc.constantFrom<number | null>(null, Number.NaN, 0, -7.5),
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
      ),
      "features.c": fc.constantFrom("a", "b", "c", undefined),
      "output.probability": fc.oneof(
        fc.constantFrom(0, 1, undefined),
        fc.double({ min: 0, max: 1, noNaN: true }),
      ),
    }),
    label: fc.constantFrom<LabelValue | null>("late", "on_time", null),
  }),
  { maxLength: 30 },
);

function folded(rows: readonly Labelled[]) {
  const table = memoryWindowTable();
  const folder = createWindowFolder({ schemaOf: () => schema, table });
  const columns = rowsOf(rows.map(({ row }) => row));
  folder.foldPredictions(1, "v", columns, allPositions(columns));
  folder.foldLabels(
    1,
    "v",
    columns,
    allPositions(columns),
    rows.map(() => null),
    rows.map(({ label }) => label),
  );
  folder.flush(table);
  const layout = parseLayout(table.getLayout(1, "v")?.json ?? "");
  return { table, layout, records: [...table.windows.values()].filter(({ levelMs }) => levelMs === HOUR) };
}

function close(actual: Summary, expected: Summary): void {
  const counts = (summary: Summary) =>
    JSON.stringify({ ...summary, output: binary(summary).confusion }, integersOnly);
  expect(counts(actual)).toBe(counts(expected));
  expect(binary(actual).scores).toEqual(binary(expected).scores);
  for (const [a, b] of [
    [actual.features[0]?.moments, expected.features[0]?.moments],
    [binary(actual).logLoss, binary(expected).logLoss],
    [binary(actual).brier, binary(expected).brier],
  ] as const) {
    const scale = Math.max(1e-12, spanOf(b));
    expect(Math.abs((a?.mean ?? 0) - (b?.mean ?? 0))).toBeLessThanOrEqual(1e-9 * scale);
    expect(Math.abs((a?.m2 ?? 0) - (b?.m2 ?? 0))).toBeLessThanOrEqual(
      1e-9 * scale * scale * Math.max(1, b?.n ?? 1),
    );
  }
}

function spanOf(moments: Partial<Moments> | undefined): number {
  const { min = 0, max = 0, mean = 0 } = moments ?? {};
  return Math.max(
    Math.abs(mean),
    Number.isFinite(min) ? Math.abs(min) : 0,
    Number.isFinite(max) ? Math.abs(max) : 0,
  );
}

function integersOnly(key: string, value: unknown): unknown {
  return key === "mean" || key === "m2" || key === "output" ? undefined : value;
}

function binary({ output }: Summary): BinaryOutput {
  if (output.kind !== "binary") throw new Error("The output is not that of a binary model.");
  return output;
}

test("merging is associative and commutative and equals the fold of all rows", () => {
  fc.assert(
    fc.property(labelled, (rows) => {
      const { table, layout, records } = folded(rows);
      const parts = records.map((record) => decodeSummary(record, layout));
      const day = table.get(1, "v", DAY, 0);
      const whole = day === null ? emptySummary(layout) : decodeSummary(day, layout);
      close(mergeSummaries(layout, parts), whole);
      close(mergeSummaries(layout, [...parts].reverse()), whole);
      const middle = Math.floor(parts.length / 2);
      const halves = [parts.slice(0, middle), parts.slice(middle)].map((half) =>
        mergeSummaries(layout, half),
      );
      close(mergeSummaries(layout, halves), whole);
      close(mergeSummaries(layout, [whole, emptySummary(layout)]), whole);
      close(sumSummaries(records, layout), whole);
    }),
    { seed: 20260109, numRuns: 60 },
  );
});

test("segments of a key and rows without it make up the whole", () => {
  fc.assert(
    fc.property(labelled, (rows) => {
      const { layout, records } = folded(rows);
      const all = sumSegments(records, layout, "c", ["a", "b", "c"]);
      const having = rows.filter(({ row }) => row["features.c"] !== undefined);
      expect(all.predictions).toBe(having.length);
      expect(all.labelled).toBe(having.filter(({ label }) => label !== null).length);
      for (const value of ["a", "b", "c"]) {
        const expected = rows.filter(({ row }) => row["features.c"] === value).length;
        expect(sumSegments(records, layout, "c", value).predictions).toBe(expected);
      }
    }),
    { seed: 20260110, numRuns: 60 },
  );
});

test("ROC AUC from score bins is within 1e-4 of the exact one", () => {
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const rows = Array.from({ length: 20_000 }, (): Labelled => {
    const score = random() ** 2;
    return {
      row: { ts: 0, "output.probability": score },
      label: random() < 0.1 + 0.6 * score ? "late" : "on_time",
    };
  });
  const { layout, records } = folded(rows);
  const { positives, negatives } = binary(sumSummaries(records, layout));
  expect(Math.abs(aucOfBins(positives, negatives) - exactAuc(rows))).toBeLessThan(1e-4);
});

function aucOfBins(positives: Float64Array, negatives: Float64Array): number {
  let below = 0;
  let pairs = 0;
  positives.forEach((count, bin) => {
    pairs += count * (below + (negatives[bin] ?? 0) / 2);
    below += negatives[bin] ?? 0;
  });
  return pairs / (below * positives.reduce((sum, count) => sum + count, 0));
}

function exactAuc(rows: readonly Labelled[]): number {
  const sorted = [...rows].sort(
    (a, b) => Number(a.row["output.probability"]) - Number(b.row["output.probability"]),
  );
  let below = 0;
  let pairs = 0;
  for (const { label } of sorted) {
    if (label === "late") pairs += below;
    else below += 1;
  }
  return pairs / (below * (rows.length - below));
}

test("a record of another generation reads without bins and segments, and never as absence", () => {
  const { layout, records } = folded([
    { row: { ts: 0, "features.x": 1, "features.c": "a", "output.probability": 0.9 }, label: "late" },
  ]);
  const next: Layout = { ...layout, generation: layout.generation + 1 };
  const summary = sumSummaries(records, next);
  expect(summary).toMatchObject({ predictions: 1, labelled: 1, output: { confusion: { tp: 1 } } });
  expect(
    summary.features.map(({ absent, counts }) => [absent, counts.every((count) => count === 0)]),
  ).toEqual([
    [0, true],
    [0, true],
  ]);
  const [record] = records;
  expect(record === undefined ? 1 : decodeSegment(record, next, "c", "a").predictions).toBe(0);
});

test("a reference is read in the order of the live layout; other bins than the live ones stay empty", () => {
  const { layout, records } = folded([{ row: { ts: 0, "features.x": 1, "features.c": "a" }, label: null }]);
  const summary = sumSummaries(records, layout);
  const turned: Layout = { ...layout, features: [...layout.features].reverse() };
  const aligned = alignSummary(summary, layout, turned);
  expect(aligned.features[0]).toBe(summary.features[1]);
  const rebinned: Layout = {
    ...turned,
    features: turned.features.map((feature) => ({
      ...feature,
      bins: { kind: "category" as const, categories: ["z"], tail: [], closed: true },
    })),
  };
  const other = alignSummary(summary, layout, rebinned);
  expect(other.features.map(({ counts }) => [...counts])).toEqual([
    [0, 0, 0],
    [0, 0, 0],
  ]);
});

test("a layout survives being stored", () => {
  const { layout } = folded([{ row: { ts: 0, "features.x": 1, "features.c": "a" }, label: null }]);
  expect(parseLayout(stringifyLayout(layout))).toEqual(layout);
  expect(stringifyLayout(layout).length).toBeLessThan(1500);
});
