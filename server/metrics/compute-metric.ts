import { withBlocks } from "#server/metrics/block-interval.ts";
import type { Blocks } from "#server/metrics/blocks.ts";
import { classificationMetric } from "#server/metrics/classification-metrics.ts";
import { driftMetric } from "#server/metrics/drift-metrics.ts";
import type { MetricValue } from "#server/metrics/metric-value.ts";
import { operationMetric } from "#server/metrics/operation-metrics.ts";
import { qualityMetric } from "#server/metrics/quality-metrics.ts";
import { rankingMetric } from "#server/metrics/ranking-metrics.ts";
import { findMetric } from "#server/metrics/registry.ts";
import { regressionMetric } from "#server/metrics/regression-metrics.ts";
import type { Layout } from "#server/windows/layout.ts";
import type { Moments, Summary } from "#server/windows/summary.ts";

/** What production is compared with, in the order and bins of the live layout. */
export interface ReferenceProfile {
  readonly refId: string;
  readonly summary: Summary;
  /** Moments of the whole reference by feature, where `summary` is that of a segment, which keeps none. */
  readonly moments: ReadonlyArray<Moments>;
}

export interface MetricRequest {
  readonly metric: string;
  /** A feature's name, `@output`, or null. */
  readonly feature: string | null;
  readonly layout: Layout;
  readonly summary: Summary;
  readonly reference: ReferenceProfile | null;
  /** Where many stored windows were merged: the interval then knows that rows of one day belong together. */
  readonly blocks?: Blocks | null;
}

/** What drift is computed on when no feature is named. */
export const OUTPUT_FEATURE = "@output";

/** One metric from a merged summary. The caller has checked that the metric is defined for the model's task. */
export function computeMetric(request: MetricRequest): MetricValue {
  const measured = measuredAlone(request);
  const { blocks } = request;
  if (blocks === undefined || blocks === null || measured.value === null) return measured;
  return withBlocks(measured, request, { blocks, measure: measuredAlone });
}

function measuredAlone(request: MetricRequest): MetricValue {
  const definition = findMetric(request.metric);
  if (definition === null) throw new Error(`There is no metric ${request.metric} in the registry.`);
  if (definition.group === "drift") return driftMetric(request);
  if (definition.group === "quality") return qualityMetric(request);
  if (definition.group === "operations") return operationMetric(request);
  if (request.summary.output.kind === "regression") return regressionMetric(request);
  if (request.summary.output.kind === "ranking") return rankingMetric(request);
  return classificationMetric(request);
}
