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

/** Values of a feature that could be used. */
export function validCount(feature: FeatureSummary): number {
  let sum = 0;
  for (const count of feature.counts) sum += count;
  return sum;
}

export function nullRate(request: MetricRequest): MetricValue {
  const cells = sumOver(request, ({ absent, nulls, invalid, ...feature }) => {
    const missing = absent + nulls;
    return {
      successes: missing,
      trials: missing + invalid + validCount({ absent, nulls, invalid, ...feature }),
    };
  });
  const counts = { ...cells, rows: cells.trials };
  return metricValue(shareEstimate(counts), { nCur: cells.trials, method: "null_rate/v1" });
}

/** Undefined where nothing can be new: no reference, or one with more values than are kept. */
export function newCategoryRate(request: MetricRequest): MetricValue {
  const { layout, feature: name, reference } = request;
  const about = { method: "new_category_rate/v1" };
  const knowing = layout.features.filter(
    (feature) => (name === null || feature.name === name) && knowsItsCategories(feature),
  );
  const nRef = reference?.summary.predictions ?? null;
  if (knowing.length === 0 || layout.refId === null)
    return metricValue(UNDEFINED, { ...about, nCur: 0, nRef });
  const cells = sumOver(request, (feature, layoutOf) => {
    if (layoutOf.bins.kind !== "category" || !layoutOf.bins.closed) return { successes: 0, trials: 0 };
    const isNew = feature.counts[layoutOf.bins.categories.length + 1] ?? 0;
    return { successes: isNew, trials: validCount(feature) };
  });
  return metricValue(shareEstimate({ ...cells, rows: cells.trials }), { ...about, nCur: cells.trials, nRef });
}

function knowsItsCategories({ bins }: FeatureLayout): boolean {
  return bins.kind === "category" && bins.closed;
}

function sumOver(
  { layout, summary, feature: name }: MetricRequest,
  cellsOf: (feature: FeatureSummary, layout: FeatureLayout) => Cells,
): Cells {
  const total = { successes: 0, trials: 0 };
  layout.features.forEach((layoutOf, index) => {
    const feature = summary.features[index];
    if (feature === undefined || (name !== null && layoutOf.name !== name)) return;
    const cells = cellsOf(feature, layoutOf);
    total.successes += cells.successes;
    total.trials += cells.trials;
  });
  return total;
}
