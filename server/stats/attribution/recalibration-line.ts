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

const STEPS_MAX = 50;
const CONVERGED = 1e-12;

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
  let line = { intercept: 0, slope: 1 };
  for (let step = 0; step < STEPS_MAX; step++) {
    const { gradient, information } = curvature(points, line);
    const determinant = information.a * information.c - information.b ** 2;
    if (!(determinant > 0)) return null;
    const move = {
      intercept: (information.c * gradient.a - information.b * gradient.b) / determinant,
      slope: (information.a * gradient.b - information.b * gradient.a) / determinant,
    };
    line = { intercept: line.intercept + move.intercept, slope: line.slope + move.slope };
    if (!Number.isFinite(line.intercept) || !Number.isFinite(line.slope)) return null;
    if (Math.abs(move.intercept) + Math.abs(move.slope) > CONVERGED * (1 + Math.abs(line.slope))) continue;
    const interceptError = Math.sqrt(information.c / determinant);
    return { ...line, interceptError, slopeError: Math.sqrt(information.a / determinant) };
  }
  return null;
}

function curvature(
  points: ReadonlyArray<{ rows: number; positives: number; x: number }>,
  { intercept, slope }: { intercept: number; slope: number },
) {
  const gradient = { a: 0, b: 0 };
  const information = { a: 0, b: 0, c: 0 };
  for (const { rows, positives, x } of points) {
    const p = 1 / (1 + Math.exp(-(intercept + slope * x)));
    const left = positives - rows * p;
    gradient.a += left;
    gradient.b += left * x;
    information.a += rows * p * (1 - p);
    information.b += rows * p * (1 - p) * x;
    information.c += rows * p * (1 - p) * x * x;
  }
  return { gradient, information };
}
