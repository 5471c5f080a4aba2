import { blockJackknifeVariance } from "../uncertainty/block-jackknife.ts";

/**
 * By how much rows that hang together inflate the variance of a statistic: block-jackknife variance ÷ the variance
 * that independent rows would give.
 *
 * `leftOut`: the statistic with one block (a day, a week) left out at a time. Never below 1, and 1 where it cannot be
 * told: fewer than ten blocks, a value that is not finite, or no variance of independent rows. The variance of a
 * jackknife over B blocks is itself known to about √(2/B) only.
 *
 * @example gapDesignEffect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 37.125) // 74.25 / 37.125 = 2
 */
export function gapDesignEffect(leftOut: readonly number[], independentVariance: number): number {
  const variance = blockJackknifeVariance(leftOut);
  if (variance === null || !(independentVariance > 0)) return 1;
  return Math.max(1, variance / independentVariance);
}
