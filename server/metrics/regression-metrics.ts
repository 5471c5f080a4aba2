import type { MetricRequest } from "#server/metrics/compute-metric.ts";
import { type MetricValue, metricValue, within } from "#server/metrics/metric-value.ts";
import { rootMeanSquaredError, rSquared } from "#server/stats/accuracy/regression-errors.ts";
import { type Estimate, UNDEFINED } from "#server/stats/estimate.ts";
import { type BinnedCounts, binnedQuantileEstimate } from "#server/stats/sketch/binned-quantile.ts";
import { meanEstimate } from "#server/stats/uncertainty/mean-interval.ts";
import { shareEstimate } from "#server/stats/uncertainty/wilson.ts";
import { LOG_GRID_EDGES } from "#server/windows/log-grid.ts";
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
  if (metric === "mse") return within(meanEstimate(output.squaredError), { min: 0 });
  if (metric === "median_absolute_error") return binnedQuantileEstimate(absoluteErrors(output), 0.5);
  if (metric === "over_prediction_rate") return overPredictions(output);
  if (metric === "r2") return rSquared(output.squaredError, output.label);
  return UNDEFINED;
}

/** The bin of errors that are 0: the grid of residuals is the same on both sides of it. */
const ZERO_BIN = LOG_GRID_EDGES.indexOf(0) + 1;
const MAGNITUDE_EDGES = LOG_GRID_EDGES.slice(ZERO_BIN);

/** Errors without their sign: both halves of the grid folded together. */
function absoluteErrors({ residuals }: RegressionOutput): BinnedCounts {
  const counts = Float64Array.from({ length: MAGNITUDE_EDGES.length + 1 }, (_, step) => {
    const above = residuals[ZERO_BIN + step] ?? 0;
    return step === 0 ? above : above + (residuals[ZERO_BIN - step] ?? 0);
  });
  return { edges: MAGNITUDE_EDGES, counts, min: 0, max: null };
}

function overPredictions({ residuals, error }: RegressionOutput): Estimate {
  let successes = 0;
  for (let bin = ZERO_BIN + 1; bin < residuals.length; bin++) successes += residuals[bin] ?? 0;
  const trials = error.n;
  return shareEstimate({ successes: Math.min(successes, trials), trials, rows: trials });
}
