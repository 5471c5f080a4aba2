import { incompleteBeta } from "../distributions/incomplete-beta.ts";
import { logGamma } from "../distributions/log-gamma.ts";

const TAIL_MIN = 1e-300;

/**
 * An e-value from a p-value, κ p^(κ − 1), κ in (0, 1): valid whatever test the p came from (Shafer et al. 2011).
 *
 * For joining an audit's p-value to other evidence. p = 0 gives Infinity, p outside [0, 1] NaN.
 *
 * @example eFromP(0.001) // 0.5 · 0.001^−0.5 = 15.811388300841896
 */
export function eFromP(p: number, kappa = 0.5): number {
  return p >= 0 && p <= 1 ? kappa * p ** (kappa - 1) : Number.NaN;
}

/**
 * The e-Shiryaev–Roberts recursion in logarithms over a sequence of ln e, M ← e (M + 1); answers ln M after each.
 *
 * Here for comparison. Detectors with a tolerance do not use it: factors of exactly 1 (no bet) let it grow by 1 a window
 * until it alarms on no evidence at all. The conformal bets do, since a normal z never abstains.
 *
 * @example logEShiryaevRoberts([0.5, 2, 4, 0.25, 3].map(Math.log)).map(Math.exp) // [0.5, 3.0, 16.0, 4.25, 15.75]
 */
export function logEShiryaevRoberts(logFactors: ArrayLike<number>): number[] {
  let evidence = Number.NEGATIVE_INFINITY;
  return Array.from(logFactors, (logFactor) => {
    evidence =
      logFactor +
      (evidence > 0 ? evidence + Math.log1p(Math.exp(-evidence)) : Math.log1p(Math.exp(evidence)));
    return evidence;
  });
}

/**
 * ln of the evidence that a rate is above b, at one fixed look: the likelihoods of all larger rates averaged over
 * Beta(α, β) cut to (b, 1), over the likelihood at b.
 *
 * lnB(α + k, β + n − k) − lnB(α, β) + ln P(Beta(α + k, β + n − k) > b) − ln P(Beta(α, β) > b) − k ln b − (n − k) ln(1 − b). An e-value
 * for every rate ≤ b. For audits of one table; over time use createRateDetector. b in (0, 1), uniform α = β = 1 unless told
 * otherwise. No rows: 0.
 *
 * @example logBetaMixtureAbove({ successes: 20, trials: 100 }, 0.1) // 2.23922
 */
export function logBetaMixtureAbove(
  counts: { successes: number; trials: number },
  limit: number,
  prior: { alpha: number; beta: number } = { alpha: 1, beta: 1 },
): number {
  const { successes: k, trials: n } = counts;
  const failures = n - k;
  const mixture = logBeta(prior.alpha + k, prior.beta + failures) - logBeta(prior.alpha, prior.beta);
  const kept =
    logUpperBeta(limit, prior.alpha + k, prior.beta + failures) -
    logUpperBeta(limit, prior.alpha, prior.beta);
  return mixture + kept - k * Math.log(limit) - failures * Math.log1p(-limit);
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** ln P(Beta(a, b) > x), by the mirrored tail so that a small one keeps its digits. */
function logUpperBeta(x: number, a: number, b: number): number {
  return Math.log(Math.max(TAIL_MIN, incompleteBeta(1 - x, b, a)));
}
