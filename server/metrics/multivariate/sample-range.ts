import { bottomK, hash53 } from "#server/stats/sketch/bottom-k.ts";
import type { Rows } from "#server/store/columns.ts";
import type { EventReader } from "#server/store/event-store.ts";
import { hashIds } from "#server/store/index/id-hash.ts";
import { canonicalCategory } from "#server/windows/category-bins.ts";
import { numberReader, textReader } from "#server/windows/read-columns.ts";

export type Cell = number | string | null;

export interface SampledFeature {
  readonly name: string;
  readonly type: "number" | "category";
}

export interface RangeSample {
  /** By feature, then by row; NaN or null where a row has no value. */
  readonly cells: ReadonlyArray<readonly Cell[]>;
  readonly rows: number;
  readonly ofRows: number;
}

export interface RangeToSample {
  readonly modelId: number;
  readonly version: string;
  /** from ≤ ts < to. */
  readonly stretches: ReadonlyArray<{ readonly from: number; readonly to: number }>;
}

/**
 * Rows of a range by the smallest hashes of their ids: the same rows whatever chunks they lie in. One chunk is in
 * memory at a time, and of rows only those that may still be drawn. Yields after every chunk.
 */
export function* sampleRange(
  reader: Pick<EventReader, "scan">,
  range: RangeToSample,
  features: readonly SampledFeature[],
  size: number,
): Generator<undefined, RangeSample> {
  const sample = bottomK(size);
  const kept = new Map<number, readonly Cell[]>();
  for (const { from, to } of range.stretches) {
    const { modelId, version } = range;
    for (const { rows, positions } of reader.scan({ modelId, versions: [version], from, to })) {
      const { hi, lo } = hashIds(modelId, rows.ids, rows.count);
      const cellsOf = rowReader(rows, features);
      for (const row of positions) {
        const item = sample.offered();
        if (sample.offer(hash53(hi[row] ?? 0, lo[row] ?? 0), item)) kept.set(item, cellsOf(row));
      }
      if (kept.size > 3 * size) forget(kept, sample.taken());
      yield;
    }
  }
  const rowsKept = sample.taken().map((item) => kept.get(item) ?? []);
  const cells = features.map((_, index) => rowsKept.map((row) => row[index] ?? null));
  return { cells, rows: rowsKept.length, ofRows: sample.offered() };
}

/** Columns are decoded when the first row of the chunk is drawn. */
function rowReader(rows: Rows, features: readonly SampledFeature[]): (row: number) => Cell[] {
  let readers: Array<(row: number) => Cell> | null = null;
  return (row) => {
    readers ??= features.map((feature) => featureReader(rows, feature));
    return readers.map((read) => read(row));
  };
}

export function featureReader(rows: Rows, { name, type }: SampledFeature): (row: number) => Cell {
  const column = rows.column(`features.${name}`);
  if (type === "number") {
    const number = numberReader(column);
    return (row) => {
      const value = number(row);
      return Number.isFinite(value) ? value : Number.NaN;
    };
  }
  const text = textReader(column);
  return (row) => {
    const value = text(row);
    return value === null ? null : canonicalCategory(value);
  };
}

function forget(kept: Map<number, readonly Cell[]>, taken: readonly number[]): void {
  const wanted = new Set(taken);
  for (const item of kept.keys()) if (!wanted.has(item)) kept.delete(item);
}
