import type {
  BinaryOutput,
  FeatureSummary,
  Moments,
  MulticlassOutput,
  OutputSummary,
  RankingOutput,
  RegressionOutput,
  Spread,
  Summary,
} from "#server/windows/summary.ts";

/** As outputWithout, for everything that a share is told from; latencies, moments and new values stay those of the sum. */
export function summaryWithout(total: Summary, part: Summary): Summary {
  return {
    ...total,
    predictions: total.predictions - part.predictions,
    labelled: total.labelled - part.labelled,
    labelAges: countsWithout(total.labelAges, part.labelAges),
    features: total.features.map((feature, index) => featureWithout(feature, part.features[index])),
    output: outputWithout(total.output, part.output),
  };
}

function featureWithout(total: FeatureSummary, part: FeatureSummary | undefined): FeatureSummary {
  if (part === undefined) return total;
  return {
    ...total,
    counts: countsWithout(total.counts, part.counts),
    absent: total.absent - part.absent,
    nulls: total.nulls - part.nulls,
    invalid: total.invalid - part.invalid,
    coerced: total.coerced - part.coerced,
    outOfRange: total.outOfRange - part.outOfRange,
  };
}

/**
 * What is left of a sum of outputs without one of its parts: leaving out each of many blocks costs one sum and a
 * subtraction each, where merging all the others anew would cost their square. Least and greatest values stay.
 */
export function outputWithout(total: OutputSummary, part: OutputSummary): OutputSummary {
  if (total.kind === "binary" && part.kind === "binary") return binaryWithout(total, part);
  if (total.kind === "multiclass" && part.kind === "multiclass") return multiclassWithout(total, part);
  if (total.kind === "regression" && part.kind === "regression") return regressionWithout(total, part);
  if (total.kind === "ranking" && part.kind === "ranking") return rankingWithout(total, part);
  throw new Error(`The output of a ${part.kind} model is no part of that of a ${total.kind} model.`);
}

function countsWithout(total: Float64Array, part: Float64Array): Float64Array {
  const left = total.slice();
  for (let index = 0; index < part.length; index += 1) left[index] = (left[index] ?? 0) - (part[index] ?? 0);
  return left;
}

/** The merge of Chan, Golub and LeVeque read backwards. */
export function spreadWithout(total: Spread, part: Spread): Spread {
  const n = total.n - part.n;
  if (!(n > 0)) return { n: 0, mean: 0, m2: 0 };
  const mean = (total.mean * total.n - part.mean * part.n) / n;
  const delta = part.mean - mean;
  return { n, mean, m2: Math.max(0, total.m2 - part.m2 - delta * delta * ((n * part.n) / total.n)) };
}

function momentsWithout(total: Moments, part: Moments): Moments {
  return { ...spreadWithout(total, part), min: total.min, max: total.max };
}

function binaryWithout(total: BinaryOutput, part: BinaryOutput): BinaryOutput {
  return {
    kind: "binary",
    scores: countsWithout(total.scores, part.scores),
    probability: momentsWithout(total.probability, part.probability),
    positives: countsWithout(total.positives, part.positives),
    negatives: countsWithout(total.negatives, part.negatives),
    calibration: countsWithout(total.calibration, part.calibration),
    confusion: {
      tp: total.confusion.tp - part.confusion.tp,
      fp: total.confusion.fp - part.confusion.fp,
      tn: total.confusion.tn - part.confusion.tn,
      fn: total.confusion.fn - part.confusion.fn,
    },
    decisions: {
      positive: total.decisions.positive - part.decisions.positive,
      negative: total.decisions.negative - part.decisions.negative,
    },
    logLoss: spreadWithout(total.logLoss, part.logLoss),
    brier: spreadWithout(total.brier, part.brier),
    clipped: total.clipped - part.clipped,
    labels: {
      positive: total.labels.positive - part.labels.positive,
      negative: total.labels.negative - part.labels.negative,
      unreadable: total.labels.unreadable - part.labels.unreadable,
    },
  };
}

function multiclassWithout(total: MulticlassOutput, part: MulticlassOutput): MulticlassOutput {
  return {
    kind: "multiclass",
    predicted: countsWithout(total.predicted, part.predicted),
    confusion: countsWithout(total.confusion, part.confusion),
    logLoss: spreadWithout(total.logLoss, part.logLoss),
    brier: spreadWithout(total.brier, part.brier),
    clipped: total.clipped - part.clipped,
    unreadable: total.unreadable - part.unreadable,
  };
}

function regressionWithout(total: RegressionOutput, part: RegressionOutput): RegressionOutput {
  return {
    kind: "regression",
    predicted: countsWithout(total.predicted, part.predicted),
    value: momentsWithout(total.value, part.value),
    error: spreadWithout(total.error, part.error),
    absoluteError: spreadWithout(total.absoluteError, part.absoluteError),
    squaredError: spreadWithout(total.squaredError, part.squaredError),
    label: spreadWithout(total.label, part.label),
    residuals: countsWithout(total.residuals, part.residuals),
    unreadable: total.unreadable - part.unreadable,
  };
}

function rankingWithout(total: RankingOutput, part: RankingOutput): RankingOutput {
  return {
    kind: "ranking",
    lists: total.lists - part.lists,
    normalisedGain: spreadWithout(total.normalisedGain, part.normalisedGain),
    averagePrecision: spreadWithout(total.averagePrecision, part.averagePrecision),
    reciprocalRank: spreadWithout(total.reciprocalRank, part.reciprocalRank),
    precision: spreadWithout(total.precision, part.precision),
    withoutRelevant: total.withoutRelevant - part.withoutRelevant,
    unreadable: total.unreadable - part.unreadable,
  };
}
