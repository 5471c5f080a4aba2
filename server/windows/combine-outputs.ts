import type {
  BinaryOutput,
  Moments,
  MulticlassOutput,
  OutputSummary,
  RankingOutput,
  RegressionOutput,
  Spread,
} from "#server/windows/summary.ts";

/** How two of each kind of thing that an output is made of become one: added when windows are merged, taken off again. */
export interface OutputAlgebra {
  number(a: number, b: number): number;
  counts(a: Float64Array, b: Float64Array): Float64Array;
  spread(a: Spread, b: Spread): Spread;
  moments(a: Moments, b: Moments): Moments;
}

/** The outputs of two summaries of one layout, part by part. */
export function combineOutputs(a: OutputSummary, b: OutputSummary, by: OutputAlgebra): OutputSummary {
  if (a.kind === "binary" && b.kind === "binary") return combineBinary(a, b, by);
  if (a.kind === "multiclass" && b.kind === "multiclass") return combineMulticlass(a, b, by);
  if (a.kind === "regression" && b.kind === "regression") return combineRegression(a, b, by);
  if (a.kind === "ranking" && b.kind === "ranking") return combineRanking(a, b, by);
  throw new Error(`Summaries of a ${a.kind} and a ${b.kind} model have nothing in common.`);
}

function combineBinary(a: BinaryOutput, b: BinaryOutput, by: OutputAlgebra): BinaryOutput {
  return {
    kind: "binary",
    scores: by.counts(a.scores, b.scores),
    probability: by.moments(a.probability, b.probability),
    positives: by.counts(a.positives, b.positives),
    negatives: by.counts(a.negatives, b.negatives),
    calibration: by.counts(a.calibration, b.calibration),
    confusion: {
      tp: by.number(a.confusion.tp, b.confusion.tp),
      fp: by.number(a.confusion.fp, b.confusion.fp),
      tn: by.number(a.confusion.tn, b.confusion.tn),
      fn: by.number(a.confusion.fn, b.confusion.fn),
    },
    decisions: {
      positive: by.number(a.decisions.positive, b.decisions.positive),
      negative: by.number(a.decisions.negative, b.decisions.negative),
    },
    logLoss: by.spread(a.logLoss, b.logLoss),
    brier: by.spread(a.brier, b.brier),
    clipped: by.number(a.clipped, b.clipped),
    labels: {
      positive: by.number(a.labels.positive, b.labels.positive),
      negative: by.number(a.labels.negative, b.labels.negative),
      unreadable: by.number(a.labels.unreadable, b.labels.unreadable),
    },
  };
}

function combineMulticlass(a: MulticlassOutput, b: MulticlassOutput, by: OutputAlgebra): MulticlassOutput {
  return {
    kind: "multiclass",
    predicted: by.counts(a.predicted, b.predicted),
    confusion: by.counts(a.confusion, b.confusion),
    logLoss: by.spread(a.logLoss, b.logLoss),
    brier: by.spread(a.brier, b.brier),
    clipped: by.number(a.clipped, b.clipped),
    unreadable: by.number(a.unreadable, b.unreadable),
  };
}

function combineRegression(a: RegressionOutput, b: RegressionOutput, by: OutputAlgebra): RegressionOutput {
  return {
    kind: "regression",
    predicted: by.counts(a.predicted, b.predicted),
    value: by.moments(a.value, b.value),
    error: by.spread(a.error, b.error),
    absoluteError: by.spread(a.absoluteError, b.absoluteError),
    squaredError: by.spread(a.squaredError, b.squaredError),
    label: by.spread(a.label, b.label),
    residuals: by.counts(a.residuals, b.residuals),
    unreadable: by.number(a.unreadable, b.unreadable),
  };
}

function combineRanking(a: RankingOutput, b: RankingOutput, by: OutputAlgebra): RankingOutput {
  return {
    kind: "ranking",
    lists: by.number(a.lists, b.lists),
    normalisedGain: by.spread(a.normalisedGain, b.normalisedGain),
    averagePrecision: by.spread(a.averagePrecision, b.averagePrecision),
    reciprocalRank: by.spread(a.reciprocalRank, b.reciprocalRank),
    precision: by.spread(a.precision, b.precision),
    withoutRelevant: by.number(a.withoutRelevant, b.withoutRelevant),
    unreadable: by.number(a.unreadable, b.unreadable),
  };
}
