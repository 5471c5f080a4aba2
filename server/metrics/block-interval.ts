import type { Blocks } from "#server/metrics/blocks.ts";
import type { MetricRequest } from "#server/metrics/compute-metric.ts";
import type { MetricValue } from "#server/metrics/metric-value.ts";
import { findMetric } from "#server/metrics/registry.ts";
import { dependenceAware } from "#server/stats/uncertainty/dependence-aware.ts";

/**
 * A metric's interval widened where days or storms tie its rows together: the metric again without each block. Drift
 * widens its own (see drift-metrics). Latency stays as it was: blocks do not leave it out, as quantiles jump too much.
 */
export function withBlocks(
  measured: MetricValue,
  request: MetricRequest,
  { blocks, measure }: { blocks: Blocks; measure: (request: MetricRequest) => MetricValue },
): MetricValue {
  const definition = findMetric(request.metric);
  if (definition === null || definition.group === "drift" || measured.ci === null) return measured;
  const others = blocks
    .leftOut()
    .map((summary) => measure({ ...request, summary }))
    .filter(({ nCur }) => nCur < measured.nCur);
  const { interval } = dependenceAware(
    { value: measured.value, interval: measured.ci, status: "OK" },
    {
      leftOut: others.map((other) => other.value ?? Number.NaN),
      range: definition.range,
      method: `block-jackknife(${blocks.text})`,
    },
  );
  return { ...measured, ci: interval };
}
