import { studentTQuantile } from "../distributions/student-t.ts";
import { DEFAULT_LEVEL, type Interval } from "../estimate.ts";

/** Fewer blocks than this make a variance of a variance that nobody should read. */
export const BLOCKS_MIN = 10;

/**
 * Variance of any statistic from its values with one block of rows left out at a time.
 *
 * v = (B − 1) ÷ B · Σ (θ₍₋b₎ − θ̄)². Blocks are the window's micro-batches, so whatever ties rows of one batch
 * together is in the variance; the closed forms assume independent rows. Deterministic. Null below ten blocks, or
 * when any value is not finite.
 *
 * @example blockJackknifeVariance([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) // 0.9 · 82.5 = 74.25
 */
export function blockJackknifeVariance(leftOut: readonly number[]): number | null {
  const blocks = leftOut.length;
  if (blocks < BLOCKS_MIN || !leftOut.every(Number.isFinite)) return null;
  const mean = leftOut.reduce((sum, value) => sum + value, 0) / blocks;
  const squares = leftOut.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return ((blocks - 1) / blocks) * squares;
}

/**
 * Interval by the block jackknife: θ̂ ± t_{B−1} √v.
 *
 * @example blockJackknifeInterval(5.5, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) // -13.9927 to 24.9927
 */
export function blockJackknifeInterval(
  estimate: number,
  leftOut: readonly number[],
  level = DEFAULT_LEVEL,
): Interval | null {
  const variance = blockJackknifeVariance(leftOut);
  if (variance === null) return null;
  const reach = studentTQuantile(0.5 + level / 2, leftOut.length - 1) * Math.sqrt(variance);
  return { lo: estimate - reach, hi: estimate + reach, level, method: "block-jackknife" };
}
