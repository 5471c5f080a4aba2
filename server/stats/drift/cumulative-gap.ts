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
  /**
   * True when each bin holds one value, its lower edge (the first: the reference's smallest). What the window has
   * beyond them sits at the ends of its range (see fittedRange).
   */
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

/** Values in known places; the window's first and last may lie further out, at the ends of its range. */
function atomGap(data: BinnedNumbers, nRef: number, nCur: number): CumulativeGap {
  const places = atomPlaces(data);
  const first = places[0] ?? 0;
  const last = places[places.length - 1] ?? first;
  const low = Math.min(first, data.currentRange.min);
  const high = Math.max(last, data.currentRange.max);
  const knots = Float64Array.from([...new Set([low, ...places, high])]);
  const moved = Float64Array.from(places);
  moved[0] = low;
  if (moved.length > 1) moved[moved.length - 1] = high;
  return {
    knots,
    current: sharesUpTo(knots, moved, data.current, nCur),
    reference: sharesUpTo(knots, places, data.reference, nRef),
  };
}

function atomPlaces({ edges, referenceRange }: BinnedNumbers): Float64Array {
  const first = Math.min(referenceRange.min, edges[0] ?? referenceRange.min);
  return Float64Array.from({ length: edges.length + 1 }, (_, bin) =>
    bin === 0 ? first : (edges[bin - 1] ?? 0),
  );
}

function sharesUpTo(knots: Float64Array, places: Float64Array, counts: Counts, total: number): Float64Array {
  let bin = 0;
  let below = 0;
  return knots.map((x) => {
    for (; bin < places.length && (places[bin] ?? 0) <= x; bin++) below += counts[bin] || 0;
    return Math.min(1, below / total);
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
