import { DEFAULT_LEVEL, EMPTY, type Estimate, UNDEFINED } from "../estimate.ts";
import { logitInterval } from "../uncertainty/logit-interval.ts";
import { wilsonInterval } from "../uncertainty/wilson.ts";
import { CLASS_ROWS_MIN, classTotals, type ScoredLabels } from "./roc-auc.ts";

/**
 * Area under the precision–recall curve as average precision: Σ over score bins, highest first, of the recall
 * gained times the precision reached there. A step sum, not a trapezoid, which would promise too much.
 *
 * In (0, 1]; the level of chance is the share of positives, so show that beside it. Null without positives.
 * Rows of one bin are one threshold, as ties are.
 *
 * @example averagePrecision({ positives: [0, 1, 1], negatives: [1, 0, 1] }) // ½·½ + ½·⅔ = 0.5833333333333333
 */
export function averagePrecision(scored: ScoredLabels): number | null {
  const { positives } = classTotals(scored);
  if (!(positives > 0)) return null;
  let found = 0;
  let called = 0;
  let sum = 0;
  for (let bin = scored.positives.length - 1; bin >= 0; bin--) {
    const p = scored.positives[bin] ?? 0;
    called += p + (scored.negatives[bin] ?? 0);
    found += p;
    if (p > 0) sum += (p / positives) * (found / called);
  }
  return Math.min(1, sum);
}

/**
 * Average precision with its interval on the logit scale, se = √(AP(1 − AP) ÷ P) (Boyd, Eng and Page 2013); at 1
 * Wilson with the number of positives as n. No rows: `EMPTY`; one class only: `UNDEFINED` (without positives there
 * is no recall, without negatives it is 1 whatever the scores); fewer than ten rows of a class: `LOW_N`.
 *
 * @example averagePrecisionEstimate({ positives: [5], negatives: [0] }).status // "UNDEFINED"
 */
export function averagePrecisionEstimate(scored: ScoredLabels, level = DEFAULT_LEVEL): Estimate {
  const { positives, negatives } = classTotals(scored);
  if (!(positives + negatives > 0)) return EMPTY;
  const value = averagePrecision(scored);
  if (value === null || !(negatives > 0)) return UNDEFINED;
  const error = Math.sqrt((value * (1 - value)) / positives);
  const interval =
    logitInterval(value, error, "average-precision-logit", level) ??
    wilsonInterval(value * positives, positives, level);
  return { value, interval, status: Math.min(positives, negatives) < CLASS_ROWS_MIN ? "LOW_N" : "OK" };
}
