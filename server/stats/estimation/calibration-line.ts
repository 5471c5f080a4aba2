import type { ScoredLabels } from "../accuracy/roc-auc.ts";
import { fitLogisticLine } from "./logistic-line.ts";

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
  const line = fitLogisticLine(centred, centre);
  if (line === null) return null;
  return { intercept: line.intercept, slope: line.slope, errors: line.errors, centre };
}

interface Bin {
  readonly rows: number;
  readonly positives: number;
  readonly logit: number;
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
