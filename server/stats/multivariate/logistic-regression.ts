import type { Matrix } from "./feature-table.ts";

export interface LogisticFit {
  readonly intercept: number;
  readonly weights: Float64Array;
}

/** Strength of the ridge: one row's worth of evidence that a weight is 0. */
export const LOGISTIC_RIDGE = 1;
const STEPS_MAX = 12;
const STEP_DONE = 1e-8;
const ROWS_A_SLICE = 1_000;

/**
 * Ridge-penalised logistic regression by Newton's method: minimises Σ log(1 + exp(−y η)) + ½ λ ‖w‖², η = b + wᵀx,
 * y = ±1; the intercept is not penalised.
 *
 * As scikit-learn's LogisticRegression(C = 1/λ). Convex, so the answer is the only one; the ridge keeps it finite when
 * a column separates the sides. O(n d²) a step. No rows, or one side only: an intercept as far as the steps reach.
 * A generator that yields every thousand rows; runToEnd gives its answer at once.
 *
 * @example fitLogistic({ rows: 2, columns: 1, values: [0, 0] }, [0, 1]).next().done // false
 * @example runToEnd(fitLogistic({ rows: 2, columns: 1, values: [0, 0] }, [0, 1])).weights // [0]
 */
export function* fitLogistic(
  matrix: Matrix,
  isCurrent: ArrayLike<number>,
  ridge = LOGISTIC_RIDGE,
): Generator<undefined, LogisticFit> {
  const d = matrix.columns + 1;
  const beta = new Float64Array(d);
  for (let step = 0; step < STEPS_MAX; step++) {
    const { gradient, hessian } = yield* slopeAt(matrix, isCurrent, beta, ridge);
    const move = solveSymmetric(hessian, gradient, d);
    let largest = 0;
    for (let i = 0; i < d; i++) {
      beta[i] = (beta[i] ?? 0) - (move[i] ?? 0);
      largest = Math.max(largest, Math.abs(move[i] ?? 0));
    }
    yield;
    if (largest < STEP_DONE) break;
  }
  return { intercept: beta[d - 1] ?? 0, weights: beta.slice(0, d - 1) };
}

/**
 * The log odds η of a row being current, for every row.
 *
 * @example logisticScores({ intercept: 1, weights: [2] }, { rows: 1, columns: 1, values: [3] })[0] // 7
 */
export function logisticScores(fit: LogisticFit, { rows, columns, values }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    let eta = fit.intercept;
    for (let k = 0; k < columns; k++) eta += (fit.weights[k] ?? 0) * (values[row * columns + k] ?? 0);
    return eta;
  });
}

function* slopeAt(
  matrix: Matrix,
  isCurrent: ArrayLike<number>,
  beta: Float64Array,
  ridge: number,
): Generator<undefined, { gradient: Float64Array; hessian: Float64Array }> {
  const { rows, columns, values } = matrix;
  const d = columns + 1;
  const gradient = new Float64Array(d);
  const hessian = new Float64Array(d * d);
  const x = new Float64Array(d);
  x[columns] = 1;
  for (let row = 0; row < rows; row++) {
    if (row % ROWS_A_SLICE === 0) yield;
    let eta = beta[columns] ?? 0;
    for (let k = 0; k < columns; k++) {
      const value = values[row * columns + k] ?? 0;
      x[k] = value;
      eta += value * (beta[k] ?? 0);
    }
    const p = 1 / (1 + Math.exp(-eta));
    const gap = p - (isCurrent[row] ?? 0);
    const weight = Math.max(1e-9, p * (1 - p));
    for (let i = 0; i < d; i++) {
      const xi = x[i] ?? 0;
      if (xi === 0) continue;
      gradient[i] = (gradient[i] ?? 0) + gap * xi;
      const scaled = weight * xi;
      for (let j = i; j < d; j++) hessian[i * d + j] = (hessian[i * d + j] ?? 0) + scaled * (x[j] ?? 0);
    }
  }
  for (let i = 0; i < columns; i++) {
    gradient[i] = (gradient[i] ?? 0) + ridge * (beta[i] ?? 0);
    hessian[i * d + i] = (hessian[i * d + i] ?? 0) + ridge;
  }
  return { gradient, hessian };
}

/** Cholesky on the upper triangle; a pivot that rounding made too small is held up. */
function solveSymmetric(upper: Float64Array, right: Float64Array, d: number): Float64Array {
  const l = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = upper[j * d + i] ?? 0;
      for (let k = 0; k < j; k++) sum -= (l[i * d + k] ?? 0) * (l[j * d + k] ?? 0);
      l[i * d + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (l[j * d + j] ?? 1);
    }
  }
  const x = Float64Array.from(right);
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < i; k++) x[i] = (x[i] ?? 0) - (l[i * d + k] ?? 0) * (x[k] ?? 0);
    x[i] = (x[i] ?? 0) / (l[i * d + i] ?? 1);
  }
  for (let i = d - 1; i >= 0; i--) {
    for (let k = i + 1; k < d; k++) x[i] = (x[i] ?? 0) - (l[k * d + i] ?? 0) * (x[k] ?? 0);
    x[i] = (x[i] ?? 0) / (l[i * d + i] ?? 1);
  }
  return x;
}
