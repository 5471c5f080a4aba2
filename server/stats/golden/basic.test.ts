import { checkGolden } from "#server/testing/check-golden.ts";
import { averagePrecision } from "../accuracy/average-precision.ts";
import { brierParts } from "../accuracy/calibration-error.ts";
import {
  accuracyRatio,
  balancedAccuracy,
  matthewsCorrelation,
  precisionRatio,
  type Ratio,
  recallRatio,
  specificityRatio,
} from "../accuracy/confusion-rates.ts";
import { fScore, fScoreStandardError } from "../accuracy/f-score.ts";
import { diagonalRatio, macroAverage, macroStandardError } from "../accuracy/multiclass-averages.ts";
import { brierOf, logLossOf } from "../accuracy/probability-loss.ts";
import { rootMeanSquaredError, rSquared } from "../accuracy/regression-errors.ts";
import { deLongVariance, hanleyMcNeilStandardError, rocAuc } from "../accuracy/roc-auc.ts";
import { betaQuantile } from "../distributions/incomplete-beta.ts";
import { lowerIncompleteGamma, upperIncompleteGamma } from "../distributions/incomplete-gamma.ts";
import { logGamma } from "../distributions/log-gamma.ts";
import { noncentralChiSquaredCumulative, noncentralityAt } from "../distributions/noncentral-chi-squared.ts";
import { studentTQuantile } from "../distributions/student-t.ts";
import { chiSquaredHomogeneity, likelihoodRatioHomogeneity } from "../drift/chi-squared-homogeneity.ts";
import { cramersV } from "../drift/cramers-v.ts";
import { hellingerDistance } from "../drift/hellinger.ts";
import { jensenShannonDistance } from "../drift/jensen-shannon.ts";
import { kolmogorovSmirnov, kolmogorovSmirnovPValue } from "../drift/kolmogorov-smirnov.ts";
import { kullbackLeibler } from "../drift/kullback-leibler.ts";
import { lInfinity } from "../drift/l-infinity.ts";
import {
  debiasedPopulationStability,
  populationStability,
  populationStabilityNullMean,
} from "../drift/population-stability.ts";
import { totalVariation } from "../drift/total-variation.ts";
import { wassersteinDistance } from "../drift/wasserstein.ts";
import { kSigmaFalseAlarmRate } from "../sequential/false-alarm-budget.ts";
import { clopperPearsonUpper } from "../uncertainty/clopper-pearson.ts";
import { cumulativeBand } from "../uncertainty/dvoretzky-kiefer-wolfowitz.ts";
import { meanInterval } from "../uncertainty/mean-interval.ts";
import { newcombeDifference } from "../uncertainty/newcombe.ts";
import { wilsonInterval } from "../uncertainty/wilson.ts";

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const share = ({ successes, trials }: Ratio): number => successes / trials;
const moments = (values: number[]) => ({
  n: values.length,
  mean: mean(values),
  m2: values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0),
});

checkGolden(new URL("./basic-values.json", import.meta.url), {
  psi: ({ ref, cur }, { smoothing }) => populationStability(ref, cur, smoothing),
  psiNullMean: ({ K, N, n }) => populationStabilityNullMean({ bins: K, nRef: N, nCur: n }),
  psiDebiased: ({ psi, K, N, n }) => debiasedPopulationStability(psi, { bins: K, nRef: N, nCur: n }),
  kl: ({ p, q }) => kullbackLeibler(p, q),
  jsDistance: ({ ref, cur }) => jensenShannonDistance(ref, cur),
  totalVariation: ({ ref, cur }) => totalVariation(ref, cur),
  lInfinity: ({ ref, cur }) => lInfinity(ref, cur).value,
  chiSquareTwoSample: ({ ref, cur }) => {
    const found = chiSquaredHomogeneity(ref, cur);
    return { statistic: found?.statistic, pvalue: found?.pValue, df: found?.degrees };
  },
  gTestTwoSample: ({ ref, cur }) => likelihoodRatioHomogeneity(ref, cur),
  cramersV: ({ ref, cur }) => cramersV(ref, cur),
  wasserstein1Binned: ({ edges, ref, cur }) => {
    const range = { min: edges[0], max: edges.at(-1) };
    const bins = { reference: ref, current: cur, referenceRange: range, currentRange: range, atoms: false };
    return wassersteinDistance({ edges: edges.slice(1, -1), ...bins });
  },
  ksBinned: ({ ref, cur }) => kolmogorovSmirnov(ref, cur)?.distance,
  ksTwoSampleAsymptotic: ({ D, n, m }) => kolmogorovSmirnovPValue(D, { nRef: n, nCur: m }),
  wilson: ({ k, n, alpha }) => ends(wilsonInterval(k, n, 1 - alpha)),
  clopperPearsonUpper: ({ k, n, alpha }) => clopperPearsonUpper(k, n, alpha),
  newcombeDiff: ({ k1, n1, k2, n2, alpha }) =>
    ends(newcombeDifference({ successes: k1, trials: n1 }, { successes: k2, trials: n2 }, 1 - alpha)),
  binaryMetrics: (confusion) => ({
    accuracy: share(accuracyRatio(confusion)),
    precision: share(precisionRatio(confusion)),
    recall: share(recallRatio(confusion)),
    specificity: share(specificityRatio(confusion)),
    f1: fScore(confusion),
    balancedAccuracy: balancedAccuracy(confusion),
    mcc: matthewsCorrelation(confusion),
  }),
  f1StdErr: (confusion) => fScoreStandardError(confusion),
  hanleyMcNeilSE: ({ auc, nPos, nNeg }) =>
    hanleyMcNeilStandardError(auc, { positives: nPos, negatives: nNeg }),
  rocAucBinned: ({ pos, neg }) => rocAuc({ positives: pos, negatives: neg }),
  logLoss: ({ p, y }) => mean(p.map((value: number, row: number) => logLossOf(value, y[row] === 1))),
  brier: ({ p, y }) => mean(p.map((value: number, row: number) => brierOf(value, y[row] === 1))),
  brierDecomposition: ({ count, sumP, sumY }) =>
    brierParts(
      count.map((rows: number, bin: number) => ({ rows, probability: sumP[bin], positives: sumY[bin] })),
    ),
  regressionMetrics: ({ y, yhat }) => {
    const errors = yhat.map((value: number, row: number) => value - y[row]);
    const squares = moments(errors.map((error: number) => error * error));
    return {
      mae: mean(errors.map(Math.abs)),
      mse: squares.mean,
      rmse: rootMeanSquaredError(squares).value,
      bias: mean(errors),
      r2: rSquared(squares, moments(y)).value,
    };
  },
  logGamma: ({ x }) => logGamma(x),
  gammaP: ({ a, x }) => lowerIncompleteGamma(a, x),
  gammaQ: ({ a, x }) => upperIncompleteGamma(a, x),
  betaQuantile: ({ p, a, b }) => betaQuantile(p, a, b),
  tQuantile: ({ p, df }) => studentTQuantile(p, df),
  noncentralCdf: ({ x, df, nc }) => noncentralChiSquaredCumulative(x, df, nc),
  noncentralityAt: ({ x, df, p }) => noncentralityAt(x, df, p),
  hellinger: ({ ref, cur }) => hellingerDistance(ref, cur),
  chiSquareUnpooled: ({ ref, cur }) => {
    const found = chiSquaredHomogeneity(ref, cur, { pool: false });
    return { statistic: found?.statistic, pvalue: found?.pValue, df: found?.degrees };
  },
  rocAucValue: ({ pos, neg }) => rocAuc({ positives: pos, negatives: neg })?.auc,
  deLong: ({ pos, neg }) => deLongVariance({ positives: pos, negatives: neg }),
  averagePrecision: ({ pos, neg }) => averagePrecision({ positives: pos, negatives: neg }),
  macro: (matrix) => ({
    precision: macroAverage(matrix, "precision"),
    recall: macroAverage(matrix, "recall"),
    f1: macroAverage(matrix, "f1"),
    accuracy: share(diagonalRatio(matrix)),
  }),
  macroError: (matrix) => ({
    precision: macroStandardError(matrix, "precision"),
    recall: macroStandardError(matrix, "recall"),
    f1: macroStandardError(matrix, "f1"),
  }),
  meanInterval: ({ x }) => ends(meanInterval(moments(x))),
  dkw: ({ n, alpha }) => cumulativeBand(n, alpha),
  kSigmaFalseAlarmRate: ({ m, k }) => kSigmaFalseAlarmRate({ chunks: m, sigmas: k }),
});

function ends(interval: { lo: number; hi: number } | null): number[] {
  return interval === null ? [] : [interval.lo, interval.hi];
}
