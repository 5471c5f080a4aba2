import type { z } from "zod";
import type { MetricPoint } from "#server/api/contract.ts";
import {
  SEGMENT_RATES,
  SEGMENT_ROWS_MIN,
  type SegmentTable,
  type SegmentTableInput,
  type SegmentTableRow,
} from "#server/api/contracts/segments.ts";
import { formatInstant } from "#server/kernel/instant.ts";
import {
  COUNT_CELLS,
  groupNumbers,
  readSegmentBlocks,
  type SegmentBlocks,
} from "#server/metrics/attribution/segment-blocks.ts";
import { segmentGap, standsOf, sureGap } from "#server/metrics/attribution/segment-gaps.ts";
import { findSegmentMetric, type SegmentMetric } from "#server/metrics/attribution/segment-metric.ts";
import {
  rangeOfScope,
  resolveSegmentScope,
  type TimeRange,
} from "#server/metrics/attribution/segment-question.ts";
import { metricValue } from "#server/metrics/metric-value.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import type { QueryScope } from "#server/metrics/query-scope.ts";
import { querySegments } from "#server/metrics/segments.ts";
import { sumOfBlocks } from "#server/stats/attribution/block-variances.ts";
import { shareEstimate } from "#server/stats/uncertainty/wilson.ts";

/** Every value of a key: the metric, how far it is from all other rows, drift, and how it went over the range. */
export function querySegmentTable(
  source: MetricsSource,
  input: z.infer<typeof SegmentTableInput>,
): SegmentTable {
  const scope = resolveSegmentScope(source, input, input.key);
  const metric = findSegmentMetric(scope.schema, input);
  const range = rangeOfScope(scope);
  const isLocal = SEGMENT_RATES.some(({ id }) => id === input.metric);
  const listed = isLocal ? "label_coverage" : input.metric;
  const points = querySegments(source, { ...input, metric: listed });
  const found =
    typeof metric === "string" || range === null ? null : readBlocks(source, scope, range, input.key, metric);
  const drift = input.withoutDrift === true ? new Map() : driftOf(source, scope, input);
  const rows = points.map(({ value, n, share, point }): SegmentTableRow => {
    const own = { value, n, share, point, drift: drift.get(value) ?? null };
    return found === null ? { ...own, ...unjudged(point) } : judged(own, found, { isLocal });
  });
  return {
    key: input.key,
    metric: input.metric,
    from: range === null ? null : formatInstant(range.from),
    to: range === null ? null : formatInstant(range.to),
    all: wholeOf(found, points),
    rows: worstFirst(rows, typeof metric === "string" ? "both" : metric.worse),
    noGap: typeof metric === "string" ? metric : null,
  };
}

interface Found extends SegmentBlocks {
  readonly metric: SegmentMetric;
}

function readBlocks(
  source: MetricsSource,
  scope: QueryScope,
  range: TimeRange,
  key: string,
  metric: SegmentMetric,
): Found {
  return { ...readSegmentBlocks(source, scope, range, { key, cells: metric }), metric };
}

type Listed = Pick<SegmentTableRow, "value" | "n" | "share" | "point" | "drift">;

function judged(row: Listed, { metric, blocks }: Found, { isLocal }: { isLocal: boolean }): SegmentTableRow {
  const { rows, gap } = segmentGap(metric, blocks, row.value);
  const small = rows < SEGMENT_ROWS_MIN;
  const trend = blocks.map((block) => ({
    from: formatInstant(block.start),
    to: formatInstant(block.end),
    value: metric.value(groupNumbers(block, row.value).subarray(COUNT_CELLS)),
  }));
  const point = isLocal ? ratePoint(row.point, metric, blocks, row.value) : row.point;
  return { ...row, point, gap, small, stands: small ? "unknown" : standsOf(gap, metric.worse), trend };
}

function unjudged(point: MetricPoint): Pick<SegmentTableRow, "gap" | "stands" | "small" | "trend"> {
  return { gap: null, stands: "unknown", small: point.nCur < SEGMENT_ROWS_MIN, trend: [] };
}

/** A rate that the registry does not have, in the place of another metric's point. */
function ratePoint(
  place: MetricPoint,
  metric: SegmentMetric,
  blocks: Found["blocks"],
  value: string,
): MetricPoint {
  const cells = sumOfBlocks(blocks.map((block) => groupNumbers(block, value))).subarray(COUNT_CELLS);
  const [trials = 0, successes = 0] = cells;
  const estimate = shareEstimate({ successes, trials, rows: place.nCur });
  return {
    ...place,
    metric: metric.id,
    ...metricValue(estimate, { nCur: trials, method: `${metric.id}/v1` }),
  };
}

function wholeOf(found: Found | null, points: ReadonlyArray<{ n: number }>): SegmentTable["all"] {
  if (found === null || found.blocks.length === 0) {
    return { value: null, n: 0, predictions: points.reduce((sum, { n }) => sum + n, 0) };
  }
  const sum = sumOfBlocks(found.blocks.map(({ all }) => all));
  const cells = sum.subarray(COUNT_CELLS);
  return { value: found.metric.value(cells), n: found.metric.rows(cells), predictions: sum[0] ?? 0 };
}

/** Of the prediction itself: which segments get other scores than in the reference. */
function driftOf(
  source: MetricsSource,
  { schema, version }: QueryScope,
  input: z.infer<typeof SegmentTableInput>,
): Map<string, MetricPoint> {
  const versions = version === null ? source.versions(schema.modelId) : [version];
  if (schema.task === "ranking" || !versions.some((one) => source.reference(schema.modelId, one) !== null)) {
    return new Map();
  }
  const rows = querySegments(source, { ...input, metric: "tv", feature: "@output" });
  return new Map(rows.map(({ value, point }) => [value, point]));
}

function worstFirst(rows: readonly SegmentTableRow[], worse: SegmentMetric["worse"]): SegmentTableRow[] {
  return [...rows].sort((a, b) => {
    if (a.small !== b.small) return Number(a.small) - Number(b.small);
    const [first, second] = [sureGap(a.gap, worse), sureGap(b.gap, worse)];
    if (a.small || first === second) return b.n - a.n || (a.value < b.value ? -1 : 1);
    return second - first;
  });
}
