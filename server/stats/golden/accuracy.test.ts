import { checkGolden } from "#server/testing/check-golden.ts";
import { balancedAccuracyEstimate } from "../accuracy/balanced-accuracy.ts";
import { cohensKappa, kappaStandardError } from "../accuracy/cohens-kappa.ts";
import { falsePositiveRatio, negativePredictiveRatio, type Ratio } from "../accuracy/confusion-rates.ts";
import {
  absolutePercentageError,
  pinballLoss,
  squaredLogError,
  symmetricPercentageError,
  weightedPercentageError,
} from "../accuracy/error-losses.ts";
import { matthewsStandardError } from "../accuracy/matthews-correlation.ts";
import { diagonalRatio, weightedAverage, weightedStandardError } from "../accuracy/multiclass-averages.ts";
import { pairedAucDifference } from "../accuracy/paired-auc-difference.ts";
import { averagePrecisionAt, normalisedGainAt, precisionAt, reciprocalRank } from "../accuracy/ranking.ts";

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const share = ({ successes, trials }: Ratio): number => successes / trials;

interface Pairs {
  y: number[];
  yhat: number[];
}
const meanLoss = ({ y, yhat }: Pairs, loss: (predicted: number, label: number) => number | null): number =>
  mean(yhat.map((predicted, row) => loss(predicted, y[row] ?? Number.NaN) ?? Number.NaN));

checkGolden(new URL("./accuracy-values.json", import.meta.url), {
  confusionMore: (confusion) => ({
    npv: share(negativePredictiveRatio(confusion)),
    fpr: share(falsePositiveRatio(confusion)),
  }),
  mccError: (confusion) => matthewsStandardError(confusion),
  balancedInterval: (confusion) => {
    const { interval } = balancedAccuracyEstimate(confusion);
    return [interval?.lo, interval?.hi];
  },
  kappa: (matrix) => cohensKappa(matrix),
  kappaError: (matrix) => kappaStandardError(matrix),
  weighted: (matrix) => ({
    precision: weightedAverage(matrix, "precision"),
    recall: weightedAverage(matrix, "recall"),
    f1: weightedAverage(matrix, "f1"),
  }),
  weightedError: (matrix) => ({
    precision: weightedStandardError(matrix, "precision"),
    recall: weightedStandardError(matrix, "recall"),
    f1: weightedStandardError(matrix, "f1"),
  }),
  micro: (matrix) => share(diagonalRatio(matrix)),
  msle: (pairs) => meanLoss(pairs, squaredLogError),
  pinball: (pairs) => meanLoss(pairs, (predicted, label) => pinballLoss(predicted, label, pairs.tau)),
  mape: (pairs) => meanLoss(pairs, absolutePercentageError),
  smape: (pairs) => meanLoss(pairs, symmetricPercentageError),
  wape: ({ y, yhat }: Pairs) =>
    weightedPercentageError({
      absoluteErrors: y.reduce((sum, label, row) => sum + Math.abs((yhat[row] ?? 0) - label), 0),
      absoluteLabels: y.reduce((sum, label) => sum + Math.abs(label), 0),
    }),
  ndcg: ({ rel, k, gain }) => normalisedGainAt(rel, k, gain),
  apAtK: ({ hits, totalRelevant, k }) => averagePrecisionAt(hits, k, totalRelevant),
  precisionAt: ({ hits, k }) => precisionAt(hits, k),
  mrr: ({ lists }) => mean(lists.map(reciprocalRank)),
  pairedDeLong: (scores) => {
    const found = pairedAucDifference(scores);
    return { difference: found?.difference, variance: found?.variance };
  },
});
