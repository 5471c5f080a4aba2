import type { MetricDefinition } from "#server/api/contract.ts";
import { SEGMENT_RATES } from "#server/api/contracts/segments.ts";
import { badQuery } from "#server/metrics/bad-query.ts";
import { definitionFor } from "#server/metrics/metric-selection.ts";
import { validCount } from "#server/metrics/quality-metrics.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import { averagePrecision } from "#server/stats/accuracy/average-precision.ts";
import type { Confusion } from "#server/stats/accuracy/confusion-rates.ts";
import { fScore, fScoreStandardError } from "#server/stats/accuracy/f-score.ts";
import { classTotals, deLongVariance, rocAuc, type ScoredLabels } from "#server/stats/accuracy/roc-auc.ts";
import { totalOf } from "#server/stats/drift/shares.ts";
import { type MeanMoments, meanStandardError } from "#server/stats/uncertainty/mean-interval.ts";
import type { Layout } from "#server/windows/layout.ts";
import type { SummaryPick } from "#server/windows/read-summaries.ts";
import { SCORE_BINS } from "#server/windows/score-grid.ts";
import type { BinaryOutput, Spread, Summary } from "#server/windows/summary.ts";

/** A metric as sums that may be added up over windows, versions and segments. */
export interface SegmentMetric {
  readonly id: string;
  /** `mean`: cells are n, Σx, Σx². `statistic`: whatever `value` reads. */
  readonly kind: "mean" | "statistic";
  readonly worse: MetricDefinition["worse"];
  readonly needsLabels: boolean;
  readonly cells: number;
  readonly pick: SummaryPick;
  read(summary: Summary, layout: Layout): Float64Array;
  value(cells: ArrayLike<number>): number | null;
  /** Variance of the value, rows taken as independent; null where there is no closed form. */
  variance(cells: ArrayLike<number>): number | null;
  /** Rows behind it. */
  rows(cells: ArrayLike<number>): number;
}

const OUTPUT: SummaryPick = { features: [], output: true, latency: false };

/** The metric, or a sentence why its changes cannot be told apart by segment. */
export function segmentMetric(
  schema: ModelSchema,
  asked: { metric: string; feature?: string },
): SegmentMetric {
  const found = findSegmentMetric(schema, asked);
  if (typeof found !== "string") return found;
  throw badQuery("metric_not_by_segment", "metric", found);
}

export function findSegmentMetric(
  schema: ModelSchema,
  { metric, feature }: { metric: string; feature?: string },
): SegmentMetric | string {
  const local = SEGMENT_RATES.find(({ id }) => id === metric);
  if (local !== undefined) {
    if (schema.task !== "binary") return `\`${metric}\` is for binary models; this one is ${schema.task}.`;
    return mean(metric, { worse: "both", needsLabels: metric === "label_rate" }, rateOf(metric));
  }
  const { id, worse, needsLabels } = definitionFor(schema, metric);
  const about = { worse, needsLabels };
  const known = meanCells(schema, id);
  if (known !== null) return mean(id, about, known);
  if (id === "null_rate") return mean(id, about, nullCells(feature ?? null), nullPick(schema, feature));
  if (id === "rmse") return rootMean(about);
  if (schema.task === "binary" && id === "f1") return fOne(about);
  if (schema.task === "binary" && (id === "roc_auc" || id === "pr_auc")) return ranking(id, about);
  return `\`${id}\` is neither a mean nor made of counts that segments keep, so its change cannot be told apart by segment. ${insteadOf(schema)}`;
}

function insteadOf({ task }: ModelSchema): string {
  if (task === "regression") return "Choose mae, rmse or bias.";
  return task === "ranking" ? "Choose null_rate." : "Choose accuracy or log_loss.";
}

interface About {
  readonly worse: MetricDefinition["worse"];
  readonly needsLabels: boolean;
}
type ReadMean = (summary: Summary, layout: Layout) => { n: number; sum: number; squares: number };

function mean(id: string, about: About, read: ReadMean, pick = OUTPUT): SegmentMetric {
  return {
    id,
    kind: "mean",
    ...about,
    cells: 3,
    pick,
    read: (summary, layout) => {
      const { n, sum, squares } = read(summary, layout);
      return Float64Array.of(n, sum, squares);
    },
    value: (cells) => {
      const n = cells[0] ?? 0;
      return n > 0.5 ? (cells[1] ?? 0) / n : null;
    },
    variance: (cells) => {
      const error = meanStandardError(momentsOf(cells));
      return error === null ? null : error ** 2;
    },
    rows: (cells) => cells[0] ?? 0,
  };
}

function meanCells({ task }: ModelSchema, id: string): ReadMean | null {
  if (id === "label_coverage")
    return ({ labelled, predictions }) => rate(Math.min(labelled, predictions), predictions);
  if (task === "binary" && Object.hasOwn(BINARY_MEANS, id)) return binaryCells(BINARY_MEANS[id]);
  if (task === "multiclass") return multiclassCells(id);
  if (task === "regression" && (id === "mae" || id === "bias")) {
    return ({ output }) => {
      if (output.kind !== "regression") return rate(0, 0);
      return spread(id === "mae" ? output.absoluteError : output.error);
    };
  }
  return null;
}

type BinaryMean = (output: BinaryOutput) => ReturnType<ReadMean>;

const BINARY_MEANS: Readonly<Record<string, BinaryMean>> = {
  accuracy: ({ confusion: { tp, fp, tn, fn } }) => rate(tp + tn, tp + fp + tn + fn),
  precision: ({ confusion: { tp, fp } }) => rate(tp, tp + fp),
  recall: ({ confusion: { tp, fn } }) => rate(tp, tp + fn),
  log_loss: ({ logLoss }) => spread(logLoss),
  brier: ({ brier }) => spread(brier),
};

function rateOf(metric: string): ReadMean {
  return binaryCells(({ labels, decisions }) =>
    metric === "label_rate"
      ? rate(labels.positive, labels.positive + labels.negative)
      : rate(decisions.positive, decisions.positive + decisions.negative),
  );
}

function binaryCells(of: BinaryMean | undefined): ReadMean {
  return ({ output }) => (output.kind === "binary" && of !== undefined ? of(output) : rate(0, 0));
}

function multiclassCells(id: string): ReadMean | null {
  if (id !== "accuracy" && id !== "log_loss" && id !== "brier") return null;
  return ({ output }) => {
    if (output.kind !== "multiclass") return rate(0, 0);
    if (id === "log_loss") return spread(output.logLoss);
    if (id === "brier") return spread(output.brier);
    const side = Math.round(Math.sqrt(output.confusion.length));
    let right = 0;
    // The last class stands for everything else: both in it is not the same as right.
    for (let index = 0; index < side; index++) right += output.confusion[index * side + index] ?? 0;
    return rate(
      right,
      output.confusion.reduce((sum, count) => sum + count, 0),
    );
  };
}

function nullPick({ features }: ModelSchema, feature: string | undefined): SummaryPick {
  const names = feature === undefined ? features.map(({ name }) => name) : [feature];
  return { features: names, output: false, latency: false };
}

function nullCells(feature: string | null): ReadMean {
  return ({ features }, layout) => {
    let missing = 0;
    let cells = 0;
    layout.features.forEach(({ name }, index) => {
      const own = features[index];
      if (own === undefined || (feature !== null && name !== feature)) return;
      missing += own.absent + own.nulls;
      cells += own.absent + own.nulls + own.invalid + validCount(own);
    });
    return rate(missing, cells);
  };
}

function rate(successes: number, trials: number) {
  return { n: trials, sum: successes, squares: successes };
}

function spread({ n, mean: average, m2 }: Spread) {
  return n > 0 ? { n, sum: n * average, squares: m2 + n * average * average } : rate(0, 0);
}

function rootMean(about: About): SegmentMetric {
  const squares: ReadMean = ({ output }) =>
    output.kind === "regression" ? spread(output.squaredError) : rate(0, 0);
  const of = mean("rmse", about, squares);
  const value = (cells: ArrayLike<number>) => {
    const square = of.value(cells);
    return square === null ? null : Math.sqrt(Math.max(0, square));
  };
  const variance = (cells: ArrayLike<number>) => {
    const [square, root] = [of.variance(cells), value(cells)];
    return square === null || root === null || root === 0 ? null : square / (4 * root * root);
  };
  return { ...of, kind: "statistic", value, variance };
}

function fOne(about: About): SegmentMetric {
  return {
    id: "f1",
    kind: "statistic",
    ...about,
    cells: 4,
    pick: OUTPUT,
    read: ({ output }) => {
      if (output.kind !== "binary") return new Float64Array(4);
      const { tp, fp, tn, fn } = output.confusion;
      return Float64Array.of(tp, fp, tn, fn);
    },
    value: (cells) => fScore(confusionOf(cells)),
    variance: (cells) => squared(fScoreStandardError(confusionOf(cells))),
    rows: totalOf,
  };
}

/** Cells are positives by score bin, then negatives. */
function ranking(id: "roc_auc" | "pr_auc", about: About): SegmentMetric {
  return {
    id,
    kind: "statistic",
    ...about,
    cells: 2 * SCORE_BINS,
    pick: OUTPUT,
    read: ({ output }) => scoreCells(output.kind === "binary" ? output : null),
    value: (cells) => {
      const scored = scoredOf(cells);
      return id === "roc_auc" ? (rocAuc(scored)?.auc ?? null) : averagePrecision(scored);
    },
    variance: (cells) => rankingVariance(id, scoredOf(cells)),
    rows: totalOf,
  };
}

function rankingVariance(id: "roc_auc" | "pr_auc", scored: ScoredLabels): number | null {
  if (id === "roc_auc") return deLongVariance(scored);
  const value = averagePrecision(scored);
  const { positives } = classTotals(scored);
  return value === null ? null : (value * (1 - value)) / positives;
}

function confusionOf(cells: ArrayLike<number>): Confusion {
  return { tp: cells[0] ?? 0, fp: cells[1] ?? 0, tn: cells[2] ?? 0, fn: cells[3] ?? 0 };
}

function squared(error: number | null): number | null {
  return error === null ? null : error ** 2;
}

export function scoreCells(output: ScoredLabels | null): Float64Array {
  const cells = new Float64Array(2 * SCORE_BINS);
  if (output === null) return cells;
  for (let bin = 0; bin < SCORE_BINS; bin++) {
    cells[bin] = output.positives[bin] ?? 0;
    cells[SCORE_BINS + bin] = output.negatives[bin] ?? 0;
  }
  return cells;
}

export function scoredOf(cells: ArrayLike<number>): ScoredLabels {
  const all = cells instanceof Float64Array ? cells : Float64Array.from(cells);
  return { positives: all.subarray(0, SCORE_BINS), negatives: all.subarray(SCORE_BINS, 2 * SCORE_BINS) };
}

/** The moments behind a mean's cells. */
export function momentsOf(cells: ArrayLike<number>, at = 0): MeanMoments {
  const n = cells[at] ?? 0;
  if (!(n > 0.5)) return { n: 0, mean: 0, m2: 0 };
  const average = (cells[at + 1] ?? 0) / n;
  return { n, mean: average, m2: Math.max(0, (cells[at + 2] ?? 0) - n * average * average) };
}
