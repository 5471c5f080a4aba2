import { betaQuantile } from "../distributions/incomplete-beta.ts";

/**
 * Exact one-sided upper limit of a share after k successes in n trials (Clopper and Pearson 1934):
 * the share so large that k or fewer would happen with probability α. BetaInv(1 − α; k + 1, n − k).
 *
 * In (0, 1]; k = n gives 1; n ≤ 0 or k outside [0, n] gives NaN.
 *
 * @example clopperPearsonUpper(0, 5000, 0.01) // 0.00092061
 */
export function clopperPearsonUpper(successes: number, trials: number, alpha: number): number {
  if (!(trials > 0) || !(successes >= 0) || successes > trials) return Number.NaN;
  if (successes === trials) return 1;
  return betaQuantile(1 - alpha, successes + 1, trials - successes);
}

/**
 * Exact one-sided lower limit of a share: BetaInv(α; k, n − k + 1). k = 0 gives 0.
 *
 * @example clopperPearsonLower(5000, 5000, 0.01) // 0.99907939
 */
export function clopperPearsonLower(successes: number, trials: number, alpha: number): number {
  if (!(trials > 0) || !(successes >= 0) || successes > trials) return Number.NaN;
  if (successes === 0) return 0;
  return betaQuantile(alpha, successes, trials - successes + 1);
}
