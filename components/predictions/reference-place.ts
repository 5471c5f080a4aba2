import type { Distribution, DistributionBin, FeatureNumbers } from "#server/api/contract.ts";

/** Where a value lies in the reference. Percentiles are 0–100. */
export type ReferencePlace =
  | { readonly kind: "percentile"; readonly percentile: number }
  | { readonly kind: "share"; readonly share: number }
  | { readonly kind: "new" }
  | { readonly kind: "missing"; readonly share: number | null }
  | { readonly kind: "unknown" };

const UNKNOWN: ReferencePlace = { kind: "unknown" };

export function placeOf(distribution: Distribution, value: string | number | null): ReferencePlace {
  const reference = distribution.reference;
  if (reference === null) return UNKNOWN;
  if (value === null) {
    const rows = reference.n;
    return { kind: "missing", share: rows > 0 ? reference.missing / rows : null };
  }
  if (distribution.type === "number") {
    return typeof value === "number" ? percentileOf(distribution.bins, reference, value) : UNKNOWN;
  }
  return shareOf(distribution.bins, String(value));
}

/** Cumulates the reference over the bins and goes straight through the one that holds the value. */
function percentileOf(
  bins: readonly DistributionBin[],
  reference: FeatureNumbers,
  value: number,
): ReferencePlace {
  const counted = bins.filter((bin) => bin.kind === "value" && bin.category === null);
  const total = counted.reduce((sum, bin) => sum + (bin.reference ?? 0), 0);
  if (total === 0) return UNKNOWN;
  let below = 0;
  for (const bin of counted) {
    const count = bin.reference ?? 0;
    const from = bin.from ?? reference.min;
    const to = bin.to ?? reference.max;
    if (to !== null && value >= to && bin.to !== null) {
      below += count;
      continue;
    }
    // A value on the very edge is one of few that repeat (an hour, a zero): it shares its bin's rank.
    const isRepeated = from === null || to === null || to <= from || value === from;
    const inside = isRepeated ? 0.5 : (value - from) / (to - from);
    const share = (below + count * Math.max(0, Math.min(1, inside))) / total;
    return { kind: "percentile", percentile: 100 * share };
  }
  return { kind: "percentile", percentile: 100 };
}

function shareOf(bins: readonly DistributionBin[], value: string): ReferencePlace {
  const total = bins.reduce((sum, bin) => sum + (bin.reference ?? 0), 0);
  if (total === 0) return UNKNOWN;
  const bin = bins.find((one) => one.kind === "value" && one.category === value);
  if (bin) return { kind: "share", share: (bin.reference ?? 0) / total };
  // A rare value may be hidden in "other": only without that rest is it certain to be new.
  const rest = bins.find((one) => one.kind === "other" && (one.reference ?? 0) > 0);
  return rest ? UNKNOWN : { kind: "new" };
}

/** How far from ordinary, for "unusual first": new values, then far percentiles, then rare categories. */
export function oddity(place: ReferencePlace): number {
  switch (place.kind) {
    case "new":
      return 3;
    case "percentile":
      return 1 + Math.abs(place.percentile - 50) / 50;
    case "share":
      return 1 - place.share;
    case "missing":
      return place.share === null ? 0 : 1.5 - place.share;
    case "unknown":
      return -1;
  }
}

export const isUnusual = (place: ReferencePlace): boolean =>
  place.kind === "new" || (place.kind === "percentile" && (place.percentile < 1 || place.percentile > 99));
