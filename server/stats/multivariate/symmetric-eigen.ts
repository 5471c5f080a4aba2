import type { Matrix } from "./feature-table.ts";

export interface Eigen {
  /** Largest first. */
  readonly values: Float64Array;
  /** Row k is the unit vector that belongs to values[k]; its largest entry is positive. */
  readonly vectors: Matrix;
}

const SWEEPS_MAX = 60;

/**
 * Eigenvalues and vectors of a symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan, section 8.5).
 *
 * Converges quadratically; relative accuracy near 1e-14 for matrices of covariances. O(d³) a sweep, about six to ten
 * sweeps: made for d up to a few hundred. Only the upper triangle need be right. An empty matrix: nothing. The sign of
 * a vector is fixed so that answers replay; among equal eigenvalues the vectors are any basis of their space.
 *
 * @example symmetricEigen({ rows: 2, columns: 2, values: [2, 1, 1, 2] }).values // [3, 1]
 */
export function symmetricEigen(matrix: Matrix): Eigen {
  const d = matrix.rows;
  const a = Float64Array.from(matrix.values);
  const v = new Float64Array(d * d);
  for (let i = 0; i < d; i++) v[i * d + i] = 1;
  for (let sweep = 0; sweep < SWEEPS_MAX && !isDiagonal(a, d); sweep++) {
    for (let p = 0; p < d - 1; p++) for (let q = p + 1; q < d; q++) rotate(a, v, d, p, q);
  }
  return ordered(a, v, d);
}

function isDiagonal(a: Float64Array, d: number): boolean {
  let off = 0;
  let all = 0;
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      const square = (a[i * d + j] ?? 0) ** 2;
      all += square;
      if (i !== j) off += square;
    }
  }
  return off <= 1e-30 * all;
}

/** One rotation that makes entry (p, q) zero. `v` holds the vectors as rows. */
function rotate(a: Float64Array, v: Float64Array, d: number, p: number, q: number): void {
  const apq = a[p * d + q] ?? 0;
  if (apq === 0) return;
  const theta = ((a[q * d + q] ?? 0) - (a[p * d + p] ?? 0)) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < d; k++) turn(a, k * d + p, k * d + q, c, s);
  for (let k = 0; k < d; k++) {
    turn(a, p * d + k, q * d + k, c, s);
    turn(v, p * d + k, q * d + k, c, s);
  }
}

function turn(values: Float64Array, p: number, q: number, c: number, s: number): void {
  const x = values[p] ?? 0;
  const y = values[q] ?? 0;
  values[p] = c * x - s * y;
  values[q] = s * x + c * y;
}

function ordered(a: Float64Array, v: Float64Array, d: number): Eigen {
  const order = Array.from({ length: d }, (_, i) => i).sort(
    (i, j) => (a[j * d + j] ?? 0) - (a[i * d + i] ?? 0) || i - j,
  );
  const vectors = new Float64Array(d * d);
  order.forEach((from, to) => {
    const row = v.subarray(from * d, from * d + d);
    const largest = row.reduce((best, value) => (Math.abs(value) > Math.abs(best) + 1e-12 ? value : best), 0);
    const sign = largest < 0 ? -1 : 1;
    for (let k = 0; k < d; k++) vectors[to * d + k] = sign * (row[k] ?? 0);
  });
  const values = Float64Array.from(order, (i) => a[i * d + i] ?? 0);
  return { values, vectors: { rows: d, columns: d, values: vectors } };
}
