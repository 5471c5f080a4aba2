/** Rows of one value of x, and how many of them are positive. */
export interface LogisticPoint {
  readonly x: number;
  readonly rows: number;
  readonly positives: number;
}

export interface LogisticLine {
  /** At x = 0. */
  readonly intercept: number;
  readonly slope: number;
  /** Standard errors from the information matrix, rows taken as independent. */
  readonly errors: { readonly intercept: number; readonly slope: number };
}

const STEPS_MAX = 50;
const CONVERGED = 1e-10;
/** A steeper line is a sign of separated classes, where no finite fit exists. */
const FAR = 30;

interface Line {
  readonly a: number;
  readonly b: number;
}

/**
 * Logistic regression of labels on one variable: logit P(y = 1) = offset + intercept + slope · x, by maximum likelihood.
 *
 * Newton's method with step halving, from (0, 1). Inputs: points with rows > 0; the caller sees to it that both classes
 * and two values of x are there. Null where the classes separate or the information is singular.
 *
 * @example fitLogisticLine([{ x: -2, rows: 100, positives: 20 }, { x: 2, rows: 100, positives: 80 }], 0)?.slope // 0.6931471805599453
 */
export function fitLogisticLine(points: readonly LogisticPoint[], offset: number): LogisticLine | null {
  let line: Line = { a: 0, b: 1 };
  for (let step = 0; step < STEPS_MAX; step++) {
    const { toA, toB, aa, ab, bb } = slopesAt(points, line, offset);
    const determinant = aa * bb - ab * ab;
    if (!(determinant > 1e-12 * aa * bb)) return null;
    const move = { a: (bb * toA - ab * toB) / determinant, b: (aa * toB - ab * toA) / determinant };
    line = better(points, line, move, offset);
    if (Math.abs(line.a) > FAR || Math.abs(line.b) > FAR) return null;
    if (Math.abs(move.a) + Math.abs(move.b) < CONVERGED) {
      const errors = { intercept: Math.sqrt(bb / determinant), slope: Math.sqrt(aa / determinant) };
      return { intercept: line.a, slope: line.b, errors };
    }
  }
  return null;
}

function shareAt({ x }: LogisticPoint, { a, b }: Line, offset: number): number {
  return 1 / (1 + Math.exp(-(offset + a + b * x)));
}

function slopesAt(points: readonly LogisticPoint[], line: Line, offset: number) {
  const sum = { toA: 0, toB: 0, aa: 0, ab: 0, bb: 0 };
  for (const point of points) {
    const share = shareAt(point, line, offset);
    const miss = point.positives - point.rows * share;
    const weight = point.rows * share * (1 - share);
    sum.toA += miss;
    sum.toB += miss * point.x;
    sum.aa += weight;
    sum.ab += weight * point.x;
    sum.bb += weight * point.x * point.x;
  }
  return sum;
}

/** The whole step, or the first half of it that does not lower the likelihood. */
function better(points: readonly LogisticPoint[], line: Line, move: Line, offset: number): Line {
  const before = likelihood(points, line, offset);
  for (let scale = 1; scale > 1e-4; scale /= 2) {
    const next = { a: line.a + scale * move.a, b: line.b + scale * move.b };
    if (likelihood(points, next, offset) >= before - 1e-12 * Math.abs(before)) return next;
  }
  return line;
}

function likelihood(points: readonly LogisticPoint[], line: Line, offset: number): number {
  return points.reduce((sum, point) => {
    const odds = offset + line.a + line.b * point.x;
    return (
      sum + point.positives * odds - point.rows * (Math.max(0, odds) + Math.log1p(Math.exp(-Math.abs(odds))))
    );
  }, 0);
}
