import type { FeatureColumn, FeatureTable } from "./feature-table.ts";

/** Bins of a feature at most, that of missing values aside. */
export const TREE_BINS = 30;

/** A table whose values are small numbers of bins: what trees are grown on. */
export interface BinnedTable {
  readonly rows: number;
  readonly features: readonly BinnedFeature[];
}

export interface BinnedFeature {
  /** True for numbers: bins have an order. The last bin holds rows without a value. */
  readonly isOrdered: boolean;
  readonly bins: number;
  readonly codes: Uint8Array;
}

/**
 * Values as bins: numbers by their 30 quantiles (fewer where values repeat), categories by their 29 most frequent
 * values and one for the rest; one more bin for rows without a value.
 *
 * Made from all rows together, so the bins know nothing of the sides. A tree that splits on them sees only the order
 * of values, so outliers and units do not matter.
 *
 * @example binFeatures({ rows: 2, features: [{ kind: "number", name: "x", values: [1, 2] }] }).features[0].bins // 3
 */
export function binFeatures(table: FeatureTable): BinnedTable {
  return { rows: table.rows, features: table.features.map(binned) };
}

function binned(column: FeatureColumn): BinnedFeature {
  return column.kind === "number" ? binnedNumbers(column.values) : binnedCategories(column.codes);
}

function binnedNumbers(values: Float64Array): BinnedFeature {
  const sorted = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const edges = new Set<number>();
  for (let k = 1; k < TREE_BINS; k++) {
    const at = Math.floor((sorted.length * k) / TREE_BINS);
    const edge = sorted[at];
    if (edge !== undefined && edge > (sorted[0] ?? edge)) edges.add(edge);
  }
  const limits = Float64Array.from(edges).sort();
  const missing = limits.length + 1;
  const codes = Uint8Array.from(values, (value) =>
    Number.isNaN(value) ? missing : countUpTo(limits, value),
  );
  return { isOrdered: true, bins: missing + 1, codes };
}

/** How many limits are ≤ the value. */
function countUpTo(limits: Float64Array, value: number): number {
  let from = 0;
  let to = limits.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((limits[middle] ?? 0) <= value) from = middle + 1;
    else to = middle;
  }
  return from;
}

function binnedCategories(values: Int32Array): BinnedFeature {
  const counts = new Map<number, number>();
  for (const code of values) if (code >= 0) counts.set(code, (counts.get(code) ?? 0) + 1);
  const order = [...counts].sort(([a, aRows], [b, bRows]) => bRows - aRows || a - b).map(([code]) => code);
  const places = new Map(order.map((code, place) => [code, Math.min(place, TREE_BINS - 1)]));
  const missing = Math.min(order.length, TREE_BINS);
  const codes = Uint8Array.from(values, (code) => (code < 0 ? missing : (places.get(code) ?? missing)));
  return { isOrdered: false, bins: missing + 1, codes };
}
