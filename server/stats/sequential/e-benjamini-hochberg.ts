/**
 * Which of many e-values to believe, with a false discovery rate of at most α under any dependence (Wang and
 * Ramdas 2022): k* = max{k : e_[k] ≥ F ÷ (α k)}, the top k*.
 *
 * For one look at many hypotheses, such as which segments differ; alarms over time use adjustedLogEvidence. Takes ln e;
 * NaN counts as no evidence. Answers the indexes that are rejected, ascending; none is an empty list.
 *
 * @example eBenjaminiHochberg([8, 120, 1, 50, 45].map(Math.log), 0.05) // [1, 3, 4]
 */
export function eBenjaminiHochberg(logs: readonly number[], alpha: number): number[] {
  const known = logs.map((log) => (Number.isNaN(log) ? Number.NEGATIVE_INFINITY : log));
  const order = known.map((_, index) => index).sort((a, b) => (known[b] ?? 0) - (known[a] ?? 0));
  let believed = 0;
  for (const [place, index] of order.entries()) {
    const needed = Math.log(logs.length) - Math.log(alpha * (place + 1));
    if ((known[index] ?? Number.NEGATIVE_INFINITY) >= needed - 1e-12) believed = place + 1;
  }
  return order.slice(0, believed).sort((a, b) => a - b);
}
