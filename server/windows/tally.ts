import { addPair } from "#server/windows/exact-sum.ts";
import { mergeFlatMoments } from "#server/windows/moments.ts";
import { mergeNewValues, type NewValues } from "#server/windows/new-values.ts";

/**
 * A summary in its flat form: what is stored, merged by the writer and small for a window with few rows. Also a
 * change to one: counts of a tally that takes labels out are negative.
 */
export interface Tally {
  /** Ascending cell keys (`cells.ts`) and their counts; no count is zero. */
  readonly cells: Uint32Array;
  readonly counts: Float64Array;
  /** `moments.ts` by MOMENT_SLOT; empty when there are none. */
  readonly moments: Float64Array;
  /** `exact-sum.ts` by LOSS_SUM, ERROR_SUM or LIST_SUM; empty when nothing is labelled. */
  readonly sums: Float64Array;
  readonly firstTs: number;
  readonly lastTs: number;
  /** By feature index. */
  readonly newValues: ReadonlyMap<number, NewValues>;
}

const NO_NUMBERS = new Float64Array(0);
const NO_NEW_VALUES: ReadonlyMap<number, NewValues> = new Map();

export const EMPTY_TALLY: Tally = {
  cells: new Uint32Array(0),
  counts: NO_NUMBERS,
  moments: NO_NUMBERS,
  sums: NO_NUMBERS,
  firstTs: Number.POSITIVE_INFINITY,
  lastTs: Number.NEGATIVE_INFINITY,
  newValues: NO_NEW_VALUES,
};

export function mergeTallies(a: Tally, b: Tally): Tally {
  if (a.cells.length === 0 && a.sums.length === 0) return b;
  if (b.cells.length === 0 && b.sums.length === 0) return a;
  return {
    ...mergeCells(a, b),
    moments: mergeFlatMoments(a.moments, b.moments),
    sums: mergeSums(a.sums, b.sums),
    firstTs: Math.min(a.firstTs, b.firstTs),
    lastTs: Math.max(a.lastTs, b.lastTs),
    newValues: mergeNewValuesByFeature(a.newValues, b.newValues),
  };
}

/** Merges by halves: n lists of m cells cost n·m·log n, not n²·m. */
export function mergeAllTallies(tallies: readonly Tally[]): Tally {
  if (tallies.length === 0) return EMPTY_TALLY;
  let level: readonly Tally[] = tallies;
  while (level.length > 1) {
    const next: Tally[] = [];
    for (let index = 0; index < level.length; index += 2) {
      next.push(mergeTallies(level[index] ?? EMPTY_TALLY, level[index + 1] ?? EMPTY_TALLY));
    }
    level = next;
  }
  return level[0] ?? EMPTY_TALLY;
}

/** Count of one cell; 0 where the tally has none. */
export function countOf(tally: Tally, key: number): number {
  let low = 0;
  let high = tally.cells.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((tally.cells[middle] ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  return tally.cells[low] === key ? (tally.counts[low] ?? 0) : 0;
}

let scratchCells = new Uint32Array(4096);
let scratchCounts = new Float64Array(4096);

function reserve(length: number): void {
  if (scratchCells.length >= length) return;
  scratchCells = new Uint32Array(length * 2);
  scratchCounts = new Float64Array(length * 2);
}

function mergeCells(a: Tally, b: Tally): Pick<Tally, "cells" | "counts"> {
  const aLength = a.cells.length;
  const bLength = b.cells.length;
  reserve(aLength + bLength);
  const cells = scratchCells;
  const counts = scratchCounts;
  let i = 0;
  let j = 0;
  let length = 0;
  while (i < aLength || j < bLength) {
    const aKey = i < aLength ? (a.cells[i] ?? 0) : Number.POSITIVE_INFINITY;
    const bKey = j < bLength ? (b.cells[j] ?? 0) : Number.POSITIVE_INFINITY;
    let count = 0;
    if (aKey <= bKey) count += a.counts[i++] ?? 0;
    if (bKey <= aKey) count += b.counts[j++] ?? 0;
    if (count === 0) continue;
    cells[length] = Math.min(aKey, bKey);
    counts[length++] = count;
  }
  return { cells: cells.slice(0, length), counts: counts.slice(0, length) };
}

function mergeSums(a: Float64Array, b: Float64Array): Float64Array {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const merged = new Float64Array(Math.max(a.length, b.length));
  merged.set(a);
  for (let slot = 0; slot * 2 < b.length; slot += 1) {
    addPair(merged, slot, b[slot * 2] ?? 0, b[slot * 2 + 1] ?? 0);
  }
  return merged;
}

function mergeNewValuesByFeature(
  a: ReadonlyMap<number, NewValues>,
  b: ReadonlyMap<number, NewValues>,
): ReadonlyMap<number, NewValues> {
  if (b.size === 0) return a;
  if (a.size === 0) return b;
  const merged = new Map(a);
  for (const [feature, values] of b) {
    const before = merged.get(feature);
    merged.set(feature, before === undefined ? values : mergeNewValues(before, values));
  }
  return merged;
}
