import { type Counts, totalOf } from "./shares.ts";

/** Two binned samples of one number on the same inner edges; the open ends are closed side by side. */
export interface BinnedNumbers {
  /** Strictly increasing inner edges; bin i is [edges[i − 1], edges[i]). */
  readonly edges: ArrayLike<number>;
  readonly reference: Counts;
  readonly current: Counts;
  /** Smallest and largest value of each side; they close the first and the last bin. */
  readonly referenceRange: ValueRange;
  readonly currentRange: ValueRange;
  /** True when each bin holds one value, its lower edge (the first: the reference's smallest). */
  readonly atoms: boolean;
}

export interface ValueRange {
  readonly min: number;
  readonly max: number;
}

/** F − G at knots, F the window's and G the reference's cumulative share, straight (or, for atoms, level) between. */
export interface CumulativeGap {
  readonly knots: Float64Array;
  readonly current: Float64Array;
  readonly reference: Float64Array;
}

/**
 * The cumulative shares of both sides at the edges and at the ends of both ranges.
 *
 * Within a bin the values are taken as spread evenly, which is exact at every edge. For atoms they sit at the
 * lower edge. Null without rows on both sides. A range that does not reach its bin's edge is moved to it.
 *
 * @example cumulativeGap({ edges: [1], reference: [1, 1], current: [2, 0], referenceRange: { min: 0, max: 2 }, currentRange: { min: 0, max: 1 }, atoms: false })
 */
export function cumulativeGap(data: BinnedNumbers): CumulativeGap | null {
  const nRef = totalOf(data.reference);
  const nCur = totalOf(data.current);
  if (!(nRef > 0) || !(nCur > 0)) return null;
  return data.atoms ? atomGap(data, nRef, nCur) : spreadGap(data, nRef, nCur);
}

function atomGap(data: BinnedNumbers, nRef: number, nCur: number): CumulativeGap {
  const bins = data.edges.length + 1;
  const first = Math.min(data.referenceRange.min, data.edges[0] ?? data.referenceRange.min);
  const knots = Float64Array.from({ length: bins }, (_, bin) =>
    bin === 0 ? first : (data.edges[bin - 1] ?? 0),
  );
  return {
    knots,
    current: cumulativeShares(data.current, bins, nCur),
    reference: cumulativeShares(data.reference, bins, nRef),
  };
}

function cumulativeShares(counts: Counts, bins: number, total: number): Float64Array {
  let sum = 0;
  return Float64Array.from({ length: bins }, (_, bin) => {
    sum += counts[bin] || 0;
    return sum / total;
  });
}

function spreadGap(data: BinnedNumbers, nRef: number, nCur: number): CumulativeGap {
  const reference = closedEnds(data.edges, data.referenceRange);
  const current = closedEnds(data.edges, data.currentRange);
  const inner = Array.from(data.edges);
  const ends = [reference.low, current.low, reference.high, current.high];
  const knots = Float64Array.from([...new Set([...ends, ...inner])].sort((a, b) => a - b));
  return {
    knots,
    current: valuesAt(knots, data.edges, data.current, current, nCur),
    reference: valuesAt(knots, data.edges, data.reference, reference, nRef),
  };
}

function closedEnds(edges: ArrayLike<number>, range: ValueRange): { low: number; high: number } {
  const first = edges[0];
  const last = edges[edges.length - 1];
  if (first === undefined || last === undefined) return { low: range.min, high: range.max };
  return { low: Math.min(range.min, first), high: Math.max(range.max, last) };
}

function valuesAt(
  knots: Float64Array,
  edges: ArrayLike<number>,
  counts: Counts,
  ends: { low: number; high: number },
  total: number,
): Float64Array {
  let bin = 0;
  let below = 0;
  return knots.map((x) => {
    while (bin < edges.length && (edges[bin] ?? 0) <= x) {
      below += counts[bin] || 0;
      bin++;
    }
    const from = bin === 0 ? ends.low : (edges[bin - 1] ?? 0);
    const to = bin === edges.length ? ends.high : (edges[bin] ?? 0);
    const part = x >= to ? 1 : x <= from ? 0 : (x - from) / (to - from);
    return Math.min(1, (below + part * (counts[bin] || 0)) / total);
  });
}
