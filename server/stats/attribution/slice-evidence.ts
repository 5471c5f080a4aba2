const BETS = [0.5, 1, 2, 4, 8];

/**
 * e-value that a true excess is above 0, from its estimate in standard errors: the mean over bets λ ∈ {½, 1, 2, 4, 8} of
 * exp(λz − λ²/2).
 *
 * Mean at most 1 when the estimate is normal around an excess ≤ 0 (so it leans on the central limit and on an honest
 * standard error: give it one from blocks where rows hang together); no other assumption, so e-values of overlapping
 * slices may be put through e-BH as they are. Large z give large evidence, about e^(z²/2) up to z = 8. z of −∞: 0 nearly;
 * NaN: 0, nothing known.
 *
 * @example logExcessEvidence(4) // 6.5294
 */
export function logExcessEvidence(z: number): number {
  if (Number.isNaN(z)) return Number.NEGATIVE_INFINITY;
  const logs = BETS.map((bet) => bet * z - (bet * bet) / 2);
  const high = Math.max(...logs);
  if (!Number.isFinite(high)) return high;
  return high + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - high), 0) / BETS.length);
}
