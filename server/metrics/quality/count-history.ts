import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import type { QueryScope } from "#server/metrics/query-scope.ts";
import { versionSpans } from "#server/metrics/version-spans.ts";
import { windowLevels, windowStart } from "#server/windows/levels.ts";

/** Counts of equal windows, one after the other; 0 where no row came. */
export interface CountHistory {
  readonly from: number;
  readonly widthMs: number;
  readonly counts: Float64Array;
}

/** Rows a window over a range that starts and ends where windows do; counts alone are read. */
export function readCounts(
  source: MetricsSource,
  { schema, version }: QueryScope,
  range: { from: number; to: number; widthMs: number },
): CountHistory {
  const { from, to, widthMs } = range;
  const levels = windowLevels(schema.windowMs).filter((level) => widthMs % level === 0);
  const levelMs = Math.max(...levels, schema.windowMs);
  const counts = new Float64Array(Math.max(0, Math.ceil((to - from) / widthMs)));
  for (const { versions, ...span } of versionSpans(source, schema, version, { from, to })) {
    const within = { from: windowStart(span.from, levelMs), to: span.to };
    for (const row of source.windowCounts({ modelId: schema.modelId, versions, levelMs, ...within })) {
      const index = Math.floor((row.start - from) / widthMs);
      if (index >= 0 && index < counts.length) counts[index] = (counts[index] ?? 0) + row.predictions;
    }
  }
  return { from, widthMs, counts };
}
