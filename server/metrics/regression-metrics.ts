import type { MetricRequest } from "#server/metrics/compute-metric.ts";
import { type MetricValue, metricValue, within } from "#server/metrics/metric-value.ts";
import { rootMeanSquaredError, rSquared } from "#server/stats/accuracy/regression-errors.ts";
import { type Estimate, UNDEFINED } from "#server/stats/estimate.ts";
import { meanEstimate } from "#server/stats/uncertainty/mean-interval.ts";
import type { RegressionOutput } from "#server/windows/summary.ts";

export function regressionMetric({ metric, summary }: MetricRequest): MetricValue {
  const { output } = summary;
  const method = `${metric}/v1`;
  if (output.kind !== "regression") return metricValue(UNDEFINED, { nCur: 0, method });
  return metricValue(estimate(metric, output), { nCur: output.error.n, method });
}

function estimate(metric: string, output: RegressionOutput): Estimate {
  if (metric === "mae") return within(meanEstimate(output.absoluteError), { min: 0 });
  if (metric === "rmse") return rootMeanSquaredError(output.squaredError);
  if (metric === "bias") return meanEstimate(output.error);
  if (metric === "r2") return rSquared(output.squaredError, output.label);
  return UNDEFINED;
}
