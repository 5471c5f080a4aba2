import type { z } from "zod";
import type {
  Distribution,
  DistributionBin,
  DistributionInput,
  FeatureNumbers,
} from "#server/api/contract.ts";
import { unknownName } from "#server/metrics/bad-query.ts";
import { coarsen, type OutputBins, outputBins } from "#server/metrics/compared-counts.ts";
import { OUTPUT_FEATURE } from "#server/metrics/compute-metric.ts";
import { type LatestPart, latestPart } from "#server/metrics/merged-range.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { validCount } from "#server/metrics/quality-metrics.ts";
import { resolveScope } from "#server/metrics/query-scope.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import { populationStabilityParts } from "#server/stats/drift/population-stability.ts";
import { binnedQuantile } from "#server/stats/sketch/binned-quantile.ts";
import {
  type Bins,
  NEW_VALUE,
  type NumberBins,
  type NumberRange,
  OTHER_VALUE,
} from "#server/windows/layout.ts";
import type { FeatureSummary, Moments } from "#server/windows/summary.ts";

/** One side's values of the feature, or of the output. */
interface Side {
  readonly counts: ArrayLike<number>;
  readonly moments: Moments;
  readonly missing: number;
  readonly invalid: number;
}

interface Shape {
  readonly bins: Bins;
  readonly range: NumberRange | null;
  readonly current: Side;
  readonly reference: Side | null;
  readonly newValues: ReadonlyMap<string, number>;
}

/** A feature's values beside the reference's, in the bins that drift is computed on. */
export function queryDistribution(
  source: MetricsSource,
  input: z.infer<typeof DistributionInput>,
): Distribution {
  const scope = resolveScope(source, input);
  requireFeature(scope.schema, input.feature);
  const isOutput = input.feature === OUTPUT_FEATURE;
  const pick = { features: isOutput ? [] : [input.feature], output: isOutput, latency: false };
  const part = latestPart(source, scope, pick);
  const shape = part === null ? null : shapeOf(part, input.feature);
  if (part === null || shape === null) return nothing(scope.schema, input.feature);
  return {
    feature: input.feature,
    type: shape.bins.kind,
    bins: distributionBins(shape),
    reference: shape.reference === null ? null : featureNumbers(shape, shape.reference),
    current: featureNumbers(shape, shape.current),
    newValues: [...shape.newValues]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)),
    refId: part.reference?.refId ?? null,
    version: part.version,
  };
}

function requireFeature(schema: ModelSchema, feature: string): void {
  const names = schema.features.map(({ name }) => name);
  if (feature === OUTPUT_FEATURE || names.includes(feature)) return;
  throw unknownName("feature", feature, [...names, OUTPUT_FEATURE], ` of \`${schema.slug}\``);
}

function shapeOf({ layout, summary, reference }: LatestPart, feature: string): Shape | null {
  if (feature === OUTPUT_FEATURE) {
    const output = outputBins(layout, summary, reference);
    return output === null ? null : outputShape(output);
  }
  const index = layout.features.findIndex(({ name }) => name === feature);
  const layoutOf = layout.features[index];
  const current = summary.features[index];
  if (layoutOf === undefined || current === undefined) return null;
  const other = reference?.summary.features[index];
  const hasReference = other !== undefined && validCount(other) > 0;
  return {
    bins: layoutOf.bins,
    range: layoutOf.range,
    current: featureSide(current),
    reference: hasReference ? featureSide(other) : null,
    newValues: current.newValues,
  };
}

function featureSide(feature: FeatureSummary): Side {
  const { counts, moments, absent, nulls, invalid } = feature;
  return { counts, moments, missing: absent + nulls, invalid };
}

function outputShape({ bins, range, current, reference }: OutputBins): Shape {
  const side = ({ counts, moments }: { counts: ArrayLike<number>; moments: Moments }): Side => ({
    counts,
    moments,
    missing: 0,
    invalid: 0,
  });
  const other = reference === null ? null : side(reference);
  return { bins, range, current: side(current), reference: other, newValues: new Map() };
}

function distributionBins({ bins, current, reference }: Shape): DistributionBin[] {
  const now = bins.kind === "number" ? coarsen(current.counts, bins) : current.counts;
  const then =
    reference === null || bins.kind !== "number" ? reference?.counts : coarsen(reference.counts, bins);
  const named = bins.kind === "number" ? numberBins(bins) : categoryBins(bins.categories);
  const parts = then === undefined ? null : contributions(then, now);
  return named.flatMap((bin, index): DistributionBin[] => {
    const counts = { reference: then === undefined ? null : (then[index] ?? 0), current: now[index] ?? 0 };
    const isUnused = bin.kind !== "value" && counts.current === 0 && (counts.reference ?? 0) === 0;
    return isUnused ? [] : [{ ...bin, ...counts, contribution: parts?.[index] ?? null }];
  });
}

/** As the metric has it: bins that are empty on both sides count for nothing. */
function contributions(reference: ArrayLike<number>, current: ArrayLike<number>): number[] | null {
  const places = Array.from({ length: current.length }, (_, bin) => bin).filter(
    (bin) => (reference[bin] ?? 0) + (current[bin] ?? 0) > 0,
  );
  const pick = (counts: ArrayLike<number>): number[] => places.map((bin) => counts[bin] ?? 0);
  if (!pick(current).some((count) => count > 0)) return null;
  const parts = populationStabilityParts(pick(reference), pick(current));
  const all = Array.from({ length: current.length }, () => 0);
  places.forEach((bin, index) => {
    all[bin] = parts[index] ?? 0;
  });
  return all;
}

type NamedBin = Pick<DistributionBin, "label" | "from" | "to" | "category" | "kind">;

function numberBins(bins: NumberBins): NamedBin[] {
  return Array.from({ length: bins.coarseCount }, (_, group) => {
    const first = bins.coarse.indexOf(group);
    const last = bins.coarse.lastIndexOf(group);
    const from = bins.edges[first - 1] ?? null;
    const to = bins.edges[last] ?? null;
    return { label: rangeLabel(from, to), from, to, category: null, kind: "value" as const };
  });
}

function rangeLabel(from: number | null, to: number | null): string {
  if (from === null && to === null) return "all";
  if (from === null) return `< ${format(to)}`;
  return to === null ? `≥ ${format(from)}` : `${format(from)} – ${format(to)}`;
}

function format(value: number | null): string {
  return value === null ? "" : String(Number(value.toPrecision(6)));
}

function categoryBins(categories: readonly string[]): NamedBin[] {
  const bin = (category: string, label: string, kind: NamedBin["kind"]): NamedBin => ({
    label,
    from: null,
    to: null,
    category,
    kind,
  });
  const named = categories.map((category) => bin(category, category, "value"));
  return [...named, bin(OTHER_VALUE, "other", "other"), bin(NEW_VALUE, "new", "new")];
}

function featureNumbers({ bins, range }: Shape, side: Side): FeatureNumbers {
  let n = 0;
  for (let bin = 0; bin < side.counts.length; bin++) n += side.counts[bin] ?? 0;
  const { moments } = side;
  const hasMoments = bins.kind === "number" && moments.n > 0;
  const ends = hasMoments ? moments : range;
  const at = (p: number): number | null => {
    if (bins.kind !== "number") return null;
    const binned = { edges: bins.edges, counts: side.counts, min: ends?.min ?? null, max: ends?.max ?? null };
    return binnedQuantile(binned, p);
  };
  return {
    n,
    missing: side.missing,
    invalid: side.invalid,
    mean: hasMoments ? moments.mean : null,
    sd: hasMoments ? Math.sqrt(Math.max(0, moments.m2) / moments.n) : null,
    min: hasMoments ? moments.min : null,
    max: hasMoments ? moments.max : null,
    p5: at(0.05),
    p25: at(0.25),
    p50: at(0.5),
    p75: at(0.75),
    p95: at(0.95),
  };
}

function nothing(schema: ModelSchema, feature: string): Distribution {
  const type = schema.features.find(({ name }) => name === feature)?.type ?? "category";
  const quantiles = { p5: null, p25: null, p50: null, p75: null, p95: null };
  const current = { n: 0, missing: 0, invalid: 0, mean: null, sd: null, min: null, max: null, ...quantiles };
  return { feature, type, bins: [], reference: null, current, newValues: [], refId: null, version: null };
}
