import { type Counts, sharesOf } from "./shares.ts";

/**
 * Hellinger distance: √(1 − Σ √(p_j q_j)). 0 for equal shares, 1 for nothing in common. Symmetric, a metric.
 *
 * Computed as ‖√p − √q‖ ÷ √2, which keeps its digits for shares that are nearly equal. No rows on one side: 1/√2;
 * callers answer `EMPTY` instead.
 *
 * @example hellingerDistance([10, 0], [0, 10]) // 1
 */
export function hellingerDistance(reference: Counts, current: Counts): number {
  const p = sharesOf(reference);
  const q = sharesOf(current);
  let sum = 0;
  for (let bin = 0; bin < p.length; bin++) sum += (Math.sqrt(p[bin] ?? 0) - Math.sqrt(q[bin] ?? 0)) ** 2;
  return Math.min(1, Math.sqrt(sum / 2));
}
