import { betaQuantile, incompleteBeta } from "./incomplete-beta.ts";
import { normalQuantile } from "./normal.ts";

const EXPANSION_FROM = 300;

/**
 * Cumulative Student's t distribution: P(T ≤ t) with the given degrees of freedom.
 *
 * By the incomplete beta function with x = df ÷ (df + t²). In [0, 1]; degrees of freedom ≤ 0 or NaN gives NaN.
 *
 * @example studentTCumulative(1, 1) // 0.75
 */
export function studentTCumulative(t: number, degrees: number): number {
  if (!(degrees > 0) || Number.isNaN(t)) return Number.NaN;
  const tail = 0.5 * incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
  return t > 0 ? 1 - tail : tail;
}

/**
 * Quantile of Student's t: how many estimated standard errors an interval of a mean must reach.
 *
 * By the beta quantile up to 300 degrees of freedom, above by the expansion in 1 ÷ df around the normal quantile
 * (Abramowitz and Stegun 26.7.5, four terms; error below 1e-10 there). p = 0.5 gives 0; p outside (0, 1) gives
 * ±∞ or NaN.
 *
 * @example studentTQuantile(0.75, 1) // 1
 */
export function studentTQuantile(p: number, degrees: number): number {
  if (!(degrees > 0) || !(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0.5) return 0;
  if (p === 0 || p === 1 || degrees >= EXPANSION_FROM) return expansion(normalQuantile(p), degrees);
  const x = betaQuantile(2 * Math.min(p, 1 - p), degrees / 2, 0.5);
  const size = Math.sqrt((degrees * (1 - x)) / x);
  return p < 0.5 ? -size : size;
}

function expansion(z: number, degrees: number): number {
  if (!Number.isFinite(z)) return z;
  const z2 = z * z;
  const first = (z * (z2 + 1)) / 4;
  const second = (z * (5 * z2 * z2 + 16 * z2 + 3)) / 96;
  const third = (z * (((3 * z2 + 19) * z2 + 17) * z2 - 15)) / 384;
  const fourth = (z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945)) / 92_160;
  return z + (first + (second + (third + fourth / degrees) / degrees) / degrees) / degrees;
}
