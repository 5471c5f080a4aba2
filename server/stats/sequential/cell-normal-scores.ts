import { normalDensity, normalQuantile } from "../distributions/normal.ts";

/** Scores of ordered cells: `location` rises with the value, `scale` with the distance from the middle. */
export interface CellScores {
  readonly location: Float64Array;
  readonly scale: Float64Array;
}

const CUMULATIVE_MIN = 1e-6;

/**
 * Normal scores of ordered cells from their shares p: s_k = the mean of a standard normal within the cell,
 * (φ(z_lo) − φ(z_hi)) ÷ p_k with z at the cumulative shares; scale s_k² − Σ p s².
 *
 * The counts' sum of s is the most telling figure about a shift of a normal variable that was cut into these cells, and
 * near so for others, whatever the values' unit. Shares sum to 1. An empty cell takes the quantile at its place, at most
 * ±4.75. One cell: zeros.
 *
 * @example cellNormalScores([0.5, 0.5]).location // [-0.797885, 0.797885]
 */
export function cellNormalScores(shares: ArrayLike<number>): CellScores {
  let below = 0;
  const location = Float64Array.from(shares, (share) => {
    const low = below;
    below += share;
    if (!(share > 0)) return normalQuantile(Math.min(1 - CUMULATIVE_MIN, Math.max(CUMULATIVE_MIN, low)));
    return (densityAt(low) - densityAt(below)) / share;
  });
  const square = location.reduce((sum, score, cell) => sum + (shares[cell] ?? 0) * score * score, 0);
  return { location, scale: location.map((score) => score * score - square) };
}

/** φ(Φ⁻¹(u)); 0 at both ends, also when rounding puts the last cumulative share beside 1. */
function densityAt(cumulative: number): number {
  if (cumulative < 1e-12 || cumulative > 1 - 1e-12) return 0;
  return normalDensity(normalQuantile(cumulative));
}
