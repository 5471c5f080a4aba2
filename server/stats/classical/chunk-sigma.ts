import { studentTCumulative } from "../distributions/student-t.ts";

/**
 * Limits of the k-sigma rule: mean ± k standard deviations (ddof 0) of a metric over reference chunks.
 *
 * In the metric's unit. The chunks must not be part of what the metric compares with, or the limits are too narrow. See
 * chunkSigmaFalseAlarmRate for what such limits are worth. No chunks: null; one chunk: both limits are its value.
 *
 * @example chunkSigmaLimits([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 3) // -4.116843969807043 to 13.116843969807043
 */
export function chunkSigmaLimits(
  values: readonly number[],
  deviations = 3,
): { lo: number; hi: number } | null {
  if (values.length === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const reach = deviations * Math.sqrt(square);
  return { lo: mean - reach, hi: mean + reach };
}

/**
 * How often the k-sigma rule alarms without change, per window: 2 P(t_{m−1} > k √((m − 1) ÷ (m + 1))) for m chunks.
 *
 * For a normal metric over all references; one reference is an unlucky draw for good. m = 10 and k = 3: 2.39 %, where
 * 0.27 % is meant; m = 30: 0.70 %. Fewer than two chunks: NaN.
 *
 * @example chunkSigmaFalseAlarmRate(10) // 0.023856384540122025
 */
export function chunkSigmaFalseAlarmRate(chunks: number, deviations = 3): number {
  if (!(chunks >= 2)) return Number.NaN;
  const reach = deviations * Math.sqrt((chunks - 1) / (chunks + 1));
  return 2 * studentTCumulative(-reach, chunks - 1);
}
