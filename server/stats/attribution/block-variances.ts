import { studentTQuantile } from "../distributions/student-t.ts";
import { DEFAULT_LEVEL, type Interval } from "../estimate.ts";
import { blockJackknifeVariance } from "../uncertainty/block-jackknife.ts";

/** Counts and sums of one block of rows (a day, an hour); all blocks of a comparison have the same length. */
export type BlockCounts = Readonly<Float64Array>;

export interface TwoSides {
  readonly before: readonly BlockCounts[];
  readonly after: readonly BlockCounts[];
}

/**
 * Variances of any numbers that compare two ranges, from blocks of rows: each side's blocks are left out one at a
 * time, and the two sides' jackknife variances added.
 *
 * v = v(before) + v(after), each as blockJackknifeVariance. Whatever ties rows of one block together (a storm, a
 * broken feed) is in the variance. `statistic` gets both sides' sums and answers the same number of values each time,
 * or null where it has none. A side of one single block is taken as fixed (a reference): it adds nothing. A value that
 * cannot be told with some block left out has null, and so have all where a side has two to nine blocks, or both have one.
 *
 * @example blockVariances({ before: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((x) => Float64Array.of(x)), after: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1].map((x) => Float64Array.of(x)) }, (before, after) => [after[0] - before[0]]) // [74.25]
 */
export function blockVariances(
  sides: TwoSides,
  statistic: (before: Float64Array, after: Float64Array) => readonly (number | null)[] | null,
): (number | null)[] {
  const before = sumOfBlocks(sides.before);
  const after = sumOfBlocks(sides.after);
  const whole = statistic(before, after) ?? [];
  const isFixed = { before: sides.before.length === 1, after: sides.after.length === 1 };
  if (isFixed.before && isFixed.after) return whole.map(() => null);
  const ofBefore = isFixed.before
    ? null
    : sides.before.map((block) => statistic(without(before, block), after));
  const ofAfter = isFixed.after ? null : sides.after.map((block) => statistic(before, without(after, block)));
  return whole.map((_, index) => {
    const first = ofBefore === null ? 0 : jackknife(ofBefore, index);
    const second = ofAfter === null ? 0 : jackknife(ofAfter, index);
    return first === null || second === null ? null : first + second;
  });
}

/**
 * Sum of blocks, cell by cell; no blocks: an empty array.
 *
 * @example sumOfBlocks([Float64Array.of(1, 2), Float64Array.of(3, 4)]) // [4, 6]
 */
export function sumOfBlocks(blocks: readonly BlockCounts[]): Float64Array {
  const sum = new Float64Array(blocks[0]?.length ?? 0);
  for (const block of blocks) {
    for (let cell = 0; cell < sum.length; cell++) sum[cell] = (sum[cell] ?? 0) + (block[cell] ?? 0);
  }
  return sum;
}

/**
 * The interval of a difference, from the larger of the variances that could be had: value ± t √v, with t of one less
 * than the smaller side's blocks where blocks decided, else the normal quantile. No variance at all: null.
 *
 * @example differenceInterval(0, { closed: 1, blocks: null, degrees: 0 }) // -1.95996 to 1.95996
 */
export function differenceInterval(
  value: number,
  found: { closed: number | null; blocks: number | null; degrees: number },
  level = DEFAULT_LEVEL,
): Interval | null {
  const closed = finiteOr0(found.closed);
  const blocks = finiteOr0(found.blocks);
  if (found.closed === null && found.blocks === null) return null;
  const byBlocks = blocks > closed;
  const degrees = byBlocks ? Math.max(1, found.degrees) : Number.POSITIVE_INFINITY;
  const reach = quantile(0.5 + level / 2, degrees) * Math.sqrt(Math.max(closed, blocks));
  return { lo: value - reach, hi: value + reach, level, method: byBlocks ? "block-jackknife" : "delta" };
}

function quantile(p: number, degrees: number): number {
  // Above this many degrees Student's t is the normal to all digits that matter.
  return studentTQuantile(p, Math.min(degrees, 1e7));
}

function finiteOr0(value: number | null): number {
  return value !== null && Number.isFinite(value) ? Math.max(0, value) : 0;
}

function without(total: Float64Array, block: BlockCounts): Float64Array {
  return total.map((value, cell) => value - (block[cell] ?? 0));
}

function jackknife(values: readonly (readonly (number | null)[] | null)[], index: number): number | null {
  const one = values.map((all) => all?.[index] ?? Number.NaN);
  return blockJackknifeVariance(one);
}
