/** Labelled predictions by decision and truth; positive is the class that the model is about. */
export interface Confusion {
  readonly tp: number;
  readonly fp: number;
  readonly tn: number;
  readonly fn: number;
}

/** A share as counts: what to give to shareEstimate. */
export interface Ratio {
  readonly successes: number;
  readonly trials: number;
}

/**
 * Share of decisions that were right, (TP + TN) ÷ all. Counts only: the share of no trials is not 0 but undefined,
 * which shareEstimate says.
 *
 * @example accuracyRatio({ tp: 40, fp: 10, tn: 130, fn: 20 }) // 170 of 200
 */
export function accuracyRatio({ tp, fp, tn, fn }: Confusion): Ratio {
  return { successes: tp + tn, trials: tp + fp + tn + fn };
}

/**
 * Of those called positive, how many were: TP ÷ (TP + FP), also positive predictive value.
 *
 * @example precisionRatio({ tp: 40, fp: 10, tn: 130, fn: 20 }) // 40 of 50
 */
export function precisionRatio({ tp, fp }: Confusion): Ratio {
  return { successes: tp, trials: tp + fp };
}

/**
 * Of the true positives, how many were found: TP ÷ (TP + FN), also sensitivity or true positive rate.
 *
 * @example recallRatio({ tp: 40, fp: 10, tn: 130, fn: 20 }) // 40 of 60
 */
export function recallRatio({ tp, fn }: Confusion): Ratio {
  return { successes: tp, trials: tp + fn };
}

/**
 * Of the true negatives, how many were left alone: TN ÷ (TN + FP), also true negative rate.
 *
 * @example specificityRatio({ tp: 40, fp: 10, tn: 130, fn: 20 }) // 130 of 140
 */
export function specificityRatio({ tn, fp }: Confusion): Ratio {
  return { successes: tn, trials: tn + fp };
}

/**
 * Of those called negative, how many were: TN ÷ (TN + FN).
 *
 * @example negativePredictiveRatio({ tp: 40, fp: 10, tn: 130, fn: 20 }) // 130 of 150
 */
export function negativePredictiveRatio({ tn, fn }: Confusion): Ratio {
  return { successes: tn, trials: tn + fn };
}

/**
 * Of the true negatives, how many raised a false alarm: FP ÷ (TN + FP), 1 − specificity.
 *
 * @example falsePositiveRatio({ tp: 40, fp: 10, tn: 130, fn: 20 }) // 10 of 140
 */
export function falsePositiveRatio({ tn, fp }: Confusion): Ratio {
  return { successes: fp, trials: tn + fp };
}

/**
 * Mean of recall and specificity. Null when a class is absent.
 *
 * @example balancedAccuracy({ tp: 40, fp: 10, tn: 130, fn: 20 }) // 0.7976190476190477
 */
export function balancedAccuracy({ tp, fp, tn, fn }: Confusion): number | null {
  if (!(tp + fn > 0) || !(tn + fp > 0)) return null;
  return (tp / (tp + fn) + tn / (tn + fp)) / 2;
}

/**
 * Matthews correlation coefficient: (TP·TN − FP·FN) ÷ √(product of the four margins). In [−1, 1]; 0 is no better
 * than chance. Null when a margin is 0. Square roots are taken one by one, so large counts do not overflow.
 *
 * @example matthewsCorrelation({ tp: 40, fp: 10, tn: 130, fn: 20 }) // 0.629940788348712
 */
export function matthewsCorrelation({ tp, fp, tn, fn }: Confusion): number | null {
  const margins = [tp + fp, tp + fn, tn + fp, tn + fn].map(Math.sqrt);
  const product = margins.reduce((all, margin) => all * margin, 1);
  return product > 0 ? Math.max(-1, Math.min(1, (tp * tn - fp * fn) / product)) : null;
}
