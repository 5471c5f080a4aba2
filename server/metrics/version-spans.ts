import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import { windowStart, windowStartAfter } from "#server/windows/levels.ts";

/** A stretch of time over which the same versions are asked about. */
export interface VersionSpan {
  /** Null: several versions together. */
  readonly version: string | null;
  readonly versions: readonly string[];
  /** from ≤ window start < to, both starts of the model's own windows. */
  readonly from: number;
  readonly to: number;
}

/**
 * Which versions count when. One that was asked for counts all the time; live is the champion of each instant, and all
 * versions together while there was none. The window in which a champion changes counts for both: it holds rows of both.
 */
export function versionSpans(
  source: Pick<MetricsSource, "versions" | "championIntervals">,
  schema: ModelSchema,
  version: string | null,
  range: { from: number; to: number },
): VersionSpan[] {
  if (version !== null) return [{ version, versions: [version], ...range }];
  const everyone = source.versions(schema.modelId);
  const alone = everyone.length === 1 ? (everyone[0] ?? null) : null;
  const together = (from: number, to: number): VersionSpan[] =>
    from < to ? [{ version: alone, versions: everyone, from, to }] : [];
  const spans: VersionSpan[] = [];
  let reached = range.from;
  for (const champion of source.championIntervals(schema.modelId)) {
    const from = Math.max(range.from, windowStart(champion.from, schema.windowMs));
    const to = Math.min(range.to, windowStartAfter(champion.to, schema.windowMs));
    if (from >= to) continue;
    spans.push(...together(reached, from));
    spans.push({ version: champion.version, versions: [champion.version], from, to });
    reached = Math.max(reached, to);
  }
  return [...spans, ...together(reached, range.to)];
}
