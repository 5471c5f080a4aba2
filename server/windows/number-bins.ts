import { COARSE_BINS, FINE_BINS, type NumberBins } from "#server/windows/layout.ts";

const MAX_ORDINAL_VALUES = 20;
/** Up to so many distinct values, each with so many rows on average, have bins of their own. */
const MAX_OWN_VALUES = 120;
const ROWS_A_VALUE = 10;
/**
 * Edges within the outermost bins, as parts of TAIL_WHOLE from either end: a long tail would otherwise be one bin from
 * its start to the largest value, over which the Wasserstein distance has nothing to go by.
 */
const TAIL_PARTS = [1, 5, 10, 20, 50, 100];
const TAIL_WHOLE = 10_000;

/** Index of a value's bin: how many edges are not above it. */
export function binOf(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((edges[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Bins of a reference's values: `sorted` ascending, finite and not empty. */
export function referenceBins(sorted: Float64Array): NumberBins {
  const min = sorted[0] ?? 0;
  const max = sorted[sorted.length - 1] ?? 0;
  if (min === max) return ordinalBins([min, nextUp(min)]);
  const values = distinctValues(sorted, MAX_OWN_VALUES);
  if (values === null) return quantileBins(sorted, min, max);
  if (values.length <= MAX_ORDINAL_VALUES && values.every(Number.isInteger))
    return ordinalBins(values.slice(1));
  return sorted.length >= values.length * ROWS_A_VALUE
    ? valueBins(sorted, values)
    : quantileBins(sorted, min, max);
}

/** Few whole numbers are ordered categories: coarse bins are values, too. */
function ordinalBins(edges: readonly number[]): NumberBins {
  const coarse = Array.from({ length: edges.length + 1 }, (_, bin) => bin);
  return { kind: "number", edges, coarse, coarseCount: coarse.length, origin: "values" };
}

/** A quantity that takes few values has a bin a value, grouped between deciles like any other. */
function valueBins(sorted: Float64Array, values: readonly number[]): NumberBins {
  const { deciles, heavy } = coarseMarks(sorted);
  const list = Float64Array.from(values);
  const isCoarse = new Set(deciles.map((decile) => values[binOf(list, decile)] ?? Number.NaN));
  for (const value of heavy) isCoarse.add(value).add(values[binOf(list, value)] ?? Number.NaN);
  let group = 0;
  const edges = values.slice(1);
  const coarse = [0, ...edges.map((edge) => (isCoarse.has(edge) ? ++group : group))];
  return { kind: "number", edges, coarse, coarseCount: group + 1, origin: "values" };
}

/** The distinct values, ascending; null when there are more than `limit`. */
function distinctValues(sorted: Float64Array, limit: number): number[] | null {
  const values: number[] = [];
  for (let from = 0; from < sorted.length; ) {
    const value = sorted[from] ?? 0;
    if (values.length === limit) return null;
    values.push(value);
    from = endOfRun(sorted, value, from);
  }
  return values;
}

/** Deciles, and the values that hold so much that they have coarse bins of their own. */
function coarseMarks(sorted: Float64Array): { deciles: number[]; heavy: number[] } {
  const deciles = Array.from({ length: COARSE_BINS - 1 }, (_, index) =>
    quantile(sorted, index + 1, COARSE_BINS),
  );
  return { deciles, heavy: atoms(sorted, sorted.length / (2 * COARSE_BINS)) };
}

function quantileBins(sorted: Float64Array, min: number, max: number): NumberBins {
  const quantiles = Array.from({ length: FINE_BINS - 1 }, (_, index) =>
    quantile(sorted, index + 1, FINE_BINS),
  );
  const { deciles, heavy } = coarseMarks(sorted);
  const inside = (edge: number) => edge > min && edge <= max;
  const light = atoms(sorted, sorted.length / (2 * FINE_BINS));
  const coarseEdges = new Set([...deciles, ...heavy, ...heavy.map(nextUp)].filter(inside));
  const tails = TAIL_PARTS.flatMap((part) => [part, TAIL_WHOLE - part]).map((part) =>
    quantile(sorted, part, TAIL_WHOLE),
  );
  const candidates = [
    ...new Set([...quantiles, ...deciles, ...tails, ...light, ...light.map(nextUp)].filter(inside)),
  ];
  const edges = dropEmptyBins(
    sorted,
    candidates.sort((a, b) => a - b),
    coarseEdges,
    new Set(light),
  );
  let group = 0;
  const coarse = [0, ...edges.map(({ isCoarse }) => (isCoarse ? ++group : group))];
  return {
    kind: "number",
    edges: edges.map(({ at }) => at),
    coarse,
    coarseCount: group + 1,
    origin: "reference",
  };
}

/** numpy's default (type 7), at part/parts. */
function quantile(sorted: Float64Array, part: number, parts: number): number {
  const position = ((sorted.length - 1) * part) / parts;
  const index = Math.floor(position);
  const low = sorted[index] ?? 0;
  const high = sorted[index + 1] ?? low;
  return low + (high - low) * (position - index);
}

/** Values that hold at least `least` of the rows. */
function atoms(sorted: Float64Array, least: number): number[] {
  const found: number[] = [];
  if (least <= 1) return found;
  const stride = Math.max(1, Math.ceil(least) - 1);
  let from = 0;
  while (from < sorted.length) {
    const value = sorted[from] ?? 0;
    // A run of that length covers the place one stride on: where it does not, there is none.
    const isLong = sorted[from + stride] === value;
    const end = isLong ? endOfRun(sorted, value, from) : from + 1;
    if (end - from >= least) found.push(value);
    from = end;
  }
  return found;
}

function endOfRun(sorted: Float64Array, value: number, from: number): number {
  let low = from;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Edge {
  readonly at: number;
  readonly isCoarse: boolean;
}

/**
 * A bin that no reference row is in tells nothing of the reference and would blow up divergences. It joins a
 * neighbour: never so that two values with bins of their own share one, and coarse edges stay where they can.
 */
function dropEmptyBins(
  sorted: Float64Array,
  candidates: readonly number[],
  coarseEdges: ReadonlySet<number>,
  own: ReadonlySet<number>,
): Edge[] {
  const kept: Edge[] = [];
  for (const at of candidates) {
    const edge = { at, isCoarse: coarseEdges.has(at) };
    const before = kept.at(-1);
    if (before === undefined || countBelow(sorted, before.at) < countBelow(sorted, at)) kept.push(edge);
    else if (own.has(at) || (edge.isCoarse && !before.isCoarse)) {
      kept[kept.length - 1] = { at, isCoarse: edge.isCoarse || before.isCoarse };
    }
  }
  return kept;
}

/** How many rows are below an edge. */
function countBelow(sorted: Float64Array, edge: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < edge) low = middle + 1;
    else high = middle;
  }
  return low;
}

const view = new DataView(new ArrayBuffer(8));

/** The next double above. */
export function nextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return view.getFloat64(0);
}
