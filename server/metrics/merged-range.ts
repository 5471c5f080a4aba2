import { badQuery } from "#server/metrics/bad-query.ts";
import { joinVersions } from "#server/metrics/join-versions.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import type { QueryScope } from "#server/metrics/query-scope.ts";
import { PartReader, type ScopedPart } from "#server/metrics/read-parts.ts";
import { type VersionSpan, versionSpans } from "#server/metrics/version-spans.ts";
import type { WindowRecord } from "#server/store/event-store.ts";
import { windowStart, windowStartAfter } from "#server/windows/levels.ts";
import type { SummaryPick } from "#server/windows/read-summaries.ts";

/** A scope's whole range as one: the latest version that has rows in it, with its reference. */
export type LatestPart = ScopedPart & { readonly records: readonly WindowRecord[] };

function rangeOf({ schema, from, to, data }: QueryScope): { from: number; to: number } | null {
  if (data === null) return null;
  const range = {
    from: windowStart(from ?? data.firstTs, schema.windowMs),
    to: windowStartAfter(to ?? data.lastTs + 1, schema.windowMs),
  };
  if (range.from >= range.to) throw badQuery("empty_range", "from", "`from` must lie before `to`.");
  return range;
}

/** Bins are a version's own, so of several only the one that was live last is shown. Null before its first layout. */
export function latestPart(source: MetricsSource, scope: QueryScope, pick: SummaryPick): LatestPart | null {
  const range = rangeOf(scope);
  const spans = range === null ? [] : versionSpans(source, scope.schema, scope.version, range);
  const reader = new PartReader(source, scope, pick);
  for (const span of [...spans].reverse()) {
    const part = lastVersion(reader, span, spans);
    if (part !== null) return part;
  }
  const version =
    scope.version ?? spans.at(-1)?.versions.at(-1) ?? source.versions(scope.schema.modelId).at(-1);
  const empty = version === undefined ? null : reader.emptyPart(version);
  return empty === null ? null : { ...empty, records: [] };
}

/** The version with the newest rows of a span, over all stretches in which it was live. */
function lastVersion(
  reader: PartReader,
  span: VersionSpan,
  spans: readonly VersionSpan[],
): LatestPart | null {
  const widthMs = span.to - span.from;
  const records = reader.records(span, widthMs);
  const newest = records.reduce<WindowRecord | null>(
    (best, record) => (best === null || record.start >= best.start ? record : best),
    null,
  );
  if (newest === null) return null;
  const others = spans.filter((other) => other !== span && other.version === newest.version);
  const own = [...others.flatMap((other) => reader.records(other, other.to - other.from)), ...records].filter(
    ({ version }) => version === newest.version,
  );
  const [part] = reader.parts(own);
  return part === undefined ? null : { ...part, records: own };
}

/** Everything live in the range, versions joined: for what needs no common bins. Null before the first layout. */
export function joinedPart(
  source: MetricsSource,
  scope: QueryScope,
  pick: SummaryPick,
): (Pick<ScopedPart, "layout" | "summary" | "reference"> & { readonly version: string | null }) | null {
  const range = rangeOf(scope);
  const spans = range === null ? [] : versionSpans(source, scope.schema, scope.version, range);
  const reader = new PartReader(source, scope, pick);
  const parts = reader.parts(spans.flatMap((span) => reader.records(span, span.to - span.from)));
  const [first] = parts;
  if (first === undefined) return latestPart(source, scope, pick);
  if (parts.length === 1) return first;
  const joined = joinVersions(parts);
  return joined === null ? null : { ...joined, reference: null, version: null };
}
