import { ServiceError } from "#server/kernel/errors.ts";
import { parseInstant } from "#server/kernel/instant.ts";
import { badQuery, shown, unknownName } from "#server/metrics/bad-query.ts";
import type { DataRange, MetricsSource } from "#server/metrics/metrics-source.ts";
import { meant, nearMatches } from "#server/metrics/near-matches.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import { canonicalCategory } from "#server/windows/category-bins.ts";
import { OTHER_VALUE } from "#server/windows/layout.ts";

/** Values of one key; several are read as one group. */
export interface SegmentScope {
  readonly key: string;
  readonly values: readonly string[];
  /** As it was asked for. */
  readonly text: string;
}

/** Which rows a question is about. */
export interface QueryScope {
  readonly schema: ModelSchema;
  /** Null: live. */
  readonly version: string | null;
  readonly segment: SegmentScope | null;
  /** As asked for, milliseconds; null when left out. */
  readonly from: number | null;
  readonly to: number | null;
  /** Null before the model's first row. */
  readonly data: DataRange | null;
}

export interface ScopeText {
  readonly model: string;
  readonly from?: string;
  readonly to?: string;
  readonly version?: string;
  readonly segment?: string;
}

export function resolveScope(source: MetricsSource, input: ScopeText): QueryScope {
  const schema = findModel(source, input.model);
  const from = input.from === undefined ? null : parseInstant(input.from, "from");
  const to = input.to === undefined ? null : parseInstant(input.to, "to");
  if (from !== null && to !== null && from >= to) {
    throw badQuery("empty_range", "from", "`from` must lie before `to`.");
  }
  return {
    schema,
    version: resolveVersion(source, schema, input.version ?? null),
    segment: input.segment === undefined ? null : resolveSegment(source, schema, input.segment),
    from,
    to,
    data: source.dataRange(schema.modelId),
  };
}

function findModel(source: MetricsSource, slug: string): ModelSchema {
  const schema = source.model(slug);
  if (schema !== null) return schema;
  const near = meant(nearMatches(slug, source.slugs()));
  throw new ServiceError("not_found", `There is no model \`${shown(slug)}\`.${near}`, {
    reason: "unknown_model",
  });
}

function resolveVersion(source: MetricsSource, schema: ModelSchema, version: string | null): string | null {
  if (version === null || version === "live") return null;
  const known = source.versions(schema.modelId);
  if (known.includes(version)) return version;
  throw unknownName("version", version, known, ` of \`${schema.slug}\``);
}

/** `carrier:B6`, or several values of one key: `carrier:B6,carrier:UA`. */
function resolveSegment(source: MetricsSource, schema: ModelSchema, text: string): SegmentScope {
  const colon = text.indexOf(":");
  const keys = segmentKeys(schema);
  if (colon < 1) {
    throw badQuery("bad_segment", "segment", "`segment` must be written as key:value, such as carrier:B6.");
  }
  const key = text.slice(0, colon);
  if (!keys.includes(key)) throw unknownName("segment key", key, keys, ` of \`${schema.slug}\``);
  const values = text
    .slice(colon + 1)
    .split(`,${key}:`)
    .map(canonicalCategory);
  const known = knownSegmentValues(source, schema, key);
  for (const value of values) {
    if (!known.includes(value)) throw unknownName("segment", `${key}:${value}`, prefixed(key, known));
  }
  return { key, values, text };
}

export function segmentKeys(schema: ModelSchema): string[] {
  const features = schema.features.filter((feature) => feature.segment).map((feature) => feature.name);
  return [...new Set([...features, ...schema.dimensions])];
}

/** Values of a key that any version has summaries of. */
function knownSegmentValues(source: MetricsSource, schema: ModelSchema, key: string): string[] {
  const known = new Set<string>();
  for (const version of source.versions(schema.modelId)) {
    const layout = source.layout(schema.modelId, version);
    const index = layout?.segmentKeys.indexOf(key) ?? -1;
    for (const value of layout?.segmentValues[index] ?? []) known.add(value);
  }
  known.add(OTHER_VALUE);
  return [...known];
}

function prefixed(key: string, values: readonly string[]): string[] {
  return values.filter((value) => value !== OTHER_VALUE).map((value) => `${key}:${value}`);
}
