import { noncentralityNear } from "../distributions/noncentrality-table.ts";
import { DEFAULT_LEVEL } from "../estimate.ts";

export interface SampleSizes {
  /** Bins that hold a row on either side. */
  readonly bins: number;
  readonly nRef: number;
  readonly nCur: number;
}

/**
 * Limits for the true value of a divergence between two binned samples.
 *
 * For D ∈ {PSI, 8 JSD (nats), 8 H², 2 KL} and small drift, D ÷ s with s = 1/N + 1/n follows a noncentral
 * chi-squared law with K − 1 degrees of freedom and noncentrality D_true ÷ s. Inverting it in the noncentrality
 * gives limits that know how much of D is noise: where D is no larger than no drift would make it, the lower limit
 * is 0. Measured with 200 to 2,000 rows against 1,000 or 10,000, ten bins: nominal 95 % intervals cover 93 to 98 %
 * for a true PSI up to 0.35 and 91 to 93 % at 1.3; for JSD 93 % or more everywhere. With fifty bins of four expected
 * rows each 85 to 90 %. A bootstrap of the same counts covered no better, so there is none. PSI far above 1 is
 * pulled down by the half rows of empty bins, and its limits with it: there it only says "very much". Null for
 * fewer than two bins or no rows on a side: with one bin the value is 0 for certain.
 *
 * @example divergenceLimits(0.1, { bins: 10, nRef: 10000, nCur: 1000 }) // 0.0553 to 0.1357
 */
export function divergenceLimits(
  divergence: number,
  size: SampleSizes,
  level = DEFAULT_LEVEL,
): { lo: number; hi: number } | null {
  if (!(size.bins >= 2) || !(size.nRef > 0) || !(size.nCur > 0)) return null;
  const scale = 1 / size.nRef + 1 / size.nCur;
  const statistic = Math.max(0, divergence) / scale;
  const degrees = size.bins - 1;
  const lo = scale * noncentralityNear(statistic, degrees, 0.5 + level / 2);
  const hi = scale * noncentralityNear(statistic, degrees, 0.5 - level / 2);
  return Number.isFinite(lo) && Number.isFinite(hi) ? { lo, hi } : null;
}
