import { SCORE_BINS, scoreBin, scoreBinRange } from "#server/windows/score-grid.ts";
import type { BinaryOutput } from "#server/windows/summary.ts";

export interface DecisionShares {
  /** By score bin: share of its rows that is called positive. */
  readonly called: Float64Array;
  readonly threshold: number;
  /** Read off the decisions that were logged, because they are not those of the model's own threshold. */
  readonly isInferred: boolean;
}

const SAME_CALLS = 0.02;

/** Who was called positive, by score: at the model's threshold if that gives the logged decisions, else at the one that does. */
export function decisionShares(
  { scores, decisions }: Pick<BinaryOutput, "scores" | "decisions">,
  declared: number,
): DecisionShares {
  const at = scoreBin(declared);
  const total = scores.reduce((sum, count) => sum + count, 0);
  const decided = decisions.positive + decisions.negative;
  if (total === 0 || decided === 0) return sharesFrom(at, declared, false);
  const wanted = (decisions.positive / decided) * total;
  const above = countsFrom(scores);
  if (Math.abs((above[at] ?? 0) - wanted) <= SAME_CALLS * total) return sharesFrom(at, declared, false);
  let best = at;
  for (let bin = 0; bin <= SCORE_BINS; bin++) {
    if (Math.abs((above[bin] ?? 0) - wanted) < Math.abs((above[best] ?? 0) - wanted)) best = bin;
  }
  return sharesFrom(best, scoreBinRange(best).from, true);
}

function countsFrom(scores: Float64Array): Float64Array {
  const sums = new Float64Array(SCORE_BINS + 1);
  for (let bin = SCORE_BINS - 1; bin >= 0; bin--) sums[bin] = (sums[bin + 1] ?? 0) + (scores[bin] ?? 0);
  return sums;
}

function sharesFrom(first: number, threshold: number, isInferred: boolean): DecisionShares {
  const called = Float64Array.from({ length: SCORE_BINS }, (_, bin) => (bin >= first ? 1 : 0));
  return { called, threshold, isInferred };
}
