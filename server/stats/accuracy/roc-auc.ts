import { DEFAULT_LEVEL, EMPTY, type Estimate, UNDEFINED } from "../estimate.ts";
import { logitInterval } from "../uncertainty/logit-interval.ts";
import { wilsonInterval } from "../uncertainty/wilson.ts";

/** Labelled predictions by score bin, lowest scores first. */
export interface ScoredLabels {
  readonly positives: ArrayLike<number>;
  readonly negatives: ArrayLike<number>;
}

/** Fewer than this of either class: a ranking can be read, but not acted on. */
export const CLASS_ROWS_MIN = 10;

/**
 * Area under the ROC curve from score bins: the chance that a positive scores above a negative, ties counted half.
 *
 * Σ_b P_b (N_{<b} + N_b/2) ÷ (P N). In [0, 1], 0.5 is no better than chance; null when a class is absent. The area
 * of the raw scores lies within ± `halfWidth` = Σ P_b N_b ÷ (2 P N): what is not known inside bins.
 *
 * @example rocAuc({ positives: [1, 2, 5, 12], negatives: [20, 15, 10, 5] }) // { auc: 0.835, halfWidth: 0.08 }
 */
export function rocAuc(scored: ScoredLabels): { auc: number; halfWidth: number } | null {
  const { positives, negatives } = classTotals(scored);
  if (!(positives > 0) || !(negatives > 0)) return null;
  let below = 0;
  let area = 0;
  let tied = 0;
  for (let bin = 0; bin < scored.positives.length; bin++) {
    const p = scored.positives[bin] ?? 0;
    const n = scored.negatives[bin] ?? 0;
    area += p * (below + n / 2);
    tied += p * n;
    below += n;
  }
  const pairs = positives * negatives;
  return { auc: Math.min(1, area / pairs), halfWidth: tied / (2 * pairs) };
}

/**
 * Variance of the area by DeLong, DeLong and Clarke-Pearson (1988), from bins.
 *
 * Each negative's share of positives above it and each positive's share of negatives below it; the variances of
 * both over their class, divided by its size. Null below two rows of a class; 0 for a perfect ranking, which
 * callers must not take for certainty.
 *
 * @example deLongVariance({ positives: [0, 4], negatives: [4, 0] }) // 0
 */
export function deLongVariance(scored: ScoredLabels): number | null {
  const totals = classTotals(scored);
  if (!(totals.positives > 1) || !(totals.negatives > 1)) return null;
  const ofPositives = { sum: 0, squares: 0 };
  const ofNegatives = { sum: 0, squares: 0 };
  let positivesBelow = 0;
  let negativesBelow = 0;
  for (let bin = 0; bin < scored.positives.length; bin++) {
    const p = scored.positives[bin] ?? 0;
    const n = scored.negatives[bin] ?? 0;
    if (p + n === 0) continue;
    addTo(ofPositives, (negativesBelow + n / 2) / totals.negatives, p);
    addTo(ofNegatives, (totals.positives - positivesBelow - p / 2) / totals.positives, n);
    positivesBelow += p;
    negativesBelow += n;
  }
  return spread(ofPositives, totals.positives) + spread(ofNegatives, totals.negatives);
}

/**
 * Standard error of an area known only by its value and the class sizes (Hanley and McNeil 1982), for published
 * numbers without rows. NaN without rows of both classes.
 *
 * @example hanleyMcNeilStandardError(0.78125, { positives: 4, negatives: 4 }) // 0.17460438106769083
 */
export function hanleyMcNeilStandardError(
  auc: number,
  size: { positives: number; negatives: number },
): number {
  const { positives, negatives } = size;
  if (!(positives > 0) || !(negatives > 0)) return Number.NaN;
  const q1 = auc / (2 - auc);
  const q2 = (2 * auc * auc) / (1 + auc);
  const spreads = (positives - 1) * (q1 - auc * auc) + (negatives - 1) * (q2 - auc * auc);
  return Math.sqrt((auc * (1 - auc) + spreads) / (positives * negatives));
}

/**
 * The area with its interval: DeLong on the logit scale; where that has no width (0 or 1, or a single row of a
 * class), Wilson with the smaller class as n, which is wider. No rows: `EMPTY`; one class only: `UNDEFINED`; fewer
 * than ten rows of a class: `LOW_N`. Rows are taken as independent.
 *
 * @example rocAucEstimate({ positives: [0, 20], negatives: [20, 0] }).interval?.lo // 0.8389
 */
export function rocAucEstimate(scored: ScoredLabels, level = DEFAULT_LEVEL): Estimate {
  const { positives, negatives } = classTotals(scored);
  if (!(positives + negatives > 0)) return EMPTY;
  const area = rocAuc(scored);
  if (area === null) return UNDEFINED;
  const smaller = Math.min(positives, negatives);
  const variance = deLongVariance(scored);
  const interval =
    logitInterval(area.auc, Math.sqrt(variance ?? 0), "delong-logit", level) ??
    wilsonInterval(area.auc * smaller, smaller, level);
  return { value: area.auc, interval, status: smaller < CLASS_ROWS_MIN ? "LOW_N" : "OK" };
}

/**
 * Rows of each class.
 *
 * @example classTotals({ positives: [1, 2], negatives: [0, 5] }) // { positives: 3, negatives: 5 }
 */
export function classTotals(scored: ScoredLabels): { positives: number; negatives: number } {
  const total = { positives: 0, negatives: 0 };
  for (let bin = 0; bin < scored.positives.length; bin++) {
    total.positives += scored.positives[bin] ?? 0;
    total.negatives += scored.negatives[bin] ?? 0;
  }
  return total;
}

function addTo(moments: { sum: number; squares: number }, value: number, rows: number): void {
  moments.sum += rows * value;
  moments.squares += rows * value * value;
}

function spread(moments: { sum: number; squares: number }, rows: number): number {
  const variance = (moments.squares - (moments.sum * moments.sum) / rows) / (rows - 1);
  return Math.max(0, variance) / rows;
}
