import type { QualityCheck } from "#server/api/contracts/quality.ts";
import type { ReferenceProfile } from "#server/metrics/compute-metric.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { type CheckRule, countBad, rulesOf } from "#server/metrics/quality/check-rules.ts";
import { isBadAtOnce } from "#server/metrics/quality/judge-check.ts";
import { SpellLog, type Spells } from "#server/metrics/quality/spells.ts";
import type { QueryScope } from "#server/metrics/query-scope.ts";
import type { Buckets } from "#server/metrics/query-window.ts";
import { referenceProfile } from "#server/metrics/read-parts.ts";
import { versionSpans } from "#server/metrics/version-spans.ts";
import type { WindowRecord } from "#server/store/event-store.ts";
import type { Layout } from "#server/windows/layout.ts";
import { windowLevels } from "#server/windows/levels.ts";
import type { NewValues } from "#server/windows/new-values.ts";
import { addQuality, QualityCounts } from "#server/windows/quality-counts.ts";

/** Stored windows looked at one by one; a longer range is read in days. */
const STORED_WINDOWS_MAX = 1_500;

/** A version's layout with what its reference allows. */
export interface VersionRules {
  readonly version: string;
  readonly layout: Layout;
  readonly refId: string | null;
  readonly reference: ReferenceProfile | null;
  /** By feature of the layout. */
  readonly rules: readonly (readonly CheckRule[])[];
}

/** One version's rows in one window of the answer. */
export interface QualityPart {
  readonly of: VersionRules;
  readonly counts: QualityCounts;
  /** Stored windows in which half of the rows were bad, by feature and check. */
  readonly spells: ReadonlyMap<string, number>;
}

export interface QualityBucket {
  readonly start: number;
  readonly end: number;
  readonly parts: readonly QualityPart[];
}

export interface QualityReading {
  readonly buckets: readonly QualityBucket[];
  /** Oldest first; the last is the one whose reference is shown. */
  readonly versions: readonly VersionRules[];
  readonly levelMs: number;
  readonly spells: ReadonlyMap<string, Spells>;
  /** Stretch in which a feature's key was seen at all. */
  readonly seen: ReadonlyMap<string, { first: number; last: number }>;
  readonly newValues: ReadonlyMap<string, NewValues>;
}

export function pairKey(feature: string, check: QualityCheck): string {
  return `${check} ${feature}`;
}

/** Reads the range's stored windows one by one into the windows of the answer. */
export function readQuality(source: MetricsSource, scope: QueryScope, buckets: Buckets): QualityReading {
  const levelMs = storedLevel(scope, buckets);
  const versions = new Map<string, VersionRules | null>();
  const collector = new Collector(levelMs);
  for (const span of versionSpans(source, scope.schema, scope.version, buckets)) {
    const range = { levelMs, from: span.from, to: span.to };
    const withSegments = scope.segment !== null;
    const query = { modelId: scope.schema.modelId, versions: span.versions, ...range, withSegments };
    for (const record of [...source.windows(query)].sort((a, b) => a.start - b.start)) {
      const of = remember(versions, record.version, () => versionRules(source, scope, record.version));
      const start =
        buckets.from + Math.floor((record.start - buckets.from) / buckets.widthMs) * buckets.widthMs;
      if (of !== null) collector.add(start, of, record, scope);
    }
  }
  const rules = [...versions.values()].filter((of) => of !== null);
  return { ...collector.reading(buckets), versions: rules, levelMs };
}

/** The finest stored width that divides the windows and is not too many of them. */
function storedLevel({ schema }: QueryScope, { from, to, widthMs }: Buckets): number {
  const levels = windowLevels(schema.windowMs).filter((level) => widthMs % level === 0);
  const fits = levels.find((level) => (to - from) / level <= STORED_WINDOWS_MAX);
  return fits ?? levels.at(-1) ?? schema.windowMs;
}

export function versionRules(source: MetricsSource, scope: QueryScope, version: string): VersionRules | null {
  const { modelId } = scope.schema;
  const layout = source.layout(modelId, version);
  if (layout === null) return null;
  const reference = referenceProfile(source, modelId, version, scope.segment);
  return { version, layout, refId: reference?.refId ?? null, reference, rules: rulesOf(layout, reference) };
}

function remember<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}

interface GrowingPart extends QualityPart {
  readonly spells: Map<string, number>;
}

class Collector {
  readonly #levelMs: number;
  readonly #buckets = new Map<number, Map<string, GrowingPart>>();
  readonly #spells = new Map<string, SpellLog>();
  readonly #seen = new Map<string, { first: number; last: number }>();
  readonly #newValues = new Map<string, NewValues>();

  constructor(levelMs: number) {
    this.#levelMs = levelMs;
  }

  add(start: number, of: VersionRules, record: WindowRecord, scope: QueryScope): void {
    const parts = remember(this.#buckets, start, () => new Map<string, GrowingPart>());
    const part = remember(parts, of.version, () => ({
      of,
      counts: new QualityCounts(of.layout),
      spells: new Map<string, number>(),
    }));
    const own = new QualityCounts(of.layout, part.counts.latency, this.#newValues);
    own.add(record, scope.segment);
    addQuality(part.counts, own);
    of.layout.features.forEach((_feature, index) => {
      this.#look(part, own, index, record.start);
    });
  }

  #look(part: GrowingPart, own: QualityCounts, index: number, start: number): void {
    const layout = part.of.layout.features[index];
    const feature = own.features[index];
    if (layout === undefined || feature === undefined || own.comparable === 0) return;
    const { name } = layout;
    if (feature.valid + feature.nulls + feature.invalid > 0) {
      const seen = this.#seen.get(name);
      this.#seen.set(name, { first: seen?.first ?? start, last: start + this.#levelMs });
    }
    for (const { check, limit } of part.of.rules[index] ?? []) {
      const { bad, n } = countBad(check, feature, own.comparable);
      if (bad === 0 && !this.#spells.has(pairKey(name, check))) continue;
      const isBad = isBadAtOnce({ bad, n, limit });
      const key = pairKey(name, check);
      remember(this.#spells, key, () => new SpellLog(this.#levelMs)).see({ start, bad, n, isBad });
      if (isBad) part.spells.set(key, (part.spells.get(key) ?? 0) + 1);
    }
  }

  reading({ from, to, widthMs }: Buckets): Omit<QualityReading, "versions" | "levelMs"> {
    const buckets: QualityBucket[] = [];
    for (let start = from; start < to; start += widthMs) {
      const parts = this.#buckets.get(start)?.values() ?? [];
      buckets.push({ start, end: Math.min(to, start + widthMs), parts: [...parts] });
    }
    const spells = new Map([...this.#spells].map(([key, log]) => [key, log.spells()]));
    return { buckets, spells, seen: this.#seen, newValues: this.#newValues };
  }
}
