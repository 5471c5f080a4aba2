import type { ScoreSplit } from "#server/api/contracts/segments.ts";
import type { Side } from "#server/metrics/attribution/compared-sides.ts";
import { type CellReader, COUNT_CELLS } from "#server/metrics/attribution/segment-blocks.ts";
import { type SegmentMetric, scoreCells, scoredOf } from "#server/metrics/attribution/segment-metric.ts";
import { compared } from "#server/metrics/attribution/segment-question.ts";
import type { Task } from "#server/models/schema.ts";
import { averagePrecision } from "#server/stats/accuracy/average-precision.ts";
import { accuracyRatio, precisionRatio, recallRatio } from "#server/stats/accuracy/confusion-rates.ts";
import { fScore } from "#server/stats/accuracy/f-score.ts";
import { classTotals, rocAuc } from "#server/stats/accuracy/roc-auc.ts";
import { blockVariances, sumOfBlocks } from "#server/stats/attribution/block-variances.ts";
import { type ScoredSide, scoreShift } from "#server/stats/attribution/score-shift.ts";
import { SCORE_BINS, scoreBinRange } from "#server/windows/score-grid.ts";

export interface ScoreAnswer {
  readonly score: ScoreSplit | null;
  readonly noScore: string | null;
}

/** The split must reach the change that the metric itself shows; beyond this part of it, it explains something else. */
const MISSED_MAX = 0.1;

/** Positives and negatives by score bin, then the rows called positive and not. */
const SCORE_CELLS: CellReader = {
  pick: { features: [], output: true, latency: false },
  cells: 2 * SCORE_BINS + 2,
  read: ({ output }) => {
    const cells = new Float64Array(2 * SCORE_BINS + 2);
    if (output.kind !== "binary") return cells;
    cells.set(scoreCells(output));
    const { tp, fp, tn, fn } = output.confusion;
    cells[2 * SCORE_BINS] = tp + fp;
    cells[2 * SCORE_BINS + 1] = tn + fn;
    return cells;
  },
};

/** Other scores, or other outcomes at the same score? For binary models that log a probability. */
export function scoreSplit(
  metric: SegmentMetric,
  task: Task,
  readSides: (cells: CellReader) => { before: Side; after: Side },
): ScoreAnswer {
  const statistic = STATISTICS[metric.id];
  if (task !== "binary") return none(null);
  if (statistic === undefined || !metric.needsLabels) return none(null);
  const { before, after } = readSides(SCORE_CELLS);
  const versions = new Set([...before.versions, ...after.versions]);
  if (versions.size > 1) {
    return none(
      `The two sides are of different versions (${[...versions].join(", ")}), and another model's score means something else. Choose one version to see whether scores or outcomes changed.`,
    );
  }
  const blocks = { before: cellsOf(before), after: cellsOf(after) };
  const [then, now] = [sumOfBlocks(blocks.before), sumOfBlocks(blocks.after)];
  const decides = DECIDING.has(metric.id);
  const cuts = decides ? { before: cutOf(then), after: cutOf(now) } : null;
  const tell = (first: Float64Array, second: Float64Array) =>
    scoreShift(sideOf(first, cuts?.before), sideOf(second, cuts?.after), statistic);
  const found = tell(then, now);
  if (found === null) return none("No labelled rows with a probability lie on both sides.");
  const byBlocks = blockVariances(blocks, (first, second) => {
    const one = tell(first, second);
    return one === null ? null : [one.scores, one.labels, one.threshold];
  });
  const sizes = [before, after].map((side) => side.blocks.length).filter((size) => size > 1);
  const part = (value: number, index: number) =>
    compared(value, { closed: null, blocks: byBlocks[index], degrees: Math.min(...sizes, 1e9) - 1 });
  const [scores, labels, threshold] = [
    part(found.scores, 0),
    part(found.labels, 1),
    part(found.threshold, 2),
  ];
  if (scores === null || labels === null) return none(null);
  const { change, newRegion } = found;
  const split = { scores, labels, threshold: found.threshold === 0 ? null : threshold, change, newRegion };
  return { score: split, noScore: null };
}

/** A split that misses the change which the metric itself shows is not shown. */
export function fittingSplit(answer: ScoreAnswer, change: number): ScoreAnswer {
  if (answer.score === null) return answer;
  const missed = Math.abs(answer.score.change - change);
  if (missed <= MISSED_MAX * Math.abs(change) + 1e-4) return answer;
  return none(
    "Rows with a probability and those behind the metric differ, so scores and outcomes do not explain this change.",
  );
}

function none(noScore: string | null): ScoreAnswer {
  return { score: null, noScore };
}

function cellsOf({ blocks }: Side): Float64Array[] {
  return blocks.map(({ all }) => all.slice(COUNT_CELLS));
}

function sideOf(cells: Float64Array, cut: number | undefined): ScoredSide {
  const scored = scoredOf(cells);
  return cut === undefined ? scored : { ...scored, cut };
}

/** The score bin from which as many labelled rows were called positive as really were. */
function cutOf(cells: Float64Array): number {
  const called = cells[2 * SCORE_BINS] ?? 0;
  let sum = 0;
  let best = { cut: SCORE_BINS, miss: called };
  for (let bin = SCORE_BINS - 1; bin >= 0; bin--) {
    sum += (cells[bin] ?? 0) + (cells[SCORE_BINS + bin] ?? 0);
    const miss = Math.abs(sum - called);
    if (miss < best.miss) best = { cut: bin, miss };
  }
  return best.cut;
}

const DECIDING = new Set(["accuracy", "precision", "recall", "f1"]);

const STATISTICS: Readonly<Record<string, (side: ScoredSide) => number | null>> = {
  roc_auc: (side) => rocAuc(side)?.auc ?? null,
  pr_auc: averagePrecision,
  accuracy: (side) => share(accuracyRatio(confusionAt(side))),
  precision: (side) => share(precisionRatio(confusionAt(side))),
  recall: (side) => share(recallRatio(confusionAt(side))),
  f1: (side) => fScore(confusionAt(side)),
  label_rate: (side) => {
    const { positives, negatives } = classTotals(side);
    return share({ successes: positives, trials: positives + negatives });
  },
  brier: (side) => meanOverBins(side, (p, y) => (p - y) ** 2),
  log_loss: (side) => meanOverBins(side, (p, y) => -Math.log(y === 1 ? p : 1 - p)),
};

function share({ successes, trials }: { successes: number; trials: number }): number | null {
  return trials > 0 ? successes / trials : null;
}

function confusionAt({ positives, negatives, cut = 0 }: ScoredSide) {
  const confusion = { tp: 0, fp: 0, tn: 0, fn: 0 };
  for (let bin = 0; bin < positives.length; bin++) {
    const [yes, no] = [positives[bin] ?? 0, negatives[bin] ?? 0];
    if (bin >= cut) {
      confusion.tp += yes;
      confusion.fp += no;
    } else {
      confusion.fn += yes;
      confusion.tn += no;
    }
  }
  return confusion;
}

/** A loss at the middle of each score bin: bins are 0.002 wide, so the mean is right to about 0.001. */
function meanOverBins(
  { positives, negatives }: ScoredSide,
  loss: (p: number, y: 0 | 1) => number,
): number | null {
  let rows = 0;
  let sum = 0;
  for (let bin = 0; bin < positives.length; bin++) {
    const [yes, no] = [positives[bin] ?? 0, negatives[bin] ?? 0];
    if (yes + no === 0) continue;
    const { from, to } = scoreBinRange(bin);
    const middle = (from + to) / 2;
    rows += yes + no;
    sum += yes * loss(middle, 1) + no * loss(middle, 0);
  }
  return rows > 0 ? sum / rows : null;
}
