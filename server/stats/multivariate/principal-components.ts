import type { Estimate } from "../estimate.ts";
import { meanEstimate } from "../uncertainty/mean-interval.ts";
import { type CovarianceSums, covarianceMatrix, covarianceSums } from "./covariance.ts";
import type { Matrix } from "./feature-table.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";
import { meanOf, welchDifference } from "./welch-difference.ts";

/** The directions in which a reference varies most. */
export interface PrincipalComponents {
  readonly mean: Float64Array;
  /** Kept unit vectors, one a row. */
  readonly vectors: Matrix;
  /** Share of the variance that the kept ones hold, in [0, 1]. */
  readonly share: number;
}

/** Share of the variance that is kept unless told otherwise. */
export const KEPT_VARIANCE = 0.65;

/**
 * Principal components of an encoded reference: as few as hold `kept` of its variance (at least one).
 *
 * From covariance sums, so from merged ones too. No variance at all: no component, and every row is its own residual.
 *
 * @example fitPrincipalComponents(covarianceSums({ rows: 2, columns: 2, values: [0, 0, 2, 2] })).share // 1
 */
export function fitPrincipalComponents(sums: CovarianceSums, kept = KEPT_VARIANCE): PrincipalComponents {
  const { values, vectors } = symmetricEigen(covarianceMatrix(sums));
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  let held = 0;
  let count = 0;
  while (total > 0 && count < values.length && held < kept * total - 1e-12 * total) {
    held += Math.max(0, values[count] ?? 0);
    count++;
  }
  const d = vectors.columns;
  return {
    mean: sums.mean,
    vectors: { rows: count, columns: d, values: vectors.values.slice(0, count * d) },
    share: total > 0 ? held / total : 0,
  };
}

/**
 * What the components cannot rebuild of each row: ‖(I − VᵀV)(x − mean)‖ with the components as rows of V.
 *
 * In standard deviations when the columns are standardised; ≥ 0. Blind to change inside the kept directions, and to
 * shifts that these directions follow.
 *
 * @example reconstructionErrors(fitPrincipalComponents(covarianceSums({ rows: 2, columns: 2, values: [0, 0, 2, 2] })), { rows: 1, columns: 2, values: [2, 0] })[0] // 1.41421356
 */
export function reconstructionErrors(fit: PrincipalComponents, matrix: Matrix): Float64Array {
  const { rows, columns: d, values } = matrix;
  const errors = new Float64Array(rows);
  const rest = new Float64Array(d);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < d; i++) rest[i] = (values[row * d + i] ?? 0) - (fit.mean[i] ?? 0);
    for (let k = 0; k < fit.vectors.rows; k++) takeOff(rest, fit.vectors.values, k * d);
    let square = 0;
    for (const part of rest) square += part * part;
    errors[row] = Math.sqrt(square);
  }
  return errors;
}

/**
 * The root of the mean squared reconstruction error, from sums alone: √(tr(P(Σ + (μ − m)(μ − m)ᵀ))), P = I − VᵀV,
 * Σ and μ the rows' covariance and mean, m the fit's mean. Exactly the root mean square of reconstructionErrors, and
 * mergeable, since the sums are. NaN without rows.
 *
 * @example rootMeanSquareError(fitPrincipalComponents(covarianceSums({ rows: 2, columns: 2, values: [0, 0, 2, 2] })), covarianceSums({ rows: 1, columns: 2, values: [2, 0] })) // 1.41421356
 */
export function rootMeanSquareError(fit: PrincipalComponents, sums: CovarianceSums): number {
  if (sums.n === 0) return Number.NaN;
  const { values, columns: d } = covarianceMatrix(sums);
  const moment = (i: number, j: number): number =>
    (values[i * d + j] ?? 0) + (shift[i] ?? 0) * (shift[j] ?? 0);
  const shift = sums.mean.map((mean, i) => mean - (fit.mean[i] ?? 0));
  let trace = 0;
  for (let i = 0; i < d; i++) trace += moment(i, i);
  for (let k = 0; k < fit.vectors.rows; k++) {
    for (let i = 0; i < d; i++) {
      const left = fit.vectors.values[k * d + i] ?? 0;
      for (let j = 0; j < d; j++) trace -= left * (fit.vectors.values[k * d + j] ?? 0) * moment(i, j);
    }
  }
  return Math.sqrt(Math.max(0, trace));
}

export interface ReconstructionChange {
  readonly reference: Estimate;
  readonly current: Estimate;
  /** Current minus reference. */
  readonly difference: Estimate;
  readonly components: number;
  readonly columns: number;
  /** Share of the variance that the components hold. */
  readonly share: number;
}

/**
 * Whether current rows are harder to rebuild from the reference's components than the reference's own rows.
 *
 * A fit knows its own rows too well, so the reference is halved (even and odd rows): each half is measured by the
 * other's components and the current rows by both, averaged; without drift the difference is then 0 on average.
 * Mean errors with t intervals, their difference by Welch. A side without rows: `EMPTY`; below 30: `LOW_N`. Columns
 * without variance in both halves add nothing. A generator that yields after every step.
 *
 * @example reconstructionChange({ rows: 0, columns: 1, values: [] }, { rows: 0, columns: 1, values: [] }).next().done // false
 * @example runToEnd(reconstructionChange({ rows: 0, columns: 1, values: [] }, { rows: 0, columns: 1, values: [] })).current.status // "EMPTY"
 */
export function* reconstructionChange(
  reference: Matrix,
  current: Matrix,
  kept = KEPT_VARIANCE,
): Generator<undefined, ReconstructionChange> {
  const halves = [0, 1].map((parity) => everySecond(reference, parity));
  const fits: PrincipalComponents[] = [];
  for (const half of halves) {
    fits.push(fitPrincipalComponents(covarianceSums(half), kept));
    yield;
  }
  const ofReference = halves.flatMap((half, index) => {
    const other = fits[1 - index];
    return other === undefined ? [] : [...reconstructionErrors(other, half)];
  });
  const errors = fits.map((fit) => reconstructionErrors(fit, current));
  const ofCurrent = Float64Array.from(
    { length: current.rows },
    (_, row) => ((errors[0]?.[row] ?? 0) + (errors[1]?.[row] ?? 0)) / 2,
  );
  const [then, now] = [meanOf(ofReference), meanOf(ofCurrent)];
  return {
    reference: meanEstimate(then),
    current: meanEstimate(now),
    difference: welchDifference(then, now),
    components: fits[0]?.vectors.rows ?? 0,
    columns: reference.columns,
    share: fits[0]?.share ?? 0,
  };
}

function everySecond({ rows, columns, values }: Matrix, parity: number): Matrix {
  const count = Math.ceil((rows - parity) / 2);
  const half = new Float64Array(count * columns);
  for (let row = 0; row < count; row++) {
    const from = (2 * row + parity) * columns;
    half.set(values.slice(from, from + columns), row * columns);
  }
  return { rows: count, columns, values: half };
}

function takeOff(rest: Float64Array, vectors: Float64Array, at: number): void {
  let along = 0;
  for (let i = 0; i < rest.length; i++) along += (rest[i] ?? 0) * (vectors[at + i] ?? 0);
  for (let i = 0; i < rest.length; i++) rest[i] = (rest[i] ?? 0) - along * (vectors[at + i] ?? 0);
}
