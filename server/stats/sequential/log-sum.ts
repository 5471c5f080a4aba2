/**
 * ln(e^a + e^b), without overflow: how two pieces of evidence that are kept as logarithms add up.
 *
 * −∞ stands for zero evidence; both −∞ give −∞, NaN gives NaN.
 *
 * @example logAddExp(Math.log(2), Math.log(3)) // ln 5 = 1.6094379124341003
 */
export function logAddExp(a: number, b: number): number {
  const high = Math.max(a, b);
  if (high === Number.NEGATIVE_INFINITY) return high;
  return high + Math.log1p(Math.exp(a > b ? b - a : a - b));
}

/**
 * ln Σ e^(x_k), without overflow: the logarithm of a sum of evidences. No values, or only −∞: −∞.
 *
 * @example logSumExp([Math.log(1), Math.log(2), Math.log(4)]) // ln 7 = 1.9459101490553132
 */
export function logSumExp(logs: ArrayLike<number>): number {
  let high = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < logs.length; k++) high = Math.max(high, logs[k] ?? Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(high)) return high;
  let sum = 0;
  for (let k = 0; k < logs.length; k++) sum += Math.exp((logs[k] ?? Number.NEGATIVE_INFINITY) - high);
  return high + Math.log(sum);
}

/**
 * ln of a mean of evidences, ln(Σ e^(x_k) ÷ F): a mean of e-values (or of e-detectors) is one again, whatever the
 * dependence between them. No values: −∞.
 *
 * @example logMeanExp([Math.log(1), Math.log(3)]) // ln 2 = 0.6931471805599453
 */
export function logMeanExp(logs: ArrayLike<number>): number {
  return logs.length === 0 ? Number.NEGATIVE_INFINITY : logSumExp(logs) - Math.log(logs.length);
}
