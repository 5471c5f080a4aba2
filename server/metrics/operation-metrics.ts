import type { MetricRequest } from "#server/metrics/compute-metric.ts";
import { type MetricValue, metricValue } from "#server/metrics/metric-value.ts";
import { EMPTY } from "#server/stats/estimate.ts";
import { binnedQuantileEstimate } from "#server/stats/sketch/binned-quantile.ts";
import { shareEstimate } from "#server/stats/uncertainty/wilson.ts";
import { LATENCY_EDGES_MS } from "#server/windows/latency-grid.ts";
import type { Summary } from "#server/windows/summary.ts";

const LATENCY_QUANTILES: Readonly<Record<string, number>> = {
  latency_p50: 0.5,
  latency_p95: 0.95,
  latency_p99: 0.99,
};

export function operationMetric({ metric, summary }: MetricRequest): MetricValue {
  const method = `${metric}/v1`;
  const { predictions, labelled } = summary;
  if (metric === "volume") {
    // Zero predictions are a count like any other, not a missing one.
    return metricValue({ value: predictions, interval: null, status: "OK" }, { nCur: predictions, method });
  }
  if (metric === "label_coverage") {
    const counts = { successes: Math.min(labelled, predictions), trials: predictions, rows: predictions };
    return metricValue(shareEstimate(counts), { nCur: predictions, method });
  }
  return latencyQuantile(summary, LATENCY_QUANTILES[metric] ?? 0.5, method);
}

function latencyQuantile({ latency }: Summary, p: number, method: string): MetricValue {
  const { counts, moments } = latency;
  const nCur = counts.reduce((sum, count) => sum + count, 0);
  if (nCur === 0) return metricValue(EMPTY, { nCur: 0, method });
  const [min, max] = moments.n > 0 ? [moments.min, moments.max] : [0, null];
  return metricValue(binnedQuantileEstimate({ edges: LATENCY_EDGES_MS, counts, min, max }, p), {
    nCur,
    method,
  });
}
