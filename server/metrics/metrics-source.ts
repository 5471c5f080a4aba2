import type { ChampionInterval } from "#server/models/model-registry.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import type { ReferenceStore } from "#server/references/reference.ts";
import type { ReferenceSample } from "#server/references/reference-sample.ts";
import type { EventReader, WindowCount, WindowQuery, WindowRecord } from "#server/store/event-store.ts";
import type { Layout } from "#server/windows/layout.ts";
import { parseLayout } from "#server/windows/layout-json.ts";
import { decodeSummary, type SummarySource } from "#server/windows/read-summaries.ts";
import type { Summary } from "#server/windows/summary.ts";

/** A reference as it was stored, in its own layout. */
export interface DecodedReference {
  readonly refId: string;
  readonly layout: Layout;
  readonly summary: Summary;
  /** The stored bytes, from which its segments are read. */
  readonly stored: SummarySource;
}

/** Where a model's data stands, milliseconds since 1970. */
export interface DataRange {
  readonly firstTs: number;
  /** The watermark: the latest event time seen. */
  readonly lastTs: number;
}

/** What has arrived of a model, over all its versions and since ever. */
export interface Deliveries {
  readonly rows: number;
  readonly duplicates: number;
  readonly conflicts: number;
  /** Null before the first row. */
  readonly lastReceivedAt: number | null;
}

/** Everything that queries read; all of it answers at once from memory or a read-only connection. */
export interface MetricsSource {
  model(slug: string): ModelSchema | null;
  modelById(modelId: number): ModelSchema | null;
  slugs(): readonly string[];
  versions(modelId: number): readonly string[];
  championIntervals(modelId: number): readonly ChampionInterval[];
  /** Null before the model's first row. */
  dataRange(modelId: number): DataRange | null;
  windows(query: WindowQuery): readonly WindowRecord[];
  windowCounts(query: Omit<WindowQuery, "withSegments">): readonly WindowCount[];
  deliveries(modelId: number): Deliveries;
  /** The newest layout of a version; null before its first row. */
  layout(modelId: number, version: string): Layout | null;
  reference(modelId: number, version: string): DecodedReference | null;
  /** Rows of the version's current reference; null without one, or when it was profiled before samples were kept. */
  referenceSample(
    modelId: number,
    version: string,
  ): { readonly refId: string; readonly sample: ReferenceSample } | null;
}

export interface MetricsSourceParts {
  readonly catalog: {
    find(slug: string): { readonly schema: ModelSchema } | null;
    byId(modelId: number): { readonly schema: ModelSchema } | null;
    list(): ReadonlyArray<{ readonly schema: ModelSchema }>;
    versions(modelId: number): readonly string[];
    championIntervals(modelId: number): readonly ChampionInterval[];
  };
  readonly reader: Pick<EventReader, "readWindows" | "readWindowCounts" | "currentLayout" | "counts">;
  readonly references: Pick<ReferenceStore, "current" | "sample">;
}

const KEPT_MAX = 64;

export function createMetricsSource({ catalog, reader, references }: MetricsSourceParts): MetricsSource {
  const layouts = new Map<number, Layout>();
  const decoded = new Map<string, DecodedReference>();
  return {
    model: (slug) => catalog.find(slug)?.schema ?? null,
    modelById: (modelId) => catalog.byId(modelId)?.schema ?? null,
    slugs: () => catalog.list().map(({ schema }) => schema.slug),
    versions: (modelId) => catalog.versions(modelId),
    championIntervals: (modelId) => catalog.championIntervals(modelId),
    dataRange: (modelId) => dataRange(reader.counts(modelId)),
    windows: (query) => reader.readWindows(query),
    windowCounts: (query) => reader.readWindowCounts(query),
    deliveries: (modelId) => deliveries(reader.counts(modelId)),
    layout: (modelId, version) => {
      const current = reader.currentLayout(modelId, version);
      if (current === null) return null;
      return kept(layouts, current.layoutId, () => parseLayout(current.json));
    },
    reference: (modelId, version) => {
      const stored = references.current(modelId, version);
      if (stored === null) return null;
      return kept(decoded, `${modelId}/${version}/${stored.refId}`, () => {
        const layout = parseLayout(stored.layoutJson);
        return { refId: stored.refId, layout, summary: decodeSummary(stored, layout), stored };
      });
    },
    referenceSample: (modelId, version) => {
      const refId = references.current(modelId, version)?.refId;
      const sample = refId === undefined ? null : references.sample(modelId, version, refId);
      return refId === undefined || sample === null ? null : { refId, sample };
    },
  };
}

/** Layouts and references never change under their name, so what was parsed once stays right. */
function kept<K, V>(cache: Map<K, V>, key: K, make: () => V): V {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  if (cache.size >= KEPT_MAX) {
    const oldest = cache.keys().next();
    if (oldest.done !== true) cache.delete(oldest.value);
  }
  cache.set(key, made);
  return made;
}

function dataRange(counts: ReturnType<EventReader["counts"]>): DataRange | null {
  const firsts = counts.flatMap(({ firstTs }) => (firstTs === null ? [] : [firstTs]));
  const lasts = counts.flatMap(({ lastTs }) => (lastTs === null ? [] : [lastTs]));
  if (firsts.length === 0 || lasts.length === 0) return null;
  return { firstTs: Math.min(...firsts), lastTs: Math.max(...lasts) };
}

function deliveries(counts: ReturnType<EventReader["counts"]>): Deliveries {
  const sum = (of: (count: (typeof counts)[number]) => number): number =>
    counts.reduce((total, count) => total + of(count), 0);
  const received = counts.flatMap(({ lastReceivedAt }) => (lastReceivedAt === null ? [] : [lastReceivedAt]));
  return {
    rows: sum(({ predictions }) => predictions),
    duplicates: sum(({ duplicates }) => duplicates),
    conflicts: sum(({ conflicts }) => conflicts),
    lastReceivedAt: received.length === 0 ? null : Math.max(...received),
  };
}
