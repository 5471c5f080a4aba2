import { normalCumulative, normalQuantile } from "#server/stats/distributions/normal.ts";

/** Cells of a standard normal that the raw-value rules see: a hundredth of the rows each. */
export const FINE_CELLS = 100;
/** Deciles: what the detectors see. */
export const TEN_CELLS = 10;
export const FINE_EDGES: readonly number[] = Array.from({ length: FINE_CELLS - 1 }, (_, index) =>
  normalQuantile((index + 1) / FINE_CELLS),
);

/** Shares of the fine cells when values are normal with this mean and standard deviation. */
export function shiftedShares(mean: number, deviation = 1): Float64Array {
  const cumulative = [0, ...FINE_EDGES.map((edge) => normalCumulative((edge - mean) / deviation)), 1];
  return Float64Array.from(
    { length: FINE_CELLS },
    (_, cell) => (cumulative[cell + 1] ?? 1) - (cumulative[cell] ?? 0),
  );
}

export function tenCells(fine: ArrayLike<number>): Float64Array {
  const ten = new Float64Array(TEN_CELLS);
  for (let cell = 0; cell < FINE_CELLS; cell++) {
    const place = Math.floor((cell * TEN_CELLS) / FINE_CELLS);
    ten[place] = (ten[place] ?? 0) + (fine[cell] ?? 0);
  }
  return ten;
}
