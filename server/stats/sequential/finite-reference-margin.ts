import { type Counts, sharesOf, smoothedSharesOf, totalOf } from "../drift/shares.ts";

/** The chance that the true reference lies outside its margins, spent once per reference. */
export const DEFAULT_REFERENCE_MISS = 0.01;

/**
 * How far, in total variation, the shares of N reference rows may be from the true ones: ε with
 * P(TV(p, p_true) > ε) ≤ α.
 *
 * The smaller of √((K ln 2 + ln(1/α)) ÷ 2N) (Weissman et al. 2003) and the mean with McDiarmid's bound,
 * ½ Σ √(p_j (1 − p_j) ÷ N) + √(ln(1/α) ÷ 2N). Counts by bin; fractions are fine (rows divided by their design
 * effect). In (0, 1]; one bin gives 0; no rows give 1: nothing is known.
 *
 * @example finiteReferenceMargin([1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000], 0.01) // 0.0240173
 */
export function finiteReferenceMargin(counts: Counts, miss = DEFAULT_REFERENCE_MISS): number {
  if (counts.length <= 1) return 0;
  const rows = totalOf(counts);
  if (!(rows > 0)) return 1;
  const chance = Math.log(1 / miss);
  let spread = 0;
  for (const share of sharesOf(counts)) spread += Math.sqrt((share * (1 - share)) / rows);
  const byBins = Math.sqrt((counts.length * Math.LN2 + chance) / (2 * rows));
  return Math.min(1, byBins, spread / 2 + Math.sqrt(chance / (2 * rows)));
}

/**
 * The smallest drift that a reference of this size lets anyone certify: d = δ + ε_ref + TV(p̃, p), δ the tolerance
 * and p̃ the smoothed shares. Drift beyond δ but below d is real and yet cannot be told from a reference that was
 * drawn unluckily; pages say so. ε_ref at half of `miss`, the other half is for the rates of single bins.
 *
 * @example smallestCertifiableDrift([1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000], { tolerance: 0.02 }) // 0.0447283
 */
export function smallestCertifiableDrift(
  counts: Counts,
  options: { tolerance: number; referenceMiss?: number },
): number {
  const margin = finiteReferenceMargin(counts, (options.referenceMiss ?? DEFAULT_REFERENCE_MISS) / 2);
  const plain = sharesOf(counts);
  let smoothing = 0;
  for (const [bin, share] of smoothedSharesOf(counts).entries()) {
    smoothing += Math.abs(share - (plain[bin] ?? 0)) / 2;
  }
  return Math.min(1, options.tolerance + margin + smoothing);
}
