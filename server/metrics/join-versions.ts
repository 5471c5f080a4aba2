import { type Blocks, lazyBlocks } from "#server/metrics/blocks.ts";
import { alignSummary } from "#server/windows/align-summary.ts";
import type { FeatureLayout, Layout } from "#server/windows/layout.ts";
import { mergeTwo } from "#server/windows/merge.ts";
import { emptySummary } from "#server/windows/read-summaries.ts";
import type { FeatureSummary, Summary } from "#server/windows/summary.ts";

export interface VersionPart {
  readonly version: string;
  readonly layout: Layout;
  readonly summary: Summary;
  readonly blocks?: Blocks | null;
}

/**
 * Several versions as one, for numbers that need no common bins: outputs, latency, counts, and how often a feature
 * was missing. Each version has bins of its own, so a joined feature keeps one count only: its usable values.
 */
export function joinVersions(
  parts: readonly VersionPart[],
): { layout: Layout; summary: Summary; blocks: Blocks | null } | null {
  const [first] = parts;
  if (first === undefined) return null;
  if (parts.length === 1) return { ...first, blocks: first.blocks ?? null };
  const names = new Map<string, FeatureLayout>();
  for (const { layout } of parts) {
    for (const feature of layout.features) if (!names.has(feature.name)) names.set(feature.name, feature);
  }
  const classes = [...new Set(parts.flatMap(({ layout }) => layout.classes))];
  const joined: Layout = { ...first.layout, features: [...names.values()], classes };
  const bare: Layout = { ...joined, features: [] };
  const joinSome = (some: readonly VersionPart[]): Summary => {
    const summaries = some.map(({ summary, layout }) => alignSummary(summary, layout, bare));
    const merged = summaries.reduce(mergeTwo, emptySummary(bare));
    return { ...merged, features: joined.features.map(({ name }) => joinFeature(some, name)) };
  };
  const summary = joinSome(parts);
  return { layout: joined, summary, blocks: joinBlocks(parts, summary, joinSome) };
}

/** Versions follow one another, so the blocks of one come after those of another. */
function joinBlocks(
  parts: readonly VersionPart[],
  total: Summary,
  joinSome: (some: readonly VersionPart[]) => Summary,
): Blocks | null {
  const blocked = parts.flatMap(({ blocks }) => blocks ?? []);
  if (blocked.length < parts.length) return null;
  const text = blocked.map((blocks) => blocks.text).join(" + ");
  return lazyBlocks(text, total, () =>
    parts.flatMap((part) =>
      (part.blocks?.parts() ?? []).map((summary) => joinSome([{ ...part, summary, blocks: null }])),
    ),
  );
}

function joinFeature(parts: readonly VersionPart[], name: string): FeatureSummary {
  const total = { absent: 0, nulls: 0, invalid: 0, coerced: 0, outOfRange: 0 };
  let usable = 0;
  for (const { layout, summary } of parts) {
    const feature = summary.features[layout.features.findIndex((candidate) => candidate.name === name)];
    if (feature === undefined) continue;
    for (const count of feature.counts) usable += count;
    total.absent += feature.absent;
    total.nulls += feature.nulls;
    total.invalid += feature.invalid;
    total.coerced += feature.coerced;
    total.outOfRange += feature.outOfRange;
  }
  const moments = { n: 0, mean: 0, m2: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
  return { ...total, counts: Float64Array.of(usable), moments, newValues: new Map() };
}
