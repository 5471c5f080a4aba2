import {
  type Confusion,
  precisionRatio,
  type Ratio,
  recallRatio,
  specificityRatio,
} from "../accuracy/confusion-rates.ts";
import { DEFAULT_LEVEL, EMPTY, type Estimate, UNDEFINED } from "../estimate.ts";
import { newcombeDifference } from "../uncertainty/newcombe.ts";
import { groupStanding } from "./group-size.ts";

/** How an interval between two groups is made. */
export interface GapOptions {
  readonly level?: number;
  /** How many rows tell as much as one independent row would (see designEffect); 1 when left out. */
  readonly designEffect?: number;
}

/**
 * Difference of a rate between a group and the reference group, p_g − p_ref, with Newcombe's interval.
 *
 * In [−1, 1]; swapping the groups changes the sign of all of it. With a design effect d both sides count as their
 * rows ÷ d. No row on a side: `EMPTY`; rows, but a denominator of 0: `UNDEFINED`. Too few of either (see
 * groupStanding): `LOW_N`. `rows` are those that the metric can use; left out, the rate's own denominators.
 * Measured by fairlearn as the largest minus the smallest rate; see rateExtremes for that form.
 *
 * @example rateDifference({ successes: 35, trials: 100 }, { successes: 100, trials: 200 }).value // -0.15
 */
export function rateDifference(
  group: Ratio,
  reference: Ratio,
  options: GapOptions & { readonly rows?: { readonly group: number; readonly reference: number } } = {},
): Estimate {
  const rows = options.rows ?? { group: group.trials, reference: reference.trials };
  if (!(rows.group > 0) || !(rows.reference > 0)) return EMPTY;
  const effect = options.designEffect ?? 1;
  const interval = newcombeDifference(
    effectiveRatio(group, effect),
    effectiveRatio(reference, effect),
    options.level ?? DEFAULT_LEVEL,
  );
  if (interval === null) return UNDEFINED;
  const judged =
    groupStanding({ rows: rows.group, trials: group.trials }) === "judged" &&
    groupStanding({ rows: rows.reference, trials: reference.trials }) === "judged";
  const value = group.successes / group.trials - reference.successes / reference.trials;
  return { value, interval, status: judged ? "OK" : "LOW_N" };
}

/**
 * Counts as so many independent rows: both divided by the design effect. The share stays, its certainty shrinks.
 * An effect below 1 or NaN counts as 1: dependence between rows is never taken for extra rows.
 *
 * @example effectiveRatio({ successes: 40, trials: 100 }, 2) // { successes: 20, trials: 50 }
 */
export function effectiveRatio({ successes, trials }: Ratio, effect: number): Ratio {
  const divisor = Math.max(1, effect || 1);
  return { successes: successes / divisor, trials: trials / divisor };
}

/** Decisions of a group, labelled or not. */
export interface Decisions {
  readonly positive: number;
  readonly negative: number;
}

/**
 * How often the group is selected: positive decisions ÷ all decisions. Needs no labels.
 *
 * @example selectionRatio({ positive: 35, negative: 65 }) // 35 of 100
 */
export function selectionRatio({ positive, negative }: Decisions): Ratio {
  return { successes: positive, trials: positive + negative };
}

/**
 * False alarms among the true negatives: FP ÷ (FP + TN), one minus the specificity.
 *
 * @example falsePositiveRatio({ tp: 24, fp: 11, tn: 49, fn: 16 }) // 11 of 60
 */
export function falsePositiveRatio(confusion: Confusion): Ratio {
  const { successes, trials } = specificityRatio(confusion);
  return { successes: trials - successes, trials };
}

/**
 * Demographic parity difference: P(ŷ = 1 | g) − P(ŷ = 1 | reference). Asks that groups are selected alike, whatever
 * the truth is. As rateDifference.
 *
 * @example demographicParityDifference({ positive: 35, negative: 65 }, { positive: 100, negative: 100 }).value // -0.15
 */
export function demographicParityDifference(
  group: Decisions,
  reference: Decisions,
  options: GapOptions = {},
): Estimate {
  return rateDifference(selectionRatio(group), selectionRatio(reference), options);
}

/**
 * Equal opportunity difference (Hardt, Price and Srebro 2016): TPR_g − TPR_ref. Asks that those who are truly
 * positive are found equally often. Newcombe on the positives; as rateDifference.
 *
 * @example equalOpportunityDifference({ tp: 24, fp: 11, tn: 49, fn: 16 }, { tp: 60, fp: 40, tn: 80, fn: 20 }).value // -0.15
 */
export function equalOpportunityDifference(
  group: Confusion,
  reference: Confusion,
  options: GapOptions = {},
): Estimate {
  return rateDifference(recallRatio(group), recallRatio(reference), {
    ...options,
    rows: { group: labelledRows(group), reference: labelledRows(reference) },
  });
}

/**
 * Predictive parity difference: PPV_g − PPV_ref. Asks that a positive decision is right equally often. Newcombe on
 * the predicted positives; as rateDifference.
 *
 * @example predictiveParityDifference({ tp: 24, fp: 11, tn: 49, fn: 16 }, { tp: 60, fp: 40, tn: 80, fn: 20 }).value // 0.085714285714
 */
export function predictiveParityDifference(
  group: Confusion,
  reference: Confusion,
  options: GapOptions = {},
): Estimate {
  return rateDifference(precisionRatio(group), precisionRatio(reference), {
    ...options,
    rows: { group: labelledRows(group), reference: labelledRows(reference) },
  });
}

/**
 * Rows of a confusion table: those with a decision and a label.
 *
 * @example labelledRows({ tp: 24, fp: 11, tn: 49, fn: 16 }) // 100
 */
export function labelledRows({ tp, fp, tn, fn }: Confusion): number {
  return tp + fp + tn + fn;
}
