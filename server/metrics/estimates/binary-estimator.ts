import { equalMassGroups } from "#server/metrics/calibration-bins.ts";
import type { DecisionShares } from "#server/metrics/estimates/decision-shares.ts";
import { assumption, reasonFor } from "#server/metrics/estimates/estimate-words.ts";
import {
  type ConceptPlace,
  type EstimatorOrReason,
  noEstimate,
  type WindowEstimate,
} from "#server/metrics/estimates/estimator.ts";
import { debiasedCalibrationError } from "#server/stats/accuracy/calibration-error.ts";
import { CLASS_ROWS_MIN, classTotals } from "#server/stats/accuracy/roc-auc.ts";
import { fitCalibrationLine } from "#server/stats/estimation/calibration-line.ts";
import {
  type CalibrationMap,
  fitCalibrationMap,
  unseenShare,
} from "#server/stats/estimation/calibration-map.ts";
import type { ConceptMovement } from "#server/stats/estimation/concept-movement.ts";
import { confidenceBasedEstimate } from "#server/stats/estimation/confidence-based-estimate.ts";
import type { ExpectedMetricName } from "#server/stats/estimation/expected-metric.ts";
import { SCORE_BINS, scoreBinRange } from "#server/windows/score-grid.ts";
import type { BinaryOutput, Summary } from "#server/windows/summary.ts";

const ESTIMATED: readonly ExpectedMetricName[] = [
  "accuracy",
  "precision",
  "recall",
  "f1",
  "roc_auc",
  "pr_auc",
  "log_loss",
  "brier",
];
/** Labels of a segment below which its own calibration would be noise, and the error above which it is needed. */
const OWN_MAP_LABELS = 1_000;
const OWN_MAP_ERROR = 0.02;
/** Labels of a window below which it does not say where the concept is. */
const CONCEPT_LABELS = 200;

const MIDDLES = Float64Array.from({ length: SCORE_BINS }, (_, bin) => {
  const { from, to } = scoreBinRange(bin);
  return (from + to) / 2;
});

export interface BinaryReference {
  readonly whole: BinaryOutput;
  /** The segment's own rows, where one is asked about. */
  readonly segment: BinaryOutput | null;
}

/** Confidence-based estimation: score bins without labels, and what such scores meant in the reference. */
export function binaryEstimator(
  metric: string,
  reference: BinaryReference,
  decisions: DecisionShares,
): EstimatorOrReason {
  const name = ESTIMATED.find((one) => one === metric);
  if (name === undefined) return { reason: reasonFor("metric_not_estimated") };
  const { positives, negatives } = classTotals(reference.whole);
  if (!(positives + negatives > 0)) return { reason: reasonFor("no_labelled_reference") };
  const global = fitCalibrationMap(reference.whole);
  if (global === null) return { reason: reasonFor("one_class_reference") };
  const own = reference.segment === null ? null : ownMap(reference.segment, global);
  const map = own ?? global;
  const basis = own === null ? reference.whole : (reference.segment ?? reference.whole);
  const labelled = basis.labels.positive + basis.labels.negative;
  return {
    estimator: {
      method: `${metric}/cbpe/v1`,
      labelled,
      assumptions: assumption.binary({ labelled, decisions, ownMap: own !== null }),
      estimate: (summary, movement) => estimate(name, summary, { map, decisions, movement }),
      conceptOf: (summary) => conceptOf(summary, map),
    },
  };
}

/** A segment whose scores mean something else than everybody's gets a map of its own. */
function ownMap(segment: BinaryOutput, global: CalibrationMap): CalibrationMap | null {
  const { positives, negatives } = classTotals(segment);
  if (positives + negatives < OWN_MAP_LABELS) return null;
  const rows = segment.positives.map((count, bin) => count + (segment.negatives[bin] ?? 0));
  const groups = equalMassGroups(rows, 10);
  if (groups === null) return null;
  const bins = Array.from({ length: 10 }, () => ({ rows: 0, probability: 0, positives: 0 }));
  for (const [bin, count] of rows.entries()) {
    const group = bins[groups[bin] ?? 0];
    if (group === undefined) continue;
    group.rows += count;
    group.probability += count * (global.probability[bin] ?? 0);
    group.positives += segment.positives[bin] ?? 0;
  }
  return (debiasedCalibrationError(bins) ?? 0) > OWN_MAP_ERROR ? fitCalibrationMap(segment) : null;
}

function estimate(
  metric: ExpectedMetricName,
  { output, predictions }: Summary,
  how: { map: CalibrationMap; decisions: DecisionShares; movement: ConceptMovement },
): WindowEstimate {
  if (output.kind !== "binary" || predictions === 0) return noEstimate("EMPTY", null);
  const { scores } = output;
  if (scores.every((count) => count === 0)) return noEstimate("UNDEFINED", reasonFor("no_probability"));
  const window = { counts: scores, called: how.decisions.called, score: MIDDLES };
  const found = confidenceBasedEstimate(metric, window, how.map, how.movement);
  const reason = found.status === "UNDEFINED" ? reasonFor("nothing_called") : null;
  return { ...found, reason, unseen: unseenShare(how.map, scores) };
}

function conceptOf({ output }: Summary, map: CalibrationMap): ConceptPlace | null {
  if (output.kind !== "binary") return null;
  const { positives, negatives } = classTotals(output);
  if (positives + negatives < CONCEPT_LABELS || Math.min(positives, negatives) < CLASS_ROWS_MIN) return null;
  return fitCalibrationLine(output, map.probability);
}
