import type { Confusion } from "../accuracy/confusion-rates.ts";
import { logLossOf } from "../accuracy/probability-loss.ts";

/** Predictions without labels, by score bin, lowest scores first; all arrays of one length. */
export interface UnlabelledScores {
  /** Rows. */
  readonly counts: ArrayLike<number>;
  /** Chance that a row of the bin is positive, calibrated. */
  readonly probability: ArrayLike<number>;
  /** Share of the bin's rows that were called positive: 0 or 1, except in the bin that holds the threshold. */
  readonly called: ArrayLike<number>;
  /** The score itself (the bin's middle), which log loss and Brier score judge. */
  readonly score: ArrayLike<number>;
}

export type ExpectedMetricName =
  | "accuracy"
  | "precision"
  | "recall"
  | "f1"
  | "roc_auc"
  | "pr_auc"
  | "log_loss"
  | "brier";

/** A metric as it is expected to come out, and how much one more positive of each bin would move it. */
export interface ExpectedMetric {
  readonly value: number;
  /** By bin: change of the metric when one expected row of the bin turns from negative to positive. */
  readonly gradient: Float64Array;
}

/**
 * Confusion matrix to be expected without labels: TP = Σ c·u·p, FP = Σ c·u·(1 − p), FN = Σ c·(1 − u)·p,
 * TN = Σ c·(1 − u)·(1 − p) over bins of c rows with chance p, of which the share u was called positive.
 *
 * Confidence-based performance estimation (NannyML's CBPE), whose formula it is with one row a bin. The four add up
 * to the rows; no rows: all 0.
 *
 * @example expectedConfusion({ counts: [10, 10], probability: [0.1, 0.8], called: [0, 1], score: [0.1, 0.8] }) // { tp: 8, fp: 2, tn: 9, fn: 1 }
 */
export function expectedConfusion(rows: UnlabelledScores): Confusion {
  const sum = { tp: 0, fp: 0, tn: 0, fn: 0 };
  for (let bin = 0; bin < rows.counts.length; bin++) {
    const { count, p, u } = binOf(rows, bin);
    sum.tp += count * u * p;
    sum.fp += count * u * (1 - p);
    sum.fn += count * (1 - u) * p;
    sum.tn += count * (1 - u) * (1 - p);
  }
  return sum;
}

/**
 * What a metric is expected to be without labels, with its gradient by bin for the errors.
 *
 * accuracy, precision, recall, f1: from the expected confusion matrix. roc_auc: area under the expected ROC (Σ c·p
 * against Σ c·(1 − p) up the scores, ties within a bin half). pr_auc: average precision of the same. log_loss, brier:
 * mean loss of the score against the expected label. A ratio of expectations, not the expectation of the ratio: they
 * differ by O(1/n). Null where the metric's denominator is 0 (nothing called, no row, one class expected).
 *
 * @example expectedMetric("accuracy", { counts: [10, 10], probability: [0.1, 0.8], called: [0, 1], score: [0.1, 0.8] })?.value // 0.85
 */
export function expectedMetric(metric: ExpectedMetricName, rows: UnlabelledScores): ExpectedMetric | null {
  if (metric === "roc_auc") return expectedRocAuc(rows);
  if (metric === "pr_auc") return expectedAveragePrecision(rows);
  if (metric === "log_loss") return expectedLoss(rows, logLossOf);
  if (metric === "brier") return expectedLoss(rows, (score, happened) => (score - (happened ? 1 : 0)) ** 2);
  return expectedRate(metric, expectedConfusion(rows), rows);
}

function binOf(rows: UnlabelledScores, bin: number): { count: number; p: number; u: number; s: number } {
  return {
    count: rows.counts[bin] ?? 0,
    p: rows.probability[bin] ?? 0,
    u: rows.called[bin] ?? 0,
    s: rows.score[bin] ?? 0,
  };
}

type RateName = "accuracy" | "precision" | "recall" | "f1";

/** A rate's gradient is one number where the row was called positive, another where it was not. */
function expectedRate(metric: RateName, confusion: Confusion, rows: UnlabelledScores): ExpectedMetric | null {
  const found = rateAndSlopes(metric, confusion);
  if (found === null) return null;
  const { value, ifCalled, ifNot } = found;
  const gradient = Float64Array.from(rows.called, (u) => u * ifCalled + (1 - u) * ifNot);
  return { value, gradient };
}

function rateAndSlopes(
  metric: RateName,
  { tp, fp, tn, fn }: Confusion,
): { value: number; ifCalled: number; ifNot: number } | null {
  const all = tp + fp + tn + fn;
  const called = tp + fp;
  const positives = tp + fn;
  if (metric === "accuracy")
    return all > 0 ? { value: (tp + tn) / all, ifCalled: 1 / all, ifNot: -1 / all } : null;
  if (metric === "precision")
    return called > 0 ? { value: tp / called, ifCalled: 1 / called, ifNot: 0 } : null;
  if (metric === "recall") {
    if (!(positives > 0)) return null;
    const value = tp / positives;
    return { value, ifCalled: (1 - value) / positives, ifNot: -value / positives };
  }
  const weight = called + positives;
  if (!(weight > 0)) return null;
  const value = (2 * tp) / weight;
  return { value, ifCalled: (2 - value) / weight, ifNot: -value / weight };
}

function expectedRocAuc(rows: UnlabelledScores): ExpectedMetric | null {
  const bins = rows.counts.length;
  const positives = new Float64Array(bins);
  const negatives = new Float64Array(bins);
  let p = 0;
  let n = 0;
  for (let bin = 0; bin < bins; bin++) {
    const count = rows.counts[bin] ?? 0;
    const expected = count * (rows.probability[bin] ?? 0);
    positives[bin] = expected;
    negatives[bin] = count - expected;
    p += expected;
    n += count - expected;
  }
  if (!(p > 0) || !(n > 0)) return null;
  const gradient = new Float64Array(bins);
  let area = 0;
  let positivesBelow = 0;
  let negativesBelow = 0;
  for (let bin = 0; bin < bins; bin++) {
    const ofPositives = positives[bin] ?? 0;
    const ofNegatives = negatives[bin] ?? 0;
    const beaten = (negativesBelow + ofNegatives / 2) / n;
    const beating = (p - positivesBelow - ofPositives / 2) / p;
    area += (ofPositives / p) * beaten;
    gradient[bin] = beaten / p - beating / n;
    positivesBelow += ofPositives;
    negativesBelow += ofNegatives;
  }
  return { value: Math.min(1, area), gradient: gradient.map((slope) => slope - area / p + area / n) };
}

function expectedAveragePrecision(rows: UnlabelledScores): ExpectedMetric | null {
  const bins = rows.counts.length;
  const precision = new Float64Array(bins);
  const called = new Float64Array(bins);
  let reached = 0;
  let found = 0;
  let sum = 0;
  for (let bin = bins - 1; bin >= 0; bin--) {
    const { count, p } = binOf(rows, bin);
    reached += count;
    found += count * p;
    called[bin] = reached;
    precision[bin] = reached > 0 ? found / reached : 0;
    sum += count * p * (precision[bin] ?? 0);
  }
  if (!(found > 0)) return null;
  const value = Math.min(1, sum / found);
  return { value, gradient: averagePrecisionGradient(rows, { precision, called, found, value }) };
}

/** One more positive raises its own bin's gain, and the precision of every lower threshold. */
function averagePrecisionGradient(
  rows: UnlabelledScores,
  at: { precision: Float64Array; called: Float64Array; found: number; value: number },
): Float64Array {
  let lower = 0;
  return Float64Array.from({ length: rows.counts.length }, (_, bin) => {
    const { count, p } = binOf(rows, bin);
    const called = at.called[bin] ?? 0;
    lower += called > 0 ? (count * p) / called : 0;
    return ((at.precision[bin] ?? 0) + lower - at.value) / at.found;
  });
}

function expectedLoss(
  rows: UnlabelledScores,
  lossOf: (score: number, happened: boolean) => number,
): ExpectedMetric | null {
  const bins = rows.counts.length;
  const total = Array.from(rows.counts).reduce((sum, count) => sum + count, 0);
  if (!(total > 0)) return null;
  const gradient = new Float64Array(bins);
  let sum = 0;
  for (let bin = 0; bin < bins; bin++) {
    const { count, p, s } = binOf(rows, bin);
    if (count === 0) continue;
    const [hit, miss] = [lossOf(s, true), lossOf(s, false)];
    sum += count * (p * hit + (1 - p) * miss);
    gradient[bin] = (hit - miss) / total;
  }
  return { value: sum / total, gradient };
}
