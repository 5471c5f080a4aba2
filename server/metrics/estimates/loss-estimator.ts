import { assumption, reasonFor } from "#server/metrics/estimates/estimate-words.ts";
import {
  type Estimator,
  type EstimatorOrReason,
  noEstimate,
  type WindowEstimate,
} from "#server/metrics/estimates/estimator.ts";
import type { ReferenceSample } from "#server/references/reference-sample.ts";
import { DEFAULT_LEVEL, type Interval } from "#server/stats/estimate.ts";
import type { ConceptMovement } from "#server/stats/estimation/concept-movement.ts";
import {
  type LeafLoss,
  leafLosses,
  postStratifiedLoss,
} from "#server/stats/estimation/post-stratification.ts";
import { growRegressionTree, leafCount, leafOf } from "#server/stats/estimation/regression-tree.ts";
import type { NumberBins } from "#server/windows/layout.ts";
import { binOf } from "#server/windows/number-bins.ts";
import { numberReader } from "#server/windows/read-columns.ts";
import type { MulticlassOutput } from "#server/windows/summary.ts";

const SAMPLE_LABELS_MIN = 200;

/** Errors by predicted value: leaves of a tree over the bins of predictions, their mean loss from the reference's rows. */
export function regressionEstimator(
  metric: string,
  sample: ReferenceSample,
  bins: NumberBins,
): EstimatorOrReason {
  if (metric !== "mae" && metric !== "rmse") return { reason: reasonFor("metric_not_estimated") };
  const isSquared = metric === "rmse";
  const rows = labelledRows(sample, bins);
  if (rows.bins.length === 0) return { reason: reasonFor("no_labelled_reference") };
  if (rows.bins.length < SAMPLE_LABELS_MIN) return { reason: reasonFor("too_few_reference_rows") };
  const losses = rows.errors.map((error) => (isSquared ? error * error : Math.abs(error)));
  const tree = growRegressionTree([{ kind: "number", values: rows.bins }], losses);
  const leafOfBin = Int32Array.from({ length: bins.edges.length + 1 }, (_, bin) => leafOf(tree, [bin]));
  const leaves = leafLosses(
    rows.bins.map((bin) => leafOfBin[bin] ?? 0),
    losses,
    leafCount(tree),
  );
  const estimator = leafEstimator(`${metric}/leaves/v1`, leaves, (output) =>
    output.kind === "regression" ? countsByLeaf(output.predicted, leafOfBin, leaves.length) : null,
  );
  const assumptions = assumption.regression({ labelled: rows.bins.length, leaves: leaves.length });
  return {
    estimator: { ...(isSquared ? rooted(estimator) : estimator), labelled: rows.bins.length, assumptions },
  };
}

/** Accuracy by predicted class: how often each was right in the reference. */
export function multiclassEstimator(
  metric: string,
  reference: MulticlassOutput,
  classes: number,
): EstimatorOrReason {
  if (metric !== "accuracy") return { reason: reasonFor("metric_not_estimated") };
  const side = Math.round(Math.sqrt(reference.confusion.length));
  const leaves = Array.from({ length: classes + 1 }, (_, predicted) => rightIn(reference, side, predicted));
  const labelled = leaves.reduce((sum, leaf) => sum + leaf.n, 0);
  if (labelled === 0) return { reason: reasonFor("no_labelled_reference") };
  const estimator = leafEstimator("accuracy/classes/v1", leaves, (output) =>
    output.kind === "multiclass" ? output.predicted : null,
  );
  return {
    estimator: {
      ...estimator,
      labelled,
      assumptions: assumption.multiclass({ labelled }),
      estimate: (summary, movement) =>
        asShare(estimator.estimate(summary, { ...movement, intercept: 0 }), movement),
      conceptOf: (summary, realised) => placeOf(estimator, summary, logit, realised),
    },
  };
}

type OutputOf = Parameters<Estimator["estimate"]>[0]["output"];

function leafEstimator(
  method: string,
  leaves: readonly LeafLoss[],
  countsOf: (output: OutputOf) => ArrayLike<number> | null,
): Estimator {
  const estimator: Estimator = {
    method,
    labelled: 0,
    assumptions: [],
    estimate: ({ output }, movement) => {
      const counts = countsOf(output);
      if (counts === null) return noEstimate("EMPTY", null);
      const found = postStratifiedLoss(leaves, counts);
      const reason = found.unseen > 0 && found.status === "UNDEFINED" ? reasonFor("unseen_region") : null;
      return { ...found, concept: stretched(found.interval, movement), reason };
    },
    conceptOf: (summary, realised) => placeOf(estimator, summary, Math.log, realised),
  };
  return estimator;
}

const STILL: ConceptMovement = { intercept: 0, slope: 0, windows: 0 };

/** How far the realised value lies from the estimate, on a scale on which movements add. */
function placeOf(
  estimator: Pick<Estimator, "estimate">,
  summary: Parameters<Estimator["estimate"]>[0],
  scale: (value: number) => number,
  realised: number,
) {
  const { value, status } = estimator.estimate(summary, STILL);
  if (value === null || status !== "OK") return null;
  const intercept = scale(realised) - scale(value);
  return Number.isFinite(intercept) ? { intercept, slope: 1 } : null;
}

/** Errors move by a factor. */
function stretched(interval: Interval | null, { intercept }: ConceptMovement): Interval | null {
  if (interval === null) return null;
  const { lo, hi } = interval;
  const by = Math.exp(intercept);
  return { lo: lo / by, hi: hi * by, level: DEFAULT_LEVEL, method: "concept-factor" };
}

/** Shares move on the logit scale, and end at 1. */
function asShare(found: WindowEstimate, { intercept }: ConceptMovement): WindowEstimate {
  if (found.interval === null) return found;
  const interval = { ...found.interval, hi: Math.min(1, found.interval.hi) };
  const moved = (share: number, by: number) =>
    share <= 0 || share >= 1 ? share : logistic(logit(share) + by);
  const concept = { lo: moved(interval.lo, -intercept), hi: moved(interval.hi, intercept) };
  return { ...found, interval, concept: { ...concept, level: DEFAULT_LEVEL, method: "concept-logit" } };
}

/** The root of a mean square, its error by the delta method. */
function rooted(estimator: Estimator): Estimator {
  const root: Estimator = {
    ...estimator,
    estimate: (summary, movement) => {
      const found = estimator.estimate(summary, { ...movement, intercept: 2 * movement.intercept });
      const value = found.value === null ? null : Math.sqrt(found.value);
      const half = value === null || value === 0 ? 0 : 1 / (2 * value);
      return {
        ...found,
        value,
        interval: rootOf(found.interval),
        concept: rootOf(found.concept),
        parts: found.parts && {
          sampling: half * found.parts.sampling,
          calibration: half * found.parts.calibration,
        },
      };
    },
    conceptOf: (summary, realised) => placeOf(root, summary, Math.log, realised),
  };
  return root;
}

function rootOf(interval: Interval | null): Interval | null {
  return interval && { ...interval, lo: Math.sqrt(interval.lo), hi: Math.sqrt(interval.hi) };
}

function labelledRows(sample: ReferenceSample, { edges }: NumberBins): { bins: number[]; errors: number[] } {
  const predicted = numberReader(sample.column("output.value"));
  const label = numberReader(sample.column("label"));
  const sorted = Float64Array.from(edges);
  const rows: { bins: number[]; errors: number[] } = { bins: [], errors: [] };
  for (let row = 0; row < sample.count; row++) {
    const error = predicted(row) - label(row);
    if (!Number.isFinite(error)) continue;
    rows.bins.push(binOf(sorted, predicted(row)));
    rows.errors.push(error);
  }
  return rows;
}

function countsByLeaf(counts: ArrayLike<number>, leafOfBin: Int32Array, leaves: number): Float64Array {
  const sums = new Float64Array(leaves);
  for (const [bin, leaf] of leafOfBin.entries()) sums[leaf] = (sums[leaf] ?? 0) + (counts[bin] ?? 0);
  return sums;
}

function rightIn({ confusion }: MulticlassOutput, side: number, predicted: number): LeafLoss {
  let n = 0;
  for (let actual = 0; actual < side; actual++) n += confusion[actual * side + predicted] ?? 0;
  const right = confusion[predicted * side + predicted] ?? 0;
  const mean = n > 0 ? (right + 0.5) / (n + 1) : 0;
  return { n, mean, m2: n * mean * (1 - mean) };
}

function logit(share: number): number {
  return Math.log(share / (1 - share));
}
function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
