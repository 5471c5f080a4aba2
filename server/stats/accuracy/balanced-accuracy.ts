import { DEFAULT_LEVEL, EMPTY, type Estimate, UNDEFINED } from "../estimate.ts";
import { logitInterval } from "../uncertainty/logit-interval.ts";
import { wilsonInterval } from "../uncertainty/wilson.ts";
import { balancedAccuracy, type Confusion, recallRatio, specificityRatio } from "./confusion-rates.ts";
import { CLASS_ROWS_MIN } from "./roc-auc.ts";

/**
 * Balanced accuracy with its interval: recall and specificity come of different rows, so their variances add,
 * ¼ (r(1 − r)/P + s(1 − s)/N), on the logit scale; where that has no width, Wilson with the smaller class as n.
 *
 * In [0, 1]; 0.5 is no better than chance, however rare a class is. No rows: `EMPTY`; a class absent: `UNDEFINED`;
 * fewer than ten rows of a class: `LOW_N`. Rows are taken as independent.
 *
 * @example balancedAccuracyEstimate({ tp: 40, fp: 10, tn: 130, fn: 20 }).interval // 0.7269 to 0.8537
 */
export function balancedAccuracyEstimate(confusion: Confusion, level = DEFAULT_LEVEL): Estimate {
  const recall = recallRatio(confusion);
  const specificity = specificityRatio(confusion);
  if (!(recall.trials + specificity.trials > 0)) return EMPTY;
  const value = balancedAccuracy(confusion);
  if (value === null) return UNDEFINED;
  const variance = (variancePart(recall) + variancePart(specificity)) / 4;
  const smaller = Math.min(recall.trials, specificity.trials);
  const interval =
    logitInterval(value, Math.sqrt(variance), "delta-logit", level) ??
    wilsonInterval(value * smaller, smaller, level);
  return { value, interval, status: smaller < CLASS_ROWS_MIN ? "LOW_N" : "OK" };
}

function variancePart({ successes, trials }: { successes: number; trials: number }): number {
  const share = successes / trials;
  return (share * (1 - share)) / trials;
}
