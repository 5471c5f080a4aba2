import type { MetricRequest } from "#server/metrics/compute-metric.ts";
import { type MetricValue, metricValue } from "#server/metrics/metric-value.ts";
import { UNDEFINED } from "#server/stats/estimate.ts";
import { shareEstimate } from "#server/stats/uncertainty/wilson.ts";
import type { FeatureLayout } from "#server/windows/layout.ts";
import type { FeatureSummary } from "#server/windows/summary.ts";

interface Cells {
  successes: number;
  trials: number;
}

interface Rate {
  /** What is counted, of what. */
  readonly cells: (feature: FeatureSummary, layout: FeatureLayout) => Cells;
  /** False for features that the rate is not defined for, such as categories that cannot be out of range. */
  readonly isFor?: (layout: FeatureLayout) => boolean;
}

const RATES: Readonly<Record<string, Rate>> = {
  null_rate: {
    cells: (feature) => ({ successes: feature.absent + feature.nulls, trials: rowCount(feature) }),
  },
  absent_rate: { cells: (feature) => ({ successes: feature.absent, trials: rowCount(feature) }) },
  invalid_rate: { cells: (feature) => ({ successes: feature.invalid, trials: rowCount(feature) }) },
  coerced_rate: {
    isFor: ({ type }) => type === "number",
    cells: (feature) => ({ successes: feature.coerced, trials: rowCount(feature) }),
  },
  out_of_range_rate: {
    isFor: ({ range }) => range !== null,
    cells: (feature) => ({ successes: feature.outOfRange, trials: validCount(feature) }),
  },
  new_category_rate: {
    isFor: ({ bins }) => bins.kind === "category" && bins.closed,
    cells: (feature, { bins }) => ({
      successes: bins.kind === "category" ? (feature.counts[bins.categories.length + 1] ?? 0) : 0,
      trials: validCount(feature),
    }),
  },
};

/** Values of a feature that could be used. */
export function validCount(feature: FeatureSummary): number {
  let sum = 0;
  for (const count of feature.counts) sum += count;
  return sum;
}

function rowCount(feature: FeatureSummary): number {
  return feature.absent + feature.nulls + feature.invalid + validCount(feature);
}

/**
 * A share of rows or values, over one feature or all that it is defined for. Undefined where it is defined for none:
 * no reference to be out of range of, or one with more values than are kept.
 */
export function qualityMetric(request: MetricRequest): MetricValue {
  const { metric, layout, feature: name, reference } = request;
  const rate = RATES[metric];
  if (rate === undefined) throw new Error(`There is no rule to compute ${metric} by.`);
  const needsReference = rate.isFor !== undefined && metric !== "coerced_rate";
  const about = {
    method: `${metric}/v1`,
    ...(needsReference ? { nRef: reference?.summary.predictions ?? null } : {}),
  };
  const isFor = (candidate: FeatureLayout): boolean =>
    (name === null || candidate.name === name) && (rate.isFor?.(candidate) ?? true);
  const missing = needsReference && (layout.refId === null || !layout.features.some(isFor));
  if (missing) return metricValue(UNDEFINED, { ...about, nCur: 0 });
  const cells = sumOver(request, isFor, rate);
  return metricValue(shareEstimate({ ...cells, rows: cells.trials }), { ...about, nCur: cells.trials });
}

function sumOver(
  { layout, summary }: MetricRequest,
  isFor: (layout: FeatureLayout) => boolean,
  rate: Rate,
): Cells {
  const total = { successes: 0, trials: 0 };
  layout.features.forEach((layoutOf, index) => {
    const feature = summary.features[index];
    if (feature === undefined || !isFor(layoutOf)) return;
    const cells = rate.cells(feature, layoutOf);
    total.successes += cells.successes;
    total.trials += cells.trials;
  });
  return total;
}
