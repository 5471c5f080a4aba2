import type { Matrix } from "./feature-table.ts";

/** Rows whose distances are looked at: 500 have 124,750 pairs, more than enough for a median. */
export const MEDIAN_ROWS = 500;

/**
 * The median heuristic: the median distance between two rows, over pairs of the first 500 rows.
 *
 * A bandwidth at which a Gaussian kernel is neither all 0 nor all 1. Rows are taken in their order, so they should be
 * in none. Fewer than two rows, or all alike: 1.
 *
 * Source: Gretton et al. 2012, section 8.
 *
 * @example medianDistance({ rows: 3, columns: 1, values: [0, 1, 3] }) // 2
 */
export function medianDistance(matrix: Matrix): number {
  const rows = Math.min(matrix.rows, MEDIAN_ROWS);
  const squares: number[] = [];
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < i; j++) squares.push(squaredDistance(matrix, i, matrix, j));
  const sorted = Float64Array.from(squares).sort();
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return median > 0 ? Math.sqrt(median) : 1;
}

/**
 * ‖x − y‖² of row i of one matrix and row j of another with the same columns.
 *
 * @example squaredDistance({ rows: 1, columns: 2, values: [0, 0] }, 0, { rows: 1, columns: 2, values: [3, 4] }, 0) // 25
 */
export function squaredDistance(a: Matrix, i: number, b: Matrix, j: number): number {
  const d = a.columns;
  let sum = 0;
  for (let k = 0; k < d; k++) sum += ((a.values[i * d + k] ?? 0) - (b.values[j * d + k] ?? 0)) ** 2;
  return sum;
}
