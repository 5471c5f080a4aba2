import type { MetricPoint } from "#server/api/contract.ts";
import type { Compared } from "#server/api/contracts/segments.ts";
import { unknownName } from "#server/metrics/bad-query.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { type QueryScope, resolveScope, type ScopeText, segmentKeys } from "#server/metrics/query-scope.ts";
import { differenceInterval } from "#server/stats/attribution/block-variances.ts";
import { windowStart, windowStartAfter } from "#server/windows/levels.ts";

export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** The scope of a question by segment, its key checked. */
export function resolveSegmentScope(source: MetricsSource, input: ScopeText, key: string | null): QueryScope {
  const { segment: _, ...whole } = input;
  const scope = resolveScope(source, whole);
  const keys = segmentKeys(scope.schema);
  if (key !== null && !keys.includes(key)) {
    throw unknownName("segment key", key, keys, ` of \`${scope.schema.slug}\``);
  }
  return scope;
}

/** What was asked for, or all data there is, in whole windows. Null before the first row. */
export function rangeOfScope({ schema, from, to, data }: QueryScope): TimeRange | null {
  if (data === null) return null;
  return {
    from: windowStart(from ?? data.firstTs, schema.windowMs),
    to: windowStartAfter(to ?? data.lastTs + 1, schema.windowMs),
  };
}

/** A difference with the wider of its intervals; null without a value. */
export function compared(
  value: number | null | undefined,
  found: { closed: number | null; blocks: number | null | undefined; degrees: number },
): Compared | null {
  if (value === null || value === undefined || !Number.isFinite(value)) return null;
  const { closed, degrees } = found;
  const interval = differenceInterval(value, { closed, blocks: found.blocks ?? null, degrees });
  return { value, ci: shownLimits(interval) };
}

export function shownLimits(interval: MetricPoint["ci"]): MetricPoint["ci"] {
  if (interval === null || !Number.isFinite(interval.lo) || !Number.isFinite(interval.hi)) return null;
  return { lo: interval.lo, hi: interval.hi, level: interval.level, method: interval.method };
}
