import { lowerIncompleteGamma, upperIncompleteGamma } from "./incomplete-gamma.ts";

/**
 * Cumulative chi-squared distribution: P(X ≤ x) with the given degrees of freedom, P(df/2, x/2).
 * In [0, 1]; x ≤ 0 gives 0; degrees ≤ 0 or NaN gives NaN.
 *
 * @example chiSquaredCumulative(3.841458820694124, 1) // 0.95
 */
export function chiSquaredCumulative(x: number, degrees: number): number {
  return lowerIncompleteGamma(degrees / 2, x / 2);
}

/**
 * Upper tail of the chi-squared distribution, the p-value of a statistic: P(X > x).
 *
 * @example chiSquaredTail(3.841458820694124, 1) // 0.05
 */
export function chiSquaredTail(x: number, degrees: number): number {
  return upperIncompleteGamma(degrees / 2, x / 2);
}
