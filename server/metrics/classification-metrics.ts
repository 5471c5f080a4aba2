import { calibrationBins } from "#server/metrics/calibration-bins.ts";
import type { MetricRequest } from "#server/metrics/compute-metric.ts";
import { type MetricValue, metricValue, within } from "#server/metrics/metric-value.ts";
import { averagePrecisionEstimate } from "#server/stats/accuracy/average-precision.ts";
import { balancedAccuracyEstimate } from "#server/stats/accuracy/balanced-accuracy.ts";
import { calibrationErrorEstimate } from "#server/stats/accuracy/calibration-error.ts";
import { kappaEstimate } from "#server/stats/accuracy/cohens-kappa.ts";
import {
  accuracyRatio,
  type Confusion,
  falsePositiveRatio,
  negativePredictiveRatio,
  precisionRatio,
  type Ratio,
  recallRatio,
  specificityRatio,
} from "#server/stats/accuracy/confusion-rates.ts";
import { fScoreEstimate } from "#server/stats/accuracy/f-score.ts";
import { matthewsEstimate } from "#server/stats/accuracy/matthews-correlation.ts";
import {
  type ConfusionMatrix,
  diagonalRatio,
  type MacroMetric,
  macroEstimate,
  weightedEstimate,
} from "#server/stats/accuracy/multiclass-averages.ts";
import { classTotals, rocAucEstimate } from "#server/stats/accuracy/roc-auc.ts";
import { type Estimate, UNDEFINED } from "#server/stats/estimate.ts";
import { meanEstimate } from "#server/stats/uncertainty/mean-interval.ts";
import { shareEstimate } from "#server/stats/uncertainty/wilson.ts";
import type { BinaryOutput, MulticlassOutput, Spread } from "#server/windows/summary.ts";

export function classificationMetric(request: MetricRequest): MetricValue {
  const { output } = request.summary;
  if (output.kind === "binary") return binaryMetric(request, output);
  if (output.kind === "multiclass") return multiclassMetric(request, output);
  return metricValue(UNDEFINED, { nCur: 0, method: `${request.metric}/v1` });
}

const RATES: Readonly<Record<string, (confusion: Confusion) => Ratio>> = {
  accuracy: accuracyRatio,
  precision: precisionRatio,
  recall: recallRatio,
  specificity: specificityRatio,
  npv: negativePredictiveRatio,
  false_positive_rate: falsePositiveRatio,
};

const SCORES: Readonly<Record<string, (confusion: Confusion) => Estimate>> = {
  f1: fScoreEstimate,
  balanced_accuracy: balancedAccuracyEstimate,
  mcc: matthewsEstimate,
  kappa: ({ tp, fp, tn, fn }) => kappaEstimate({ counts: [tn, fp, fn, tp], side: 2 }),
};

function binaryMetric({ metric, reference }: MetricRequest, output: BinaryOutput): MetricValue {
  const { confusion } = output;
  const decided = confusion.tp + confusion.fp + confusion.tn + confusion.fn;
  const method = `${metric}/v1`;
  const rate = RATES[metric];
  if (rate !== undefined) {
    return metricValue(shareEstimate({ ...rate(confusion), rows: decided }), { nCur: decided, method });
  }
  const score = SCORES[metric];
  if (score !== undefined) return metricValue(score(confusion), { nCur: decided, method });
  if (metric === "log_loss") return meanLoss(metric, output.logLoss, {});
  if (metric === "brier") return meanLoss(metric, output.brier, { max: 1 });
  return scoreMetric(metric, output, reference?.summary.output ?? null);
}

function scoreMetric(
  metric: string,
  output: BinaryOutput,
  reference: MetricRequest["summary"]["output"] | null,
): MetricValue {
  const { positives, negatives } = classTotals(output);
  const nCur = positives + negatives;
  if (metric === "ece") {
    const { bins, method } = calibrationBins(output, reference?.kind === "binary" ? reference.scores : null);
    return metricValue(calibrationErrorEstimate(bins), { nCur, method });
  }
  const estimate = metric === "roc_auc" ? rocAucEstimate(output) : averagePrecisionEstimate(output);
  return metricValue(estimate, { nCur, method: `${metric}/v1` });
}

function meanLoss(metric: string, loss: Spread, range: { max?: number }): MetricValue {
  const estimate = within(meanEstimate(loss), { min: 0, ...range });
  return metricValue(estimate, { nCur: loss.n, method: `${metric}/v1` });
}

function multiclassMetric({ metric }: MetricRequest, output: MulticlassOutput): MetricValue {
  if (metric === "log_loss") return meanLoss(metric, output.logLoss, {});
  if (metric === "brier") return meanLoss(metric, output.brier, { max: 2 });
  const matrix = { counts: output.confusion, side: Math.round(Math.sqrt(output.confusion.length)) };
  const { trials } = diagonalRatio(matrix);
  const average = isMacro(metric) || metric === "accuracy" ? `${metric}/macro` : metric;
  return metricValue(multiclassEstimate(metric, matrix), { nCur: trials, method: `${average}/v1` });
}

function multiclassEstimate(metric: string, matrix: ConfusionMatrix): Estimate {
  if (metric === "accuracy") {
    const ratio = diagonalRatio(matrix);
    return shareEstimate({ ...ratio, rows: ratio.trials });
  }
  if (metric === "kappa") return kappaEstimate(matrix);
  if (isMacro(metric)) return macroEstimate(matrix, metric);
  const weighted = metric.replace("_weighted", "");
  return isMacro(weighted) ? weightedEstimate(matrix, weighted) : UNDEFINED;
}

function isMacro(metric: string): metric is MacroMetric {
  return metric === "precision" || metric === "recall" || metric === "f1";
}
