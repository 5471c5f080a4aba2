/**
 * Kullback–Leibler divergence of q from p: the nats lost per row by describing rows of q with the shares p.
 *
 * Σ q_j ln(q_j ÷ p_j), 0 ln 0 = 0, written KL(q ‖ p), current ‖ reference. Not symmetric. ≥ 0; +∞ where q has a
 * bin that p lacks, so give smoothed shares (see smoothedSharesOf). Shares must each sum to 1.
 *
 * @example kullbackLeibler([0.5, 0.5], [0.25, 0.75]) // 0.14384103622589042
 */
export function kullbackLeibler(q: ArrayLike<number>, p: ArrayLike<number>): number {
  let sum = 0;
  for (let bin = 0; bin < q.length; bin++) {
    const share = q[bin] ?? 0;
    if (share > 0) sum += share * Math.log(share / (p[bin] ?? 0));
  }
  return Math.max(0, sum);
}
