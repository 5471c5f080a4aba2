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
 * @example cumulativeGap({ edges: [1], reference: [1, 1], current: [2, 0], referenceRange: { min: 0, max: 2 }, currentRange: { min: 0, max: 1 }, atoms: false })?.current // [0, 1, 1]
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
  const knots = knotsOf(data.edges, reference, current);
  return {
    knots,
    current: valuesAt(knots, data.edges, data.current, current, nCur),
    reference: valuesAt(knots, data.edges, data.reference, reference, nRef),
  };
}

interface Ends {
  readonly low: number;
  readonly high: number;
}

/** Ends lie outside the edges, so everything is in order already; equal neighbours become one. */
function knotsOf(edges: ArrayLike<number>, a: Ends, b: Ends): Float64Array {
  const knots = new Float64Array(edges.length + 4);
  let used = 0;
  const add = (x: number): void => {
    if (used === 0 || x > (knots[used - 1] ?? 0)) knots[used++] = x;
  };
  add(Math.min(a.low, b.low));
  add(Math.max(a.low, b.low));
  for (let edge = 0; edge < edges.length; edge++) add(edges[edge] ?? 0);
  add(Math.min(a.high, b.high));
  add(Math.max(a.high, b.high));
  return knots.subarray(0, used);
}

function closedEnds(edges: ArrayLike<number>, range: ValueRange): Ends {
  const first = edges[0];
  const last = edges[edges.length - 1];
  if (first === undefined || last === undefined) return { low: range.min, high: range.max };
  return { low: Math.min(range.min, first), high: Math.max(range.max, last) };
}

function valuesAt(
  knots: Float64Array,
  edges: ArrayLike<number>,
  counts: Counts,
  ends: Ends,
  total: number,
): Float64Array {
  const values = new Float64Array(knots.length);
  let bin = 0;
  let below = 0;
  for (let knot = 0; knot < knots.length; knot++) {
    const x = knots[knot] ?? 0;
    while (bin < edges.length && (edges[bin] ?? 0) <= x) {
      below += counts[bin] || 0;
      bin++;
    }
    const from = bin === 0 ? ends.low : (edges[bin - 1] ?? 0);
    const to = bin === edges.length ? ends.high : (edges[bin] ?? 0);
    const part = x >= to ? 1 : x <= from ? 0 : (x - from) / (to - from);
    values[knot] = Math.min(1, (below + part * (counts[bin] || 0)) / total);
  }
  return values;
}
