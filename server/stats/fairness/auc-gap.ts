import {
  CLASS_ROWS_MIN,
  classTotals,
  deLongVariance,
  rocAucEstimate,
  type ScoredLabels,
} from "../accuracy/roc-auc.ts";
import { twoSidedZ } from "../distributions/normal.ts";
import { DEFAULT_LEVEL, EMPTY, type Estimate, type Interval, UNDEFINED } from "../estimate.ts";
import { groupStanding } from "./group-size.ts";

/**
 * Difference of the areas under the ROC curves of two groups, AUC_g − AUC_ref: does the score rank within the group
 * as well as within the other?
 *
 * In [−1, 1]. Groups share no rows, so the variances of DeLong add: ± z √(V_g + V_ref). Where one of them is 0 (a
 * perfect ranking) the two intervals of rocAucEstimate are combined instead, as Newcombe combines Wilson's. One class
 * only: `UNDEFINED`; fewer than 100 rows, or ten of either class, on either side: `LOW_N`. Rows are taken as
 * independent.
 *
 * @example aucGap({ positives: [1, 3], negatives: [3, 1] }, { positives: [0, 4], negatives: [4, 0] }).value // -0.25
 */
export function aucGap(group: ScoredLabels, reference: ScoredLabels, level = DEFAULT_LEVEL): Estimate {
  const [a, b] = [rocAucEstimate(group, level), rocAucEstimate(reference, level)];
  if (a.value === null || b.value === null)
    return a.status === "EMPTY" || b.status === "EMPTY" ? EMPTY : UNDEFINED;
  const value = a.value - b.value;
  const interval = summedInterval(value, [deLongVariance(group), deLongVariance(reference)], level);
  const judged = [group, reference].every(isJudged);
  return { value, interval: interval ?? combined(value, a, b), status: judged ? "OK" : "LOW_N" };
}

function isJudged(scored: ScoredLabels): boolean {
  const { positives, negatives } = classTotals(scored);
  const smaller = Math.min(positives, negatives);
  return (
    smaller >= CLASS_ROWS_MIN &&
    groupStanding({ rows: positives + negatives, trials: positives + negatives }) === "judged"
  );
}

function summedInterval(
  value: number,
  variances: readonly (number | null)[],
  level: number,
): Interval | null {
  const [v, w] = variances;
  if (!v || !w) return null;
  const reach = twoSidedZ(level) * Math.sqrt(v + w);
  return {
    lo: Math.max(-1, value - reach),
    hi: Math.min(1, value + reach),
    level,
    method: "delong-difference",
  };
}

function combined(value: number, a: Estimate, b: Estimate): Interval | null {
  if (a.value === null || b.value === null || a.interval === null || b.interval === null) return null;
  return {
    lo: value - Math.hypot(a.value - a.interval.lo, b.interval.hi - b.value),
    hi: value + Math.hypot(a.interval.hi - a.value, b.value - b.interval.lo),
    level: a.interval.level,
    method: "combined",
  };
}
