import type { Ratio } from "../accuracy/confusion-rates.ts";
import { logGamma } from "../distributions/log-gamma.ts";
import { proportionConfidenceSequence } from "../sequential/proportion-confidence-sequence.ts";

/**
 * Logarithm of the evidence against a share p after k successes in n trials: ln B(1 + k, 1 + n − k) − k ln p −
 * (n − k) ln(1 − p), the likelihood ratio of all shares, mixed evenly, to p (Robbins 1970).
 *
 * An e-process: if p is true, its mean is 1 at any time, so it reaches 1/α ever with probability at most α. Least at
 * p = k ÷ n, where it is below 0. p = 0 or 1 against a single contrary trial: Infinity. k and n may be fractions,
 * such as counts divided by a design effect. n = 0: 0, no evidence.
 *
 * @example shareLogEvidence({ successes: 60, trials: 100 }, 0.3) // 17.0997
 */
export function shareLogEvidence({ successes, trials }: Ratio, share: number): number {
  if (!(trials > 0)) return 0;
  const failures = trials - successes;
  const mixed = logGamma(1 + successes) + logGamma(1 + failures) - logGamma(2 + trials);
  return mixed - power(successes, share) - power(failures, 1 - share);
}

function power(times: number, share: number): number {
  return times === 0 ? 0 : times * Math.log(share);
}

/**
 * Evidence that a group's share lies beyond tolerance of the reference group's: the least of shareLogEvidence over
 * all shares within `tolerance` of the reference group's confidence sequence at `alphaReference`.
 *
 * A logarithm; below 0 where the group's share is among them. An e-value unless the sequence misses the reference
 * group's truth, which happens with probability alphaReference: to be given to eBenjaminiHochberg over groups and
 * metrics, at what is left of α. Independent groups and rows; divide counts by their design effect (effectiveRatio).
 *
 * @example gapLogEvidence({ successes: 60, trials: 100 }, { successes: 60, trials: 100 }, { tolerance: 0.05, alphaReference: 0.025 }) // -2.1045
 */
export function gapLogEvidence(
  group: Ratio,
  reference: Ratio,
  options: { readonly tolerance: number; readonly alphaReference: number },
): number {
  const { successes, trials } = reference;
  const known = proportionConfidenceSequence(successes, trials, options.alphaReference);
  if (known === null || !(group.trials > 0)) return 0;
  const lo = Math.max(0, known.lo - options.tolerance);
  const hi = Math.min(1, known.hi + options.tolerance);
  const share = group.successes / group.trials;
  return shareLogEvidence(group, Math.min(hi, Math.max(lo, share)));
}
