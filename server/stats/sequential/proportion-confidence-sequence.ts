import { logGamma } from "../distributions/log-gamma.ts";
import type { Interval } from "../estimate.ts";

const BISECTIONS = 60;
const DEFAULT_ALPHA = 0.05;

/**
 * Limits for a share that hold at every look together: P(the true share is ever outside) ≤ α, for a chart that is
 * watched as it grows.
 *
 * {p : lnB(a + k, b + n − k) − lnB(a, b) − k ln p − (n − k) ln(1 − p) < ln(1/α)} with a uniform mixture a = b = 1 (Ville's inequality for
 * the beta-binomial martingale; Robbins 1970). Exact for every n; about 1.6 times as wide as Wilson's interval at 100 rows, which it
 * holds. k and n are the sums so far and may be fractions. k = 0 gives 0 below, k = n gives 1 above. n ≤ 0 or k outside [0, n]:
 * null. Independent rows; with over-dispersion η pass k/η and n/η.
 *
 * @example proportionConfidenceSequence(60, 100) // 0.44077445 to 0.74603626
 */
export function proportionConfidenceSequence(
  successes: number,
  trials: number,
  alpha = DEFAULT_ALPHA,
): Interval | null {
  if (!(trials > 0) || !(successes >= 0) || successes > trials) return null;
  const failures = trials - successes;
  const mixture = logGamma(1 + successes) + logGamma(1 + failures) - logGamma(2 + trials);
  const surprises = (p: number): boolean =>
    mixture - product(successes, Math.log(p)) - product(failures, Math.log1p(-p)) >= -Math.log(alpha);
  const share = successes / trials;
  return {
    lo: successes === 0 ? 0 : bisect(surprises, 0, share),
    hi: successes === trials ? 1 : bisect(surprises, 1, share),
    level: 1 - alpha,
    method: "beta-binomial-sequence",
  };
}

/** k ln p with 0 ln 0 = 0. */
function product(count: number, log: number): number {
  return count === 0 ? 0 : count * log;
}

function bisect(surprises: (p: number) => boolean, outer: number, inner: number): number {
  let out = outer;
  let inside = inner;
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (out + inside) / 2;
    if (surprises(middle)) out = middle;
    else inside = middle;
  }
  return out;
}

/**
 * Limits for the difference of two shares, second minus first, that hold at every look: [L₂ − U₁, U₂ − L₁] from two
 * sequences at α/2 each. For groups or versions compared on a growing chart; conservative by the union bound. Null when
 * either has no rows.
 *
 * @example shareDifferenceConfidenceSequence({ successes: 60, trials: 100 }, { successes: 60, trials: 100 }) // -0.32426 to 0.32426
 */
export function shareDifferenceConfidenceSequence(
  first: { successes: number; trials: number },
  second: { successes: number; trials: number },
  alpha = DEFAULT_ALPHA,
): Interval | null {
  const one = proportionConfidenceSequence(first.successes, first.trials, alpha / 2);
  const two = proportionConfidenceSequence(second.successes, second.trials, alpha / 2);
  if (one === null || two === null) return null;
  return { lo: two.lo - one.hi, hi: two.hi - one.lo, level: 1 - alpha, method: "beta-binomial-sequence" };
}
