/**
 * Limits of the k-sigma rule: mean ± k standard deviations (ddof 0) of a metric over reference chunks.
 *
 * In the metric's unit. The chunks must not be part of what the metric compares with, or the limits are too narrow. See
 * kSigmaFalseAlarmRate (false-alarm-budget.ts) for what such limits are worth. No chunks: null; one chunk: both limits are its value.
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
