import { mergeMoments, mergeSpread } from "#server/windows/moments.ts";
import { mergeNewValues } from "#server/windows/new-values.ts";
import type {
  BinaryOutput,
  FeatureSummary,
  MulticlassOutput,
  OutputSummary,
  RankingOutput,
  RegressionOutput,
  Summary,
} from "#server/windows/summary.ts";

/**
 * Two summaries of one layout together. Associative and commutative (counts exactly, floats to rounding);
 * `emptySummary(layout)` is the identity. Counts of different length come of a list that grew: the longer one stays.
 */
export function mergeTwo(a: Summary, b: Summary): Summary {
  return {
    predictions: a.predictions + b.predictions,
    labelled: a.labelled + b.labelled,
    labelAges: addCounts(a.labelAges, b.labelAges),
    firstTs: Math.min(a.firstTs, b.firstTs),
    lastTs: Math.max(a.lastTs, b.lastTs),
    features: a.features.map((feature, index) => mergeFeature(feature, b.features[index])),
    output: mergeOutput(a.output, b.output),
    latency: {
      counts: addCounts(a.latency.counts, b.latency.counts),
      moments: mergeMoments(a.latency.moments, b.latency.moments),
    },
  };
}

function addCounts(a: Float64Array, b: Float64Array): Float64Array {
  const [longer, shorter] = a.length >= b.length ? [a, b] : [b, a];
  const sum = longer.slice();
  for (let index = 0; index < shorter.length; index += 1)
    sum[index] = (sum[index] ?? 0) + (shorter[index] ?? 0);
  return sum;
}

function mergeFeature(a: FeatureSummary, b: FeatureSummary | undefined): FeatureSummary {
  if (b === undefined) return a;
  return {
    counts: addCounts(a.counts, b.counts),
    absent: a.absent + b.absent,
    nulls: a.nulls + b.nulls,
    invalid: a.invalid + b.invalid,
    coerced: a.coerced + b.coerced,
    outOfRange: a.outOfRange + b.outOfRange,
    moments: mergeMoments(a.moments, b.moments),
    newValues: mergeNewValues(a.newValues, b.newValues),
  };
}

function mergeOutput(a: OutputSummary, b: OutputSummary): OutputSummary {
  if (a.kind === "binary" && b.kind === "binary") return mergeBinary(a, b);
  if (a.kind === "multiclass" && b.kind === "multiclass") return mergeMulticlass(a, b);
  if (a.kind === "regression" && b.kind === "regression") return mergeRegression(a, b);
  if (a.kind === "ranking" && b.kind === "ranking") return mergeRanking(a, b);
  throw new Error(`Summaries of a ${a.kind} and a ${b.kind} model have nothing in common to merge.`);
}

function mergeBinary(a: BinaryOutput, b: BinaryOutput): BinaryOutput {
  return {
    kind: "binary",
    scores: addCounts(a.scores, b.scores),
    probability: mergeMoments(a.probability, b.probability),
    positives: addCounts(a.positives, b.positives),
    negatives: addCounts(a.negatives, b.negatives),
    calibration: addCounts(a.calibration, b.calibration),
    confusion: {
      tp: a.confusion.tp + b.confusion.tp,
      fp: a.confusion.fp + b.confusion.fp,
      tn: a.confusion.tn + b.confusion.tn,
      fn: a.confusion.fn + b.confusion.fn,
    },
    decisions: {
      positive: a.decisions.positive + b.decisions.positive,
      negative: a.decisions.negative + b.decisions.negative,
    },
    logLoss: mergeSpread(a.logLoss, b.logLoss),
    brier: mergeSpread(a.brier, b.brier),
    clipped: a.clipped + b.clipped,
    labels: {
      positive: a.labels.positive + b.labels.positive,
      negative: a.labels.negative + b.labels.negative,
      unreadable: a.labels.unreadable + b.labels.unreadable,
    },
  };
}

function mergeMulticlass(a: MulticlassOutput, b: MulticlassOutput): MulticlassOutput {
  return {
    kind: "multiclass",
    predicted: addCounts(a.predicted, b.predicted),
    confusion: addCounts(a.confusion, b.confusion),
    logLoss: mergeSpread(a.logLoss, b.logLoss),
    brier: mergeSpread(a.brier, b.brier),
    clipped: a.clipped + b.clipped,
    unreadable: a.unreadable + b.unreadable,
  };
}

function mergeRegression(a: RegressionOutput, b: RegressionOutput): RegressionOutput {
  return {
    kind: "regression",
    predicted: addCounts(a.predicted, b.predicted),
    value: mergeMoments(a.value, b.value),
    error: mergeSpread(a.error, b.error),
    absoluteError: mergeSpread(a.absoluteError, b.absoluteError),
    squaredError: mergeSpread(a.squaredError, b.squaredError),
    label: mergeSpread(a.label, b.label),
    residuals: addCounts(a.residuals, b.residuals),
    unreadable: a.unreadable + b.unreadable,
  };
}

function mergeRanking(a: RankingOutput, b: RankingOutput): RankingOutput {
  return {
    kind: "ranking",
    lists: a.lists + b.lists,
    normalisedGain: mergeSpread(a.normalisedGain, b.normalisedGain),
    averagePrecision: mergeSpread(a.averagePrecision, b.averagePrecision),
    reciprocalRank: mergeSpread(a.reciprocalRank, b.reciprocalRank),
    precision: mergeSpread(a.precision, b.precision),
    withoutRelevant: a.withoutRelevant + b.withoutRelevant,
    unreadable: a.unreadable + b.unreadable,
  };
}
