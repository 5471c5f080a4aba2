import { fitLogisticLine } from "../estimation/logistic-line.ts";

/** Labelled rows of one score bin: how many, how many positive, and their mean probability. */
export interface RecalibrationBin {
  readonly rows: number;
  readonly positives: number;
  readonly meanProbability: number;
}

export interface RecalibrationLine {
  /** Log odds added at p = 0.5; below 0 the model is too sure of the positive class. */
  readonly intercept: number;
  /** Below 1 the probabilities are too extreme, above 1 too timid. */
  readonly slope: number;
  readonly interceptError: number;
  readonly slopeError: number;
}

/**
 * What calibration became, in two numbers: logit P(y) = intercept + slope · logit(p) (Cox 1958).
 *
 * Maximum likelihood over bins of the score by Newton's method; 0 and 1 are perfect calibration. Errors from the Fisher
 * information, rows taken as independent. Bins without rows, or whose mean probability is 0 or 1, are left out. Null
 * with fewer than two bins left, when all labels are equal, or when bins separate the classes (no finite slope).
 *
 * @example recalibrationLine([{ rows: 100, positives: 20, meanProbability: 0.2 }, { rows: 100, positives: 60, meanProbability: 0.6 }]) // { intercept: 0, slope: 1.0 }
 */
export function recalibrationLine(bins: readonly RecalibrationBin[]): RecalibrationLine | null {
  const points = bins
    .filter(({ rows, meanProbability: p }) => rows > 0 && p > 0 && p < 1)
    .map(({ rows, positives, meanProbability: p }) => ({ rows, positives, x: Math.log(p / (1 - p)) }));
  const positives = points.reduce((sum, point) => sum + point.positives, 0);
  const rows = points.reduce((sum, point) => sum + point.rows, 0);
  if (new Set(points.map(({ x }) => x)).size < 2 || !(positives > 0) || positives >= rows) return null;
  const line = fitLogisticLine(points, 0);
  if (line === null) return null;
  const { intercept, slope, errors } = line;
  return { intercept, slope, interceptError: errors.intercept, slopeError: errors.slope };
}
