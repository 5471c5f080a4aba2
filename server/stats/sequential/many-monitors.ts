/** One monitor of a family: its evidence and how patient it must be. */
export interface MonitorEvidence {
  /** ln M_f at its last sealed window; −∞ (or NaN) while it has none. */
  readonly logEvidence: number;
  /** ln A_f: the family's budget in windows of this monitor, see patienceInWindows. */
  readonly logPatience: number;
}

/**
 * Evidence over patience of every monitor, adjusted for how many there are, as logarithms: a monitor alarms when its
 * figure is ≥ 0. Answers in the order of the input; no monitors: none.
 *
 * With r_f = M_f ÷ A_f, sorted r_[1] ≥ … ≥ r_[F], and k* = max{k : k r_[k] ≥ F}, the top k* alarm; f's
 * adjusted figure is max over k ≥ rank(f) of k r_[k] ÷ F, which is ≥ 1 just for those. F counts every monitor that could
 * alarm, quiet ones included: fix it before looking. One monitor: r itself. Monotone in every M_f. O(F log F).
 *
 * Guarantee: the mean time to the first false alarm of the whole family is at least the budget B, under any dependence
 * between monitors. Proof. Let τ be that time and A_f = B ÷ w_f for windows of width w_f. By τ, f has sealed
 * N_f ≤ τ ÷ w_f windows, and as an e-detector has E[M_f(τ)] ≤ E[N_f], so E[r_f(τ)] ≤ E[τ] ÷ (w_f A_f) = E[τ] ÷ B; so has
 * their mean r̄. At an alarm Σ r_f ≥ k* r_[k*] ≥ F, so r̄(τ) ≥ 1. Hence 1 ≤ E[r̄(τ)] ≤ E[τ] ÷ B. (E[τ] = ∞ is no less.)
 *
 * Needs every window's factor to have mean ≤ 1 given all that the family saw before it was sealed: so for windows of
 * equal width, or on different rows. Where narrow windows lie inside wide ones on the same rows, stopping may have
 * seen half of a wide window; then for V widths the union bound gives P(false alarm within t) ≤ V t ÷ B (simulated, an hourly and
 * a daily monitor of the same rows: 2.6 budgets to the first).
 *
 * The rule is Dandapanthula and Ramdas' (2025) evidence over patience with the e-BH steps (Wang and Ramdas 2022).
 *
 * @example adjustedLogEvidence([{ logEvidence: 8, logPatience: 6 }, { logEvidence: 7.5, logPatience: 6 }, { logEvidence: 1, logPatience: 6 }]) // [1.094535, 1.094535, -5]
 */
export function adjustedLogEvidence(monitors: readonly MonitorEvidence[]): number[] {
  const family = Math.log(monitors.length);
  const ratios = monitors.map(({ logEvidence, logPatience }) => {
    const ratio = logEvidence - logPatience;
    return Number.isNaN(ratio) ? Number.NEGATIVE_INFINITY : ratio;
  });
  const order = ratios.map((_, index) => index).sort((a, b) => (ratios[b] ?? 0) - (ratios[a] ?? 0));
  const adjusted = new Array<number>(monitors.length).fill(Number.NEGATIVE_INFINITY);
  let best = Number.NEGATIVE_INFINITY;
  for (let rank = order.length; rank >= 1; rank--) {
    const monitor = order[rank - 1] ?? 0;
    best = Math.max(best, Math.log(rank) + (ratios[monitor] ?? Number.NEGATIVE_INFINITY) - family);
    adjusted[monitor] = best;
  }
  return adjusted;
}
