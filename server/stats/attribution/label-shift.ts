import { classTotals, type ScoredLabels } from "../accuracy/roc-auc.ts";
import { totalVariation, totalVariationLimits } from "../drift/total-variation.ts";
import type { Interval } from "../estimate.ts";
import { newcombeDifference } from "../uncertainty/newcombe.ts";

/** Below this total variation of the scores within a class, the class is taken to look the same. */
export const LABEL_SHIFT_TOLERANCE = 0.05;
const CLASS_ROWS_MIN = 30;

/** A distance between two distributions of the score, with its limits. */
export interface ScoreDistance {
  readonly value: number;
  readonly lo: number;
  readonly hi: number;
}

export interface LabelShift {
  /** Change in the share of positives. */
  readonly prior: number;
  readonly priorInterval: Interval;
  /** How far the scores of each class moved. */
  readonly positives: ScoreDistance;
  readonly negatives: ScoreDistance;
  /**
   * `label-shift`: the share of positives moved and the classes look as before. `classes-moved`: a class looks
   * different, beyond the tolerance. `no-shift`: neither. `undecided`: the rows cannot tell.
   */
  readonly verdict: "label-shift" | "classes-moved" | "no-shift" | "undecided";
}

/**
 * Is a change in the share of positives all that happened? True label shift leaves P(score | label) as it was.
 *
 * Total variation of the scores within each class, with limits, against a tolerance; the difference in the share of
 * positives with Newcombe's interval. A class counts as moved when its lower limit is beyond the tolerance, as unmoved
 * when its upper limit is within it. Under label shift the model ranks as well as before, and re-weighting by the new
 * prior mends its probabilities. Score bins should be few (ten or so): many thin ones widen the limits. Null when a
 * side has fewer than 30 rows of a class.
 *
 * @example labelShift({ positives: [500, 1500], negatives: [6000, 2000] }, { positives: [1000, 3000], negatives: [4500, 1500] })?.verdict // "label-shift"
 */
export function labelShift(
  before: ScoredLabels,
  after: ScoredLabels,
  tolerance = LABEL_SHIFT_TOLERANCE,
): LabelShift | null {
  const then = classTotals(before);
  const now = classTotals(after);
  const smallest = Math.min(then.positives, then.negatives, now.positives, now.negatives);
  if (!(smallest >= CLASS_ROWS_MIN)) return null;
  const rate = ({ positives, negatives }: typeof then) => ({
    successes: positives,
    trials: positives + negatives,
  });
  const priorInterval = newcombeDifference(rate(now), rate(then));
  const positives = scoreDistance(before.positives, after.positives);
  const negatives = scoreDistance(before.negatives, after.negatives);
  if (priorInterval === null || positives === null || negatives === null) return null;
  const prior =
    now.positives / (now.positives + now.negatives) - then.positives / (then.positives + then.negatives);
  const moved = priorInterval.lo > 0 || priorInterval.hi < 0;
  return {
    prior,
    priorInterval,
    positives,
    negatives,
    verdict: verdictOf([positives, negatives], moved, tolerance),
  };
}

function verdictOf(
  classes: readonly ScoreDistance[],
  moved: boolean,
  tolerance: number,
): LabelShift["verdict"] {
  if (classes.some(({ lo }) => lo > tolerance)) return "classes-moved";
  if (!classes.every(({ hi }) => hi <= tolerance)) return "undecided";
  return moved ? "label-shift" : "no-shift";
}

function scoreDistance(before: ArrayLike<number>, after: ArrayLike<number>): ScoreDistance | null {
  const limits = totalVariationLimits(before, after);
  return limits === null ? null : { value: totalVariation(before, after), ...limits };
}
