import { binaryEstimator } from "#server/metrics/estimates/binary-estimator.ts";
import { decisionShares } from "#server/metrics/estimates/decision-shares.ts";
import { reasonFor } from "#server/metrics/estimates/estimate-words.ts";
import type { EstimatorOrReason } from "#server/metrics/estimates/estimator.ts";
import { multiclassEstimator, regressionEstimator } from "#server/metrics/estimates/loss-estimator.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import type { QueryScope } from "#server/metrics/query-scope.ts";
import { referenceProfile, type ScopedPart } from "#server/metrics/read-parts.ts";

/** How a version's metric can be estimated, from its reference; `range` is everything read of it, for how it decides. */
export function chooseEstimator(
  source: MetricsSource,
  scope: QueryScope,
  metric: string,
  { version, layout, summary, reference }: ScopedPart,
): EstimatorOrReason {
  const { modelId } = scope.schema;
  if (reference === null) return { reason: reasonFor("no_reference") };
  const whole = scope.segment === null ? reference : referenceProfile(source, modelId, version, null);
  const output = whole?.summary.output;
  if (output?.kind === "binary" && summary.output.kind === "binary") {
    const own = scope.segment === null ? null : reference.summary.output;
    const segment = own?.kind === "binary" ? own : null;
    return binaryEstimator(
      metric,
      { whole: output, segment },
      decisionShares(summary.output, layout.threshold),
    );
  }
  if (output?.kind === "multiclass") return multiclassEstimator(metric, output, layout.classes.length);
  if (output?.kind !== "regression") return { reason: reasonFor("task_not_estimated") };
  const kept = source.referenceSample(modelId, version);
  if (kept === null || layout.output === null) return { reason: reasonFor("no_reference_sample") };
  return regressionEstimator(metric, kept.sample, layout.output.bins);
}
