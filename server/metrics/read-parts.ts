import { type Blocks, blocksOf, lazyBlocks } from "#server/metrics/blocks.ts";
import type { ReferenceProfile } from "#server/metrics/compute-metric.ts";
import type { VersionPart } from "#server/metrics/join-versions.ts";
import type { DecodedReference, MetricsSource } from "#server/metrics/metrics-source.ts";
import type { QueryScope, SegmentScope } from "#server/metrics/query-scope.ts";
import { planReads } from "#server/metrics/read-plan.ts";
import type { VersionSpan } from "#server/metrics/version-spans.ts";
import type { WindowRecord } from "#server/store/event-store.ts";
import { alignSummary } from "#server/windows/align-summary.ts";
import type { Layout } from "#server/windows/layout.ts";
import { windowLevels } from "#server/windows/levels.ts";
import {
  decodeSegment,
  emptySummary,
  type SegmentChoice,
  type SummaryPick,
  sumSegments,
  sumSummaries,
} from "#server/windows/read-summaries.ts";
import type { Summary } from "#server/windows/summary.ts";

/** Windows of one version merged, with what they are compared with. */
export interface ScopedPart extends VersionPart {
  readonly reference: ReferenceProfile | null;
  /** Null where fewer than ten stored windows were merged. */
  readonly blocks: Blocks | null;
  readonly revision: number;
}

/** Reads a scope's windows and turns them into summaries; remembers references for as long as one question takes. */
export class PartReader {
  private readonly source: MetricsSource;
  private readonly scope: QueryScope;
  private readonly pick: SummaryPick;
  private readonly profiles = new Map<string, ReferenceProfile | null>();

  constructor(source: MetricsSource, scope: QueryScope, pick: SummaryPick) {
    this.source = source;
    this.scope = scope;
    this.pick = pick;
  }

  /** Stored windows of a span, as wide as fit whole into buckets of this width. */
  records(span: VersionSpan, bucketMs: number): WindowRecord[] {
    const { modelId, windowMs } = this.scope.schema;
    const levels = windowLevels(windowMs).filter((level) => bucketMs % level === 0);
    return planReads(span, levels.length === 0 ? [windowMs] : levels).flatMap((read) =>
      this.source.windows({
        modelId,
        versions: span.versions,
        ...read,
        withSegments: this.scope.segment !== null,
      }),
    );
  }

  /** One part a version, in the order of the records; a version whose layout is not there yet has none. */
  parts(records: readonly WindowRecord[]): ScopedPart[] {
    const byVersion = new Map<string, WindowRecord[]>();
    for (const record of records) {
      const known = byVersion.get(record.version);
      if (known === undefined) byVersion.set(record.version, [record]);
      else known.push(record);
    }
    return [...byVersion].flatMap(([version, own]) => {
      const layout = this.layout(version);
      if (layout === null) return [];
      const summary = this.sum(own, layout);
      return [
        {
          version,
          layout,
          summary,
          reference: this.reference(version),
          blocks: this.blocks(own, layout, summary),
          revision: own.reduce((sum, record) => sum + record.revision, 0),
        },
      ];
    });
  }

  /** What a version looks like in a stretch without any row. */
  emptyPart(version: string): ScopedPart | null {
    const layout = this.layout(version);
    if (layout === null) return null;
    return {
      version,
      layout,
      summary: emptySummary(layout),
      reference: this.reference(version),
      blocks: null,
      revision: 0,
    };
  }

  private blocks(records: readonly WindowRecord[], layout: Layout, summary: Summary): Blocks | null {
    const found = blocksOf(records);
    if (found === null) return null;
    return lazyBlocks(found.text, summary, () => found.groups.map((group) => this.sum(group, layout)));
  }

  private layout(version: string): Layout | null {
    return this.source.layout(this.scope.schema.modelId, version);
  }

  private sum(records: readonly WindowRecord[], layout: Layout): ScopedPart["summary"] {
    const { segment } = this.scope;
    if (segment === null) return sumSummaries(records, layout, this.pick);
    return sumSegments(records, layout, segment.key, segment.values, this.pick);
  }

  private reference(version: string): ReferenceProfile | null {
    const known = this.profiles.get(version);
    if (known !== undefined) return known;
    const profile = referenceProfile(this.source, this.scope.schema.modelId, version, this.scope.segment);
    this.profiles.set(version, profile);
    return profile;
  }
}

/** A version's reference in the order and bins of its live layout; a segment is compared with the same segment. */
export function referenceProfile(
  source: MetricsSource,
  modelId: number,
  version: string,
  segment: SegmentScope | null,
): ReferenceProfile | null {
  const found = alignedReference(source, modelId, version);
  if (found === null || segment === null) return found?.profile ?? null;
  return segmentProfile(found, segment);
}

/** As referenceProfile, for many segments of one version: what they share is made once. */
export function segmentReferences(
  source: MetricsSource,
  modelId: number,
  version: string,
  pick: SummaryPick,
): (segment: SegmentChoice) => ReferenceProfile | null {
  const found = alignedReference(source, modelId, version);
  return (segment) => (found === null ? null : segmentProfile(found, segment, pick));
}

interface AlignedReference {
  readonly reference: DecodedReference;
  readonly layout: Layout;
  readonly profile: ReferenceProfile;
}

function alignedReference(source: MetricsSource, modelId: number, version: string): AlignedReference | null {
  const reference = source.reference(modelId, version);
  const layout = source.layout(modelId, version) ?? reference?.layout ?? null;
  if (reference === null || layout === null) return null;
  const summary = alignSummary(reference.summary, reference.layout, layout);
  const moments = summary.features.map((feature) => feature.moments);
  return { reference, layout, profile: { refId: reference.refId, summary, moments } };
}

function segmentProfile(
  { reference, layout, profile }: AlignedReference,
  { key, values }: SegmentChoice,
  pick?: SummaryPick,
): ReferenceProfile {
  const own = decodeSegment(reference.stored, reference.layout, key, values, pick);
  return { ...profile, summary: alignSummary(own, reference.layout, layout) };
}
