import { type Counts, sharesOf } from "./shares.ts";

/**
 * Jensen–Shannon divergence in nats: ½ KL(p ‖ m) + ½ KL(q ‖ m) with m = (p + q) ÷ 2. In [0, ln 2].
 *
 * Needs no smoothing: m is positive wherever p or q is. No rows on one side: the other side's half, ln 2 ÷ 2;
 * callers answer `EMPTY` instead (see driftStatus). Lin 1991.
 *
 * @example jensenShannonDivergence([10, 0], [0, 10]) // ln 2 = 0.6931471805599453
 */
export function jensenShannonDivergence(reference: Counts, current: Counts): number {
  const p = sharesOf(reference);
  const q = sharesOf(current);
  let sum = 0;
  for (let bin = 0; bin < p.length; bin++) {
    sum += half(p[bin] ?? 0, q[bin] ?? 0) + half(q[bin] ?? 0, p[bin] ?? 0);
  }
  return Math.min(Math.LN2, Math.max(0, sum));
}

function half(a: number, b: number): number {
  return a > 0 ? 0.5 * a * Math.log((2 * a) / (a + b)) : 0;
}

/**
 * Jensen–Shannon distance, base 2: √(divergence ÷ ln 2). 0 for equal shares, 1 for nothing in common.
 *
 * A metric (it obeys the triangle inequality), symmetric, bounded, at ease with new categories. The base matters:
 * with natural logarithms the same data give 0.8326 times as much (Endres and Schindelin 2003).
 *
 * @example jensenShannonDistance([100, 200, 300, 250, 150], [80, 150, 260, 310, 200]) // 0.09658030431583708
 */
export function jensenShannonDistance(reference: Counts, current: Counts): number {
  return Math.sqrt(jensenShannonDivergence(reference, current) / Math.LN2);
}
