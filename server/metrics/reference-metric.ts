import type { ReferenceValue } from "#server/api/contract.ts";
import { computeMetric } from "#server/metrics/compute-metric.ts";
import type { MetricTarget } from "#server/metrics/metric-selection.ts";
import type { MetricValue } from "#server/metrics/metric-value.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import type { QueryScope } from "#server/metrics/query-scope.ts";
import { referenceProfile } from "#server/metrics/read-parts.ts";
import { versionSpans } from "#server/metrics/version-spans.ts";

/** The metric over the version's reference itself: the line that a chart compares with. Null without a reference. */
export function referenceMetric(
  source: MetricsSource,
  scope: QueryScope,
  version: string,
  { definition, feature }: MetricTarget,
): (MetricValue & { readonly refId: string }) | null {
  const { modelId } = scope.schema;
  const reference = referenceProfile(source, modelId, version, scope.segment);
  const layout = source.layout(modelId, version) ?? source.reference(modelId, version)?.layout ?? null;
  if (reference === null || layout === null || definition.group === "drift") return null;
  const request = { metric: definition.id, feature, layout, summary: reference.summary, reference };
  return { ...computeMetric(request), refId: reference.refId };
}

/** One value for every target and version in the scope that has a reference. */
export function referenceValues(
  source: MetricsSource,
  scope: QueryScope,
  targets: readonly MetricTarget[],
): ReferenceValue[] {
  const { from, to, data } = scope;
  const range = { from: from ?? data?.firstTs ?? 0, to: to ?? (data?.lastTs ?? 0) + 1 };
  const spans = versionSpans(source, scope.schema, scope.version, range);
  const versions = new Set(spans.flatMap((span) => span.versions));
  return [...versions].flatMap((version) =>
    targets.flatMap((target) => {
      const found = referenceMetric(source, scope, version, target);
      if (found === null || found.value === null) return [];
      const { value, ci, nCur, refId } = found;
      return [{ metric: target.definition.id, feature: target.feature, version, value, ci, n: nCur, refId }];
    }),
  );
}
