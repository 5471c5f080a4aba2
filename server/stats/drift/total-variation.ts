import { DEFAULT_LEVEL } from "../estimate.ts";
import { foldedSumLimits } from "../uncertainty/folded-sum.ts";
import { type Counts, sharesOf, totalOf } from "./shares.ts";

/**
 * Total variation distance: ½ Σ |p_j − q_j|, the share of the traffic that changed bins.
 *
 * In [0, 1], symmetric, a metric. Noise alone makes it about ½ Σ √(2/π · p(1 − p)(1/N + 1/n)), so read it with
 * totalVariationLimits. No rows on one side: 0.5; callers answer `EMPTY` instead.
 *
 * @example totalVariation([100, 200, 300, 250, 150], [80, 150, 260, 310, 200]) // 0.11
 */
export function totalVariation(reference: Counts, current: Counts): number {
  const p = sharesOf(reference);
  const q = sharesOf(current);
  let sum = 0;
  for (let bin = 0; bin < p.length; bin++) sum += Math.abs((p[bin] ?? 0) - (q[bin] ?? 0));
  return Math.min(1, sum / 2);
}

/**
 * Limits for the true total variation, with the part that noise adds taken off (see foldedSumLimits).
 *
 * Each gap q_j − p_j has variance p(1 − p)/N + q(1 − q)/n; the whole sum's comes from the delta method with the
 * signs of the gaps. Null without rows on both sides.
 *
 * @example totalVariationLimits([500, 500], [40, 60])?.lo // 0
 */
export function totalVariationLimits(
  reference: Counts,
  current: Counts,
  level = DEFAULT_LEVEL,
): { lo: number; hi: number } | null {
  const nRef = totalOf(reference);
  const nCur = totalOf(current);
  if (!(nRef > 0) || !(nCur > 0)) return null;
  const p = sharesOf(reference);
  const q = sharesOf(current);
  const gaps = q.map((share, bin) => share - (p[bin] ?? 0));
  const errors = q.map((share, bin) =>
    Math.sqrt((share * (1 - share)) / nCur + ((p[bin] ?? 0) * (1 - (p[bin] ?? 0))) / nRef),
  );
  const standardError = Math.sqrt(signVariance(p, gaps) / nRef + signVariance(q, gaps) / nCur);
  const weights = gaps.map(() => 0.5);
  const value = totalVariation(reference, current);
  const { lo, hi } = foldedSumLimits({ gaps, errors, weights, standardError }, value, level);
  return { lo, hi: Math.min(1, hi) };
}

/** Variance of ½ sign(gap) over rows of these shares. */
function signVariance(shares: Float64Array, gaps: Float64Array): number {
  let mean = 0;
  let square = 0;
  for (let bin = 0; bin < shares.length; bin++) {
    const sign = 0.5 * Math.sign(gaps[bin] ?? 0);
    mean += (shares[bin] ?? 0) * sign;
    square += (shares[bin] ?? 0) * sign * sign;
  }
  return Math.max(0, square - mean * mean);
}
