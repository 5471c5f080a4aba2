import { twoSidedZ } from "../distributions/normal.ts";
import { DEFAULT_LEVEL, EMPTY, type Estimate, shownInterval, UNDEFINED } from "../estimate.ts";
import { ESTIMATE_ROWS_MIN } from "./confidence-based-estimate.ts";

/** Labelled reference rows: how sure the model was, and whether it was right (1) or not (0). */
export interface ConfidentDecisions {
  readonly confidence: ArrayLike<number>;
  readonly correct: ArrayLike<number>;
}

/**
 * Average thresholded confidence (Garg et al. 2022): accuracy now, as the share of rows at least as sure as t, where t is
 * the confidence that as large a share of the reference reaches as was right there.
 *
 * Confidence is any number that grows with sureness, such as max(p, 1 − p). t is the k-th largest reference confidence,
 * k = reference accuracy × rows; ties at t all count. Interval: binomial over the rows now, and what t could have been: the
 * shares now at t for accuracies ± z √(2a(1 − a) ÷ N), for the accuracy and the quantile are both estimated; the
 * two in quadrature. No rows on a side: `EMPTY`. A reference without a right row: 0 is not a threshold, `UNDEFINED`.
 * Right where confidence shifts but still ranks rows by how likely they are right; blind to concept drift.
 *
 * @example thresholdedConfidence({ confidence: [0.9, 0.8, 0.7, 0.6, 0.55], correct: [1, 1, 1, 0, 0] }, [0.95, 0.72, 0.65, 0.5]).value // 0.5
 */
export function thresholdedConfidence(
  reference: ConfidentDecisions,
  current: ArrayLike<number>,
  level = DEFAULT_LEVEL,
): Estimate {
  const rows = reference.confidence.length;
  if (rows === 0 || current.length === 0) return EMPTY;
  const right = Array.from(reference.correct).reduce((sum, one) => sum + one, 0);
  if (right === 0) return UNDEFINED;
  const sorted = Float64Array.from(reference.confidence).sort().reverse();
  const value = shareFrom(current, thresholdAt(sorted, right));
  const z = twoSidedZ(level);
  const accuracy = right / rows;
  const slack = z * Math.sqrt((2 * accuracy * (1 - accuracy)) / rows) * rows;
  const binomial = z * Math.sqrt((value * (1 - value)) / current.length);
  const lo = value - Math.hypot(binomial, value - shareFrom(current, thresholdAt(sorted, right - slack)));
  const hi = value + Math.hypot(binomial, shareFrom(current, thresholdAt(sorted, right + slack)) - value);
  return {
    value,
    interval: shownInterval(value, { lo, hi, min: 0, max: 1 }, { level, method: "thresholded-confidence" }),
    status: Math.min(rows, current.length) < ESTIMATE_ROWS_MIN ? "LOW_N" : "OK",
  };
}

/**
 * The confidence that k reference rows reach: the k-th largest, k rounded and kept within 1 and all. Sorted largest first.
 *
 * @example thresholdAt([0.9, 0.8, 0.7, 0.6, 0.55], 3) // 0.7
 */
export function thresholdAt(descending: ArrayLike<number>, k: number): number {
  const place = Math.min(descending.length, Math.max(1, Math.round(k)));
  return descending[place - 1] ?? Number.NaN;
}

function shareFrom(confidences: ArrayLike<number>, threshold: number): number {
  let reached = 0;
  for (let row = 0; row < confidences.length; row++) if ((confidences[row] ?? 0) >= threshold) reached++;
  return reached / confidences.length;
}
