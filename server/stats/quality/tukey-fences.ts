/** Far fences, three ranges out. */
const FAR = 3;

/**
 * Tukey's far fences of a reference: Q1 − 3 IQR and Q3 + 3 IQR (Tukey 1977). Of normal values one in 425,000 lies
 * outside; of a skewed column many more, so compare the share outside with the reference's own share.
 *
 * A reference whose quartiles are equal has no fences of this kind: the 0.1 % and 99.9 % quantiles are taken, and null
 * where those are equal, too. NaN anywhere: null.
 *
 * @example tukeyFarFences({ q1: 10, q3: 20, low: 1, high: 40 }) // { lo: -20, hi: 50 }
 */
export function tukeyFarFences(quantiles: {
  readonly q1: number;
  readonly q3: number;
  /** The 0.1 % and 99.9 % quantiles. */
  readonly low: number;
  readonly high: number;
}): { lo: number; hi: number } | null {
  const { q1, q3, low, high } = quantiles;
  if (q3 > q1) return { lo: q1 - FAR * (q3 - q1), hi: q3 + FAR * (q3 - q1) };
  return q3 === q1 && high > low ? { lo: low, hi: high } : null;
}
