/**
 * Half width of a band that holds a whole cumulative distribution: √(ln(2 ÷ α) ÷ 2n).
 *
 * With probability 1 − α the true distribution lies within it everywhere at once, whatever the distribution
 * (Dvoretzky, Kiefer and Wolfowitz 1956, constant by Massart 1990). n ≤ 0 or α outside (0, 1) gives NaN; α = 1 is
 * not a band. May exceed 1 for a handful of rows, which says that nothing is known.
 *
 * @example cumulativeBand(1000, 0.05) // 0.04294694083467376
 */
export function cumulativeBand(rows: number, alpha: number): number {
  if (!(rows > 0) || !(alpha > 0 && alpha < 1)) return Number.NaN;
  return Math.sqrt(Math.log(2 / alpha) / (2 * rows));
}
