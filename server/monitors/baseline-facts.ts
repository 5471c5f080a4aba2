import { selectTargets } from "#server/metrics/metric-selection.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { resolveScope } from "#server/metrics/query-scope.ts";
import { referenceValues } from "#server/metrics/reference-metric.ts";
import { metricsForTask } from "#server/metrics/registry.ts";
import type { BaselineFacts } from "#server/monitors/recommended-monitors.ts";

const PERFORMANCE = ["roc_auc", "accuracy", "mae"];

/** What the reference in force says of everything that a first monitor could watch. */
export function baselineFacts(source: MetricsSource, model: string): BaselineFacts {
  const scope = resolveScope(source, { model });
  const { schema } = scope;
  const known = new Set(metricsForTask(schema.task).map(({ id }) => id));
  const performance = PERFORMANCE.filter((metric) => known.has(metric));
  const targets = [
    ...performance.flatMap((metric) => selectTargets(schema, { metric })),
    ...selectTargets(schema, { metric: "null_rate,new_category_rate", feature: "*" }),
  ];
  const live = liveVersion(source, scope.schema.modelId);
  const values = referenceValues(source, { ...scope, version: live }, targets);
  return {
    hasReference: live !== null && source.reference(schema.modelId, live) !== null,
    baselines: values.map(({ metric, feature, value, ci }) => ({
      metric,
      feature,
      baseline: { value, lo: ci?.lo ?? value, hi: ci?.hi ?? value },
    })),
  };
}

/** The champion, or the version that came last. */
export function liveVersion(source: MetricsSource, modelId: number): string | null {
  return source.championIntervals(modelId).at(-1)?.version ?? source.versions(modelId).at(-1) ?? null;
}
