import type { Matrix } from "./feature-table.ts";

/** Sums from which mean and covariance follow: mergeable, d means and d(d + 1)/2 products. */
export interface CovarianceSums {
  readonly n: number;
  readonly mean: Float64Array;
  /** Σ (x_i − mean_i)(x_j − mean_j) for i ≤ j, row by row of the upper triangle. */
  readonly products: Float64Array;
}

/**
 * Means and centred products of a matrix's columns, by two passes.
 *
 * No rows: n = 0 and zeros.
 *
 * @example covarianceSums({ rows: 2, columns: 1, values: [1, 3] }).products // [2]
 */
export function covarianceSums({ rows, columns, values }: Matrix): CovarianceSums {
  const mean = new Float64Array(columns);
  for (let at = 0; at < rows * columns; at++) {
    const column = at % columns;
    mean[column] = (mean[column] ?? 0) + (values[at] ?? 0) / rows;
  }
  const products = new Float64Array((columns * (columns + 1)) / 2);
  const centred = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < columns; i++) centred[i] = (values[row * columns + i] ?? 0) - (mean[i] ?? 0);
    addOuter(products, centred);
  }
  return { n: rows, mean, products };
}

/**
 * Sums of both sides' rows together (Chan, Golub and LeVeque 1979): exact up to rounding, in any order.
 *
 * An empty side leaves the other as it is.
 *
 * @example mergeCovariance(covarianceSums({ rows: 1, columns: 1, values: [1] }), covarianceSums({ rows: 1, columns: 1, values: [3] })).products // [2]
 */
export function mergeCovariance(a: CovarianceSums, b: CovarianceSums): CovarianceSums {
  if (a.n === 0) return b;
  if (b.n === 0) return a;
  const n = a.n + b.n;
  const gap = a.mean.map((mean, i) => (b.mean[i] ?? 0) - mean);
  const products = a.products.map((product, at) => product + (b.products[at] ?? 0));
  addOuter(
    products,
    gap.map((value) => value * Math.sqrt((a.n * b.n) / n)),
  );
  return { n, mean: a.mean.map((mean, i) => mean + ((gap[i] ?? 0) * b.n) / n), products };
}

/**
 * The covariance matrix, divided by n (as a description of these rows).
 *
 * Symmetric, d × d. No rows: all 0.
 *
 * @example covarianceMatrix(covarianceSums({ rows: 2, columns: 1, values: [1, 3] })).values // [1]
 */
export function covarianceMatrix({ n, mean, products }: CovarianceSums): Matrix {
  const d = mean.length;
  const values = new Float64Array(d * d);
  let at = 0;
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++, at++) {
      const value = n > 0 ? (products[at] ?? 0) / n : 0;
      values[i * d + j] = value;
      values[j * d + i] = value;
    }
  }
  return { rows: d, columns: d, values };
}

function addOuter(products: Float64Array, vector: Float64Array): void {
  let at = 0;
  for (let i = 0; i < vector.length; i++) {
    const left = vector[i] ?? 0;
    for (let j = i; j < vector.length; j++, at++)
      products[at] = (products[at] ?? 0) + left * (vector[j] ?? 0);
  }
}
