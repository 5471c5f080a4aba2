import type { ScoredLabels } from "../accuracy/roc-auc.ts";
import { shapleyValues } from "./shapley.ts";

/** One side of a comparison: labelled rows by score bin, and the score from which a row is called positive. */
export interface ScoredSide extends ScoredLabels {
  /** First score bin that is called positive; leave out for metrics that decide nothing. */
  readonly cut?: number;
}

export interface ScoreShift {
  readonly before: number;
  readonly after: number;
  readonly change: number;
  /** Because rows got other scores. */
  readonly scores: number;
  /** Because rows of the same score turned out otherwise. */
  readonly labels: number;
  /** Because the decision threshold moved; 0 for metrics that decide nothing. */
  readonly threshold: number;
  /** Share of the later rows in score bins where the earlier side has none: their rate of positives is their own. */
  readonly newRegion: number;
}

/**
 * Why a binary metric changed: other scores, other outcomes at the same score, or another threshold.
 *
 * Shapley values over the players {distribution of the score, label given score, threshold}: v(S) is the metric on the
 * table with the parts of S from after and the others from before (Zhang and others 2023), so scores + labels +
 * threshold = change. `statistic` gets a table of score bins (fractions are fine) and the cut. In a bin where one side
 * has no rows, its rate of positives is taken from the other, so such rows count to `scores`; `newRegion` says how
 * many of the later rows those are. Needs the same model on both sides: another model's scores mean something else.
 * Null when a side has no rows, or the metric has no value for some mixture.
 *
 * @example scoreShift({ positives: [0, 10], negatives: [10, 0] }, { positives: [5, 5], negatives: [5, 5] }, ({ positives, negatives }) => (negatives[0] + positives[1]) / (positives[0] + positives[1] + negatives[0] + negatives[1])) // { before: 1, after: 0.5, change: -0.5, scores: 0, labels: -0.5, threshold: 0, newRegion: 0 }
 */
export function scoreShift(
  before: ScoredSide,
  after: ScoredSide,
  statistic: (side: ScoredSide) => number | null,
): ScoreShift | null {
  const sides = [scoreShares(before), scoreShares(after)] as const;
  if (!(sides[0].rows > 0) || !(sides[1].rows > 0)) return null;
  const decides = before.cut !== undefined && after.cut !== undefined && before.cut !== after.cut;
  const value = (coalition: number): number | null => {
    const scores = (coalition & 1) === 0 ? sides[0] : sides[1];
    const labels = (coalition & 2) === 0 ? sides : ([sides[1], sides[0]] as const);
    const cut = (coalition & 4) === 0 ? before.cut : after.cut;
    return statistic(mixedTable(scores, labels, cut));
  };
  const everyone = decides ? 7 : 3;
  const found = shapleyValues(decides ? 3 : 2, value);
  const [then, now] = [value(0), value(everyone)];
  if (found === null || then === null || now === null) return null;
  const [scores = 0, labels = 0, threshold = 0] = found.values;
  const newRegion = newShare(sides[0], sides[1]);
  return { before: then, after: now, change: now - then, scores, labels, threshold, newRegion };
}

interface ScoreShares {
  readonly rows: number;
  /** Rows by bin. */
  readonly mass: Float64Array;
  readonly positives: ArrayLike<number>;
}

function scoreShares({ positives, negatives }: ScoredLabels): ScoreShares {
  const mass = Float64Array.from({ length: positives.length }, (_, bin) => {
    return (positives[bin] ?? 0) + (negatives[bin] ?? 0);
  });
  return { rows: mass.reduce((sum, count) => sum + count, 0), mass, positives };
}

/** Rows where `scores` has them, positive as often as in the first of `labels` that knows the bin. */
function mixedTable(
  scores: ScoreShares,
  [first, second]: readonly [ScoreShares, ScoreShares],
  cut: number | undefined,
): ScoredSide {
  const positives = new Float64Array(scores.mass.length);
  const negatives = new Float64Array(scores.mass.length);
  for (let bin = 0; bin < positives.length; bin++) {
    const rows = scores.mass[bin] ?? 0;
    if (!(rows > 0)) continue;
    const known = (first.mass[bin] ?? 0) > 0 ? first : second;
    const own = known === scores;
    const positive = own
      ? (known.positives[bin] ?? 0)
      : (rows * (known.positives[bin] ?? 0)) / (known.mass[bin] ?? 1);
    positives[bin] = positive;
    negatives[bin] = rows - positive;
  }
  return cut === undefined ? { positives, negatives } : { positives, negatives, cut };
}

function newShare(before: ScoreShares, after: ScoreShares): number {
  let rows = 0;
  for (let bin = 0; bin < after.mass.length; bin++) {
    if (!((before.mass[bin] ?? 0) > 0)) rows += after.mass[bin] ?? 0;
  }
  return rows / after.rows;
}
