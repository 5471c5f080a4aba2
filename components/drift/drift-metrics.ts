import { metricShort, metricValue } from "#components/ui/metric-words.ts";
import type { MetricPoint } from "#server/api/contract.ts";
import { METRICS } from "#server/metrics/registry.ts";

/** Metrics that compare with the reference and have a sensible limit; χ² grows with rows, so it is not one of them. */
export const DRIFT_METRICS = METRICS.filter(
  (metric) => metric.group === "drift" && metric.defaultLimit !== null,
).map((metric) => metric.id);
export const DEFAULT_DRIFT_METRIC = "psi@10";

export const driftMetricOptions = DRIFT_METRICS.map((id) => ({
  value: id,
  label: metricShort(id),
  end: METRICS.find((metric) => metric.id === id)?.label ?? "",
}));

/** `0.35 sd` for numbers, `TV 0.08` for categories: a change in units that can be pictured. */
export function effectWords(points: readonly MetricPoint[], judgedFrom: string | null): Map<string, string> {
  const effects = new Map<string, string>();
  for (const point of points) {
    if (point.feature === null || point.value === null || point.from !== judgedFrom) continue;
    if (point.metric === "wasserstein")
      effects.set(point.feature, `${metricValue("wasserstein", point.value)} sd`);
    else if (!effects.has(point.feature)) effects.set(point.feature, `TV ${metricValue("tv", point.value)}`);
  }
  return effects;
}
