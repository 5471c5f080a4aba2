import type { ScoredLabels } from "../accuracy/roc-auc.ts";

/** Labels' log odds as a line in the predicted log odds. */
export interface CalibrationLine {
  /** At the predictions' mean log odds: above 0, more happens than was promised. 0 for perfect calibration. */
  readonly intercept: number;
  /** Below 1: scores are too extreme; above 1: too timid. */
  readonly slope: number;
  /** Standard errors from the information matrix. */
  readonly errors: { readonly intercept: number; readonly slope: number };
  /** The mean log odds that the intercept is told at. */
  readonly centre: number;
}

const STEPS_MAX = 50;
const CONVERGED = 1e-10;
/** A line steeper than any calibration is a sign of separated classes, where no finite fit exists. */
const FAR = 30;
const CLIP = 1e-9;

/**
 * Calibration line (Cox 1958): logistic regression of labels on the logit of the predicted probability, by bin.
 *
 * logit P(y = 1) = logit p̄ + intercept + slope-part: fitted as centre + a + b (logit p − centre), centre = mean logit
 * of the rows, so that a and b are about independent; `intercept` = a, `slope` = b. Maximum likelihood by Newton with step halving.
 * Inputs: labelled rows by bin and label, and the bins' probabilities (clipped to 1e-9). Null without both classes,
 * with fewer than two distinct probabilities, or where the classes separate (no finite fit).
 *
 * @example fitCalibrationLine({ positives: [10, 50, 90], negatives: [90, 50, 10] }, [0.1, 0.5, 0.9])?.slope // 1
 */
export function fitCalibrationLine(
  labels: ScoredLabels,
  probability: ArrayLike<number>,
): CalibrationLine | null {
  const bins = usedBins(labels, probability);
  const rows = bins.reduce((sum, bin) => sum + bin.rows, 0);
  const positives = bins.reduce((sum, bin) => sum + bin.positives, 0);
  if (!(positives > 0) || !(positives < rows)) return null;
  const centre = bins.reduce((sum, bin) => sum + bin.rows * bin.logit, 0) / rows;
  const centred = bins.map((bin) => ({ ...bin, x: bin.logit - centre }));
  if (centred.every(({ x }) => Math.abs(x) < 1e-12)) return null;
  return newton(centred, centre);
}

interface Bin {
  readonly rows: number;
  readonly positives: number;
  readonly logit: number;
}
type Centred = Bin & { readonly x: number };
interface Line {
  readonly a: number;
  readonly b: number;
}

/** Neighbours of one probability (a calibration map's blocks) are one bin to the fit. */
function usedBins(labels: ScoredLabels, probability: ArrayLike<number>): Bin[] {
  const bins: { rows: number; positives: number; logit: number }[] = [];
  let last = Number.NaN;
  for (let bin = 0; bin < labels.positives.length; bin++) {
    const positives = labels.positives[bin] ?? 0;
    const rows = positives + (labels.negatives[bin] ?? 0);
    if (rows === 0) continue;
    const p = Math.min(1 - CLIP, Math.max(CLIP, probability[bin] ?? 0));
    const same = p === last ? bins.at(-1) : undefined;
    if (same === undefined) bins.push({ rows, positives, logit: Math.log(p / (1 - p)) });
    else {
      same.rows += rows;
      same.positives += positives;
    }
    last = p;
  }
  return bins;
}

function newton(bins: readonly Centred[], centre: number): CalibrationLine | null {
  let line: Line = { a: 0, b: 1 };
  for (let step = 0; step < STEPS_MAX; step++) {
    const { toA, toB, aa, ab, bb } = slopesAt(bins, line, centre);
    const determinant = aa * bb - ab * ab;
    if (!(determinant > 1e-12 * aa * bb)) return null;
    const move = { a: (bb * toA - ab * toB) / determinant, b: (aa * toB - ab * toA) / determinant };
    line = better(bins, line, move, centre);
    if (Math.abs(line.a) > FAR || Math.abs(line.b) > FAR) return null;
    if (Math.abs(move.a) + Math.abs(move.b) < CONVERGED) {
      const errors = { intercept: Math.sqrt(bb / determinant), slope: Math.sqrt(aa / determinant) };
      return { intercept: line.a, slope: line.b, errors, centre };
    }
  }
  return null;
}

function shareAt({ x }: Centred, { a, b }: Line, centre: number): number {
  return 1 / (1 + Math.exp(-(centre + a + b * x)));
}

function slopesAt(bins: readonly Centred[], line: Line, centre: number) {
  const sum = { toA: 0, toB: 0, aa: 0, ab: 0, bb: 0 };
  for (const bin of bins) {
    const share = shareAt(bin, line, centre);
    const miss = bin.positives - bin.rows * share;
    const weight = bin.rows * share * (1 - share);
    sum.toA += miss;
    sum.toB += miss * bin.x;
    sum.aa += weight;
    sum.ab += weight * bin.x;
    sum.bb += weight * bin.x * bin.x;
  }
  return sum;
}

/** The whole step, or the first half of it that does not lower the likelihood. */
function better(bins: readonly Centred[], line: Line, move: Line, centre: number): Line {
  const before = likelihood(bins, line, centre);
  for (let scale = 1; scale > 1e-4; scale /= 2) {
    const next = { a: line.a + scale * move.a, b: line.b + scale * move.b };
    if (likelihood(bins, next, centre) >= before - 1e-12 * Math.abs(before)) return next;
  }
  return line;
}

function likelihood(bins: readonly Centred[], line: Line, centre: number): number {
  return bins.reduce((sum, bin) => {
    const odds = centre + line.a + line.b * bin.x;
    return (
      sum + bin.positives * odds - bin.rows * (Math.max(0, odds) + Math.log1p(Math.exp(-Math.abs(odds))))
    );
  }, 0);
}
