import type { z } from "zod";
import type { MetricPoint, SegmentRow, SegmentsInput } from "#server/api/contract.ts";
import { formatInstant } from "#server/kernel/instant.ts";
import { badQuery, unknownName } from "#server/metrics/bad-query.ts";
import { type Blocks, blocksOf, lazyBlocks } from "#server/metrics/blocks.ts";
import { computeMetric, type ReferenceProfile } from "#server/metrics/compute-metric.ts";
import { joinVersions } from "#server/metrics/join-versions.ts";
import { labelMaturity, readCoverage } from "#server/metrics/label-maturity.ts";
import {
  definitionFor,
  isPerVersion,
  type MetricTarget,
  pickFor,
  selectTargets,
} from "#server/metrics/metric-selection.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { statusOf } from "#server/metrics/query-metrics.ts";
import { type QueryScope, resolveScope, segmentKeys } from "#server/metrics/query-scope.ts";
import { PartReader, segmentReferences } from "#server/metrics/read-parts.ts";
import { versionSpans } from "#server/metrics/version-spans.ts";
import type { WindowRecord } from "#server/store/event-store.ts";
import type { Layout } from "#server/windows/layout.ts";
import { windowStart, windowStartAfter } from "#server/windows/levels.ts";
import { mergeTwo } from "#server/windows/merge.ts";
import {
  countTallies,
  emptySummary,
  type SummaryPick,
  sumTallies,
  talliesByValue,
} from "#server/windows/read-summaries.ts";
import type { Summary } from "#server/windows/summary.ts";

interface Part {
  readonly version: string | null;
  readonly layout: Layout;
  readonly summary: Summary;
  readonly reference: ReferenceProfile | null;
  readonly blocks: Blocks | null;
}

/** One metric by value of a key, most predictions first. */
export function querySegments(source: MetricsSource, input: z.infer<typeof SegmentsInput>): SegmentRow[] {
  const scope = resolveScope(source, { ...input, segment: undefined });
  const { schema } = scope;
  if (input.segment !== undefined) {
    throw badQuery(
      "segment_in_segments",
      "segment",
      "A breakdown by one key cannot be narrowed by another yet.",
    );
  }
  const keys = segmentKeys(schema);
  if (!keys.includes(input.key)) throw unknownName("segment key", input.key, keys, ` of \`${schema.slug}\``);
  const [target] = selectTargets(schema, {
    metric: definitionFor(schema, input.metric).id,
    feature: input.feature,
  });
  const range = rangeOf(scope);
  if (target === undefined || range === null) return [];
  const found = readRecords(source, scope, target, range);
  return rows(source, scope, { key: input.key, target, range }, found);
}

function rangeOf({ schema, from, to, data }: QueryScope): { from: number; to: number } | null {
  if (data === null) return null;
  return {
    from: windowStart(from ?? data.firstTs, schema.windowMs),
    to: windowStartAfter(to ?? data.lastTs + 1, schema.windowMs),
  };
}

interface Found {
  readonly version: string;
  readonly layout: Layout;
  readonly records: WindowRecord[];
}

/** Stored windows by version; for drift, which is never joined, those of the version that was live last. */
function readRecords(
  source: MetricsSource,
  scope: QueryScope,
  target: MetricTarget,
  range: { from: number; to: number },
): Found[] {
  const reader = new PartReader(source, { ...scope, segment: EVERY_SEGMENT }, {});
  const byVersion = new Map<string, WindowRecord[]>();
  for (const span of versionSpans(source, scope.schema, scope.version, range)) {
    for (const record of reader.records(span, span.to - span.from)) {
      const own = byVersion.get(record.version) ?? [];
      own.push(record);
      byVersion.set(record.version, own);
    }
  }
  const found = [...byVersion].flatMap(([version, records]) => {
    const layout = source.layout(scope.schema.modelId, version);
    return layout === null ? [] : [{ version, layout, records }];
  });
  if (!isPerVersion(target)) return found;
  const lastStart = ({ records }: Found): number => Math.max(...records.map(({ start }) => start));
  return found.sort((a, b) => lastStart(b) - lastStart(a)).slice(0, 1);
}

/** Makes the reader fetch segment blobs; which segment is decided later. */
const EVERY_SEGMENT = { key: "", values: [], text: "" };

function rows(
  source: MetricsSource,
  scope: QueryScope,
  asked: { key: string; target: MetricTarget; range: { from: number; to: number } },
  found: readonly Found[],
): SegmentRow[] {
  const { key, target } = asked;
  const pick = pickFor(scope.schema, [target]);
  const versions = found.map((each) => readVersion(source, scope, each, { key, pick }));
  const totals = new Map<string, number>();
  for (const { predictions } of versions) {
    for (const [value, n] of predictions) totals.set(value, (totals.get(value) ?? 0) + n);
  }
  const all = found.flatMap(({ records }) => records).reduce((sum, { predictions }) => sum + predictions, 0);
  const pointOf = segmentPoint(source, scope, asked);
  return [...totals]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([value, n]) => {
      const part = joinParts(versions.map(({ part }) => part(value)));
      return { value, n, share: all > 0 ? n / all : 0, point: pointOf(value, part) };
    });
}

interface VersionValues {
  readonly predictions: ReadonlyMap<string, number>;
  readonly part: (value: string) => Part & { version: string };
}

/** Walks a version's records once; a value's tallies are added up when it is its turn, so that one is held at a time. */
function readVersion(
  source: MetricsSource,
  { schema }: QueryScope,
  { version, layout, records }: Found,
  { key, pick }: { key: string; pick: SummaryPick },
): VersionValues {
  const blocked = blocksOf(records);
  const groups = (blocked?.groups ?? [records]).map((group) => talliesByValue(group, layout, key));
  const referenceOf = segmentReferences(source, schema.modelId, version, pick);
  const part = (value: string): Part & { version: string } => {
    const sums = groups.flatMap((group) => {
      const tallies = group.get(value);
      return tallies === undefined ? [] : [sumTallies(tallies, layout, pick)];
    });
    // Blocks are wanted for nearly every metric here, and adding them up is cheaper than reading everything again.
    const [first = emptySummary(layout), ...rest] = sums;
    const summary = rest.reduce(mergeTwo, first);
    const blocks = blocked === null ? null : lazyBlocks(blocked.text, summary, () => sums);
    return { version, layout, summary, reference: referenceOf({ key, values: [value] }), blocks };
  };
  return { predictions: countValues(groups), part };
}

function countValues(groups: ReadonlyArray<ReadonlyMap<string, readonly Uint8Array[]>>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const group of groups) {
    for (const [value, tallies] of group) {
      counts.set(value, (counts.get(value) ?? 0) + countTallies(tallies).predictions);
    }
  }
  return counts;
}

function joinParts(parts: ReadonlyArray<Part & { version: string }>): Part | null {
  const [only] = parts;
  if (only === undefined || parts.length === 1) return only ?? null;
  const joined = joinVersions(parts);
  return joined === null ? null : { ...joined, version: null, reference: null };
}

function segmentPoint(
  source: MetricsSource,
  scope: QueryScope,
  { key, target, range }: { key: string; target: MetricTarget; range: { from: number; to: number } },
): (value: string, part: Part | null) => MetricPoint {
  const { definition, feature } = target;
  const isMature = labelMaturity(definition.needsLabels ? readCoverage(source, scope) : []);
  return (value, part) => {
    const place = {
      from: formatInstant(range.from),
      to: formatInstant(range.to),
      metric: definition.id,
      version: part?.version ?? null,
      feature,
      segment: `${key}:${value}`,
      revision: 0,
    };
    if (part === null) {
      return {
        ...place,
        value: null,
        ci: null,
        nRef: null,
        nCur: 0,
        status: "EMPTY",
        refId: null,
        method: definition.id,
      };
    }
    const { predictions, labelled } = part.summary;
    const computed = computeMetric({ metric: definition.id, feature, ...part });
    const immature = definition.needsLabels && !isMature({ end: range.to, predictions, labelled });
    return {
      ...place,
      ...computed,
      status: statusOf(computed, { open: false, immature }),
      refId: definition.needsReference ? (part.reference?.refId ?? null) : null,
    };
  };
}
