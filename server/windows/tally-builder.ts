import { CELLS_A_BLOCK, cellKey } from "#server/windows/cells.ts";
import { MOMENT_FIELDS } from "#server/windows/moments.ts";
import { boundNewValues, type NewValues } from "#server/windows/new-values.ts";
import type { RowGroups } from "#server/windows/row-groups.ts";
import { EMPTY_TALLY, type Tally } from "#server/windows/tally.ts";

/** A row without a cell in this block. */
export const NO_CELL = 0xffff;

/** Takes in blocks in ascending order and becomes a tally. */
export class TallyBuilder {
  private readonly keys: number[] = [];
  private readonly counts: number[] = [];
  private flatMoments: number[] = [];
  private readonly values = new Map<number, NewValues>();
  firstTs = EMPTY_TALLY.firstTs;
  lastTs = EMPTY_TALLY.lastTs;

  add(key: number, count: number): void {
    if (count === 0) return;
    this.keys.push(key);
    this.counts.push(count);
  }

  setMoments(slot: number, n: number, mean: number, m2: number, min: number, max: number): void {
    while (this.flatMoments.length < slot * MOMENT_FIELDS) this.flatMoments.push(0);
    this.flatMoments.push(n, mean, m2, min, max);
  }

  setNewValues(feature: number, values: NewValues): void {
    this.values.set(feature, boundNewValues(values));
  }

  build(): Tally {
    return {
      cells: Uint32Array.from(this.keys),
      counts: Float64Array.from(this.counts),
      moments: Float64Array.from(this.flatMoments),
      sums: EMPTY_TALLY.sums,
      firstTs: this.firstTs,
      lastTs: this.lastTs,
      newValues: this.values,
    };
  }
}

const counted = new Float64Array(CELLS_A_BLOCK);
const touched = new Uint16Array(CELLS_A_BLOCK);

/** Counts the cells of one block, group by group, into the groups' builders. `extras`: further cells of some rows. */
export function countBlock(
  groups: RowGroups,
  builders: readonly TallyBuilder[],
  block: number,
  cells: Uint16Array,
  extras: readonly Uint16Array[] = [],
): void {
  const { order, offsets } = groups;
  for (let group = 0; group < groups.count; group += 1) {
    const from = offsets[group] as number;
    const to = offsets[group + 1] as number;
    let length = 0;
    for (let at = from; at < to; at += 1) {
      const cell = cells[order[at] as number] as number;
      if (cell === NO_CELL) continue;
      const before = counted[cell] as number;
      counted[cell] = before + 1;
      if (before === 0) touched[length++] = cell;
    }
    for (const extra of extras) length = countExtra(order, from, to, extra, length);
    const builder = builders[group];
    if (builder !== undefined) drain(builder, block, length);
  }
}

function countExtra(
  order: Uint32Array,
  from: number,
  to: number,
  extra: Uint16Array,
  length: number,
): number {
  let touchedLength = length;
  for (let at = from; at < to; at += 1) {
    const cell = extra[order[at] as number] as number;
    if (cell === NO_CELL) continue;
    const before = counted[cell] as number;
    counted[cell] = before + 1;
    if (before === 0) touched[touchedLength++] = cell;
  }
  return touchedLength;
}

/** Hands the counted cells to the builder in order and clears them. */
function drain(builder: TallyBuilder, block: number, length: number): void {
  sortTouched(length);
  const base = cellKey(block, 0);
  for (let index = 0; index < length; index += 1) {
    const cell = touched[index] as number;
    builder.add(base + cell, counted[cell] as number);
    counted[cell] = 0;
  }
}

/** Few cells, mostly: an insertion sort beats the general one. */
function sortTouched(length: number): void {
  if (length > 32) {
    touched.subarray(0, length).sort();
    return;
  }
  for (let index = 1; index < length; index += 1) {
    const cell = touched[index] as number;
    let at = index - 1;
    while (at >= 0 && (touched[at] as number) > cell) {
      touched[at + 1] = touched[at] as number;
      at -= 1;
    }
    touched[at + 1] = cell;
  }
}

/** Moments of each group's values (not NaN), two passes: the mean first, then deviations from it. */
export function momentsOfGroups(
  groups: RowGroups,
  builders: readonly TallyBuilder[],
  slot: number,
  values: Float64Array,
): void {
  const { order, offsets } = groups;
  for (let group = 0; group < groups.count; group += 1) {
    const from = offsets[group] as number;
    const to = offsets[group + 1] as number;
    let n = 0;
    let sum = 0;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let at = from; at < to; at += 1) {
      const value = values[order[at] as number] as number;
      if (Number.isNaN(value)) continue;
      n += 1;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    if (n === 0) continue;
    const mean = Math.min(max, Math.max(min, sum / n));
    let m2 = 0;
    for (let at = from; at < to; at += 1) {
      const deviation = (values[order[at] as number] as number) - mean;
      if (!Number.isNaN(deviation)) m2 += deviation * deviation;
    }
    builders[group]?.setMoments(slot, n, mean, m2, min, max);
  }
}
