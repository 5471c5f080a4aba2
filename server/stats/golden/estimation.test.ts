import { checkGolden } from "#server/testing/check-golden.ts";
import { fitCalibrationLine } from "../estimation/calibration-line.ts";
import { fitCalibrationMap } from "../estimation/calibration-map.ts";
import { estimateVariances } from "../estimation/confidence-based-estimate.ts";
import { differenceOfConfidences } from "../estimation/difference-of-confidences.ts";
import {
  type ExpectedMetricName,
  expectedMetric,
  type UnlabelledScores,
} from "../estimation/expected-metric.ts";
import { cellWeights, effectiveRows, importanceWeightedMean } from "../estimation/importance-weighting.ts";
import { leafLosses, postStratifiedLoss } from "../estimation/post-stratification.ts";
import { growRegressionTree, leafCount, leafOf } from "../estimation/regression-tree.ts";
import { thresholdAt, thresholdedConfidence } from "../estimation/thresholded-confidence.ts";

/** One row a bin, in the order of the scores. */
function oneRowABin(p: number[], yhat: number[]): UnlabelledScores {
  const order = p.map((_, row) => row).sort((a, b) => (p[a] ?? 0) - (p[b] ?? 0));
  const probability = order.map((row) => p[row] ?? 0);
  return {
    counts: order.map(() => 1),
    probability,
    called: order.map((row) => yhat[row] ?? 0),
    score: probability,
  };
}

const valueFor = (metric: ExpectedMetricName, rows: UnlabelledScores) => expectedMetric(metric, rows)?.value;

/** The map whose chances a golden row fixes, without error of its own. */
const certain = ({ probability }: UnlabelledScores) => ({
  probability: Float64Array.from(probability),
  block: new Int32Array(probability.length),
  support: new Float64Array(probability.length).fill(Number.POSITIVE_INFINITY),
});

function errorOf(metric: ExpectedMetricName, rows: UnlabelledScores): number {
  const expected = expectedMetric(metric, rows);
  return expected === null
    ? Number.NaN
    : Math.sqrt(estimateVariances(expected, rows.counts, certain(rows)).sampling);
}

checkGolden(new URL("./estimation-values.json", import.meta.url), {
  cbpe: ({ p, yhat }) => {
    const rows = oneRowABin(p, yhat);
    return {
      accuracy: valueFor("accuracy", rows),
      precision: valueFor("precision", rows),
      recall: valueFor("recall", rows),
      f1: valueFor("f1", rows),
    };
  },
  cbpeAccuracySE: ({ p }) => errorOf("accuracy", oneRowABin(p, p.map(Math.round))),
  atc: ({ refConf, refCorrect, curConf }) => ({
    threshold: thresholdAt(
      refConf,
      refCorrect.reduce((sum: number, one: number) => sum + one, 0),
    ),
    estimate: thresholdedConfidence({ confidence: refConf, correct: refCorrect }, curConf).value,
  }),
  doc: ({ refAcc, refMeanConf, curMeanConf }) =>
    differenceOfConfidences(refAcc, { n: 9, mean: refMeanConf, m2: 0 }, { n: 9, mean: curMeanConf, m2: 0 })
      .value,
  iwMean: ({ w, loss }) => ({ estimate: importanceWeightedMean(w, loss), ess: effectiveRows(w) }),
  calibrationMap: (labels) => Array.from(fitCalibrationMap(labels)?.probability ?? []),
  expectedScores: (rows) => ({
    roc_auc: valueFor("roc_auc", rows),
    pr_auc: valueFor("pr_auc", rows),
    log_loss: valueFor("log_loss", rows),
    brier: valueFor("brier", rows),
  }),
  expectedErrors: (rows) => ({
    roc_auc: errorOf("roc_auc", rows),
    pr_auc: errorOf("pr_auc", rows),
    f1: errorOf("f1", rows),
    recall: errorOf("recall", rows),
    precision: errorOf("precision", rows),
  }),
  calibrationLine: ({ positives, negatives, probability }) => {
    const line = fitCalibrationLine({ positives, negatives }, probability);
    return {
      intercept: line?.intercept,
      slope: line?.slope,
      interceptError: line?.errors.intercept,
      slopeError: line?.errors.slope,
    };
  },
  postStratified: ({ leaves, losses, counts }) => {
    const found = postStratifiedLoss(leafLosses(leaves, losses, counts.length), counts);
    return { value: found.value, ...found.parts };
  },
  regressionTree: ({ columns, loss }, { depth, leafRows }) => {
    const table = columns.map((values: number[]) => ({ kind: "number", values }));
    const tree = growRegressionTree(table, loss, { depth, leafRows });
    const places = loss.map((_: number, row: number) =>
      leafOf(
        tree,
        columns.map((values: number[]) => values[row]),
      ),
    );
    const means = leafLosses(places, loss, leafCount(tree));
    return { fitted: places.map((leaf: number) => means[leaf]?.mean), leaves: leafCount(tree) };
  },
  cellWeights: ({ reference, current }) => {
    const found = cellWeights(reference, current);
    return { weights: Array.from(found.weights), effectiveRows: found.effectiveRows };
  },
});
