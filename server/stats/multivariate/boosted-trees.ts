import { seededGenerator } from "../random/seeded-generator.ts";
import type { BinnedTable } from "./binned-features.ts";

/** A sum of trees that gives log odds. Node k splits where feature[k] ≥ 0, else it is a leaf. */
export interface BoostedTrees {
  readonly intercept: number;
  /** First node of each tree. */
  readonly roots: readonly number[];
  readonly feature: Int16Array;
  /** Bit b is 1 where bin b goes to the left child. */
  readonly leftBins: Uint32Array;
  readonly left: Uint32Array;
  readonly right: Uint32Array;
  readonly value: Float64Array;
}

export interface BoostingOptions {
  readonly trees?: number;
  readonly depth?: number;
  readonly learningRate?: number;
  /** Rows that a leaf has at least. */
  readonly leafRows?: number;
  readonly ridge?: number;
  /** Features that one tree may look at; of more, each tree draws its own. */
  readonly featuresATree?: number;
}

/** Small trees, slowly: enough to see pairs and triples of features, too little to learn rows by heart. */
export const BOOSTING = {
  trees: 60,
  depth: 4,
  learningRate: 0.1,
  leafRows: 40,
  ridge: 1,
  featuresATree: 40,
} as const;

/** What grows: the nodes so far, and every row's gradient, curvature and score. */
interface Growth extends Required<BoostingOptions> {
  readonly table: BinnedTable;
  /** Where each feature's bins start in a histogram. */
  readonly offsets: Uint32Array;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
  readonly scores: Float64Array;
  /** The rows that are trained on, in the order of the leaves. */
  readonly order: Uint32Array;
  /** Features that the tree may look at. */
  features: readonly number[];
  readonly spare: Uint32Array;
  readonly nodes: { feature: number; leftBins: number; left: number; right: number; value: number }[];
}

/** Sums by feature and bin: gradient, curvature, rows. */
type Histogram = Float64Array;

/**
 * Gradient-boosted trees on binned features, logistic loss: each tree is fitted to gradient and curvature of the loss
 * by histograms, splits by the gain ½(G_L²/(H_L+λ) + G_R²/(H_R+λ) − G²/(H+λ)), leaves −G/(H+λ) times the learning rate
 * (Friedman 2001; Chen and Guestrin 2016; Ke et al. 2017).
 *
 * Ordered bins are split between neighbours, missing ones on the better side; categories are ordered by G/H in the
 * node first (Fisher 1958), which finds the best two groups. Deterministic: ties go to the first feature and bin. Only
 * rows in `rows` are used; `isCurrent` is by row of the table. No rows or one side only: an intercept near what the
 * rows say. Yields after every tree; runToEnd gives the answer at once.
 *
 * @example growBoostedTrees({ rows: 0, features: [] }, [], []).next().done // false
 * @example runToEnd(growBoostedTrees({ rows: 0, features: [] }, [], [])).roots.length // 60
 */
export function* growBoostedTrees(
  table: BinnedTable,
  isCurrent: ArrayLike<number>,
  rows: ArrayLike<number>,
  options: BoostingOptions = {},
): Generator<undefined, BoostedTrees> {
  const order = Uint32Array.from(rows);
  const positives = order.reduce((sum, row) => sum + (isCurrent[row] ?? 0), 0);
  const intercept = Math.log((positives + 0.5) / (order.length - positives + 0.5));
  const growth: Growth = {
    ...BOOSTING,
    ...options,
    table,
    offsets: offsetsOf(table),
    gradient: new Float64Array(table.rows),
    hessian: new Float64Array(table.rows),
    scores: new Float64Array(table.rows).fill(intercept),
    order,
    features: [],
    spare: new Uint32Array(order.length),
    nodes: [],
  };
  const roots: number[] = [];
  for (let tree = 0; tree < growth.trees; tree++) {
    takeSlopes(growth, isCurrent);
    growth.features = featuresOf(growth, tree);
    const { depth } = growth;
    const histogram = depth > 0 ? histogramOf(growth, 0, order.length) : null;
    roots.push(grow(growth, { from: 0, to: order.length, depth, histogram }));
    yield;
  }
  return { intercept, roots, ...packed(growth.nodes) };
}

/**
 * Log odds of being current for the rows at `rows`.
 *
 * `replaced` reads another row's value for one feature: what the trees would say had that feature been that row's.
 *
 * @example boostedScores(runToEnd(growBoostedTrees({ rows: 0, features: [] }, [], [])), { rows: 1, features: [] }, [0])[0] // 0
 */
export function boostedScores(
  model: BoostedTrees,
  table: BinnedTable,
  rows: ArrayLike<number>,
  replaced?: { readonly feature: number; readonly rows: ArrayLike<number> },
): Float64Array {
  const columns = table.features.map(({ codes }) => codes);
  const codes = new Uint8Array(columns.length);
  const scores = new Float64Array(rows.length);
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] ?? 0;
    for (let feature = 0; feature < columns.length; feature++) codes[feature] = columns[feature]?.[row] ?? 0;
    if (replaced !== undefined) {
      codes[replaced.feature] = columns[replaced.feature]?.[replaced.rows[index] ?? row] ?? 0;
    }
    scores[index] = model.intercept + treeSum(model, codes);
  }
  return scores;
}

/**
 * Which features a model's trees look at, ascending.
 *
 * @example usedFeatures(runToEnd(growBoostedTrees({ rows: 0, features: [] }, [], []))) // []
 */
export function usedFeatures({ feature }: BoostedTrees): number[] {
  return [...new Set(feature)].filter((index) => index >= 0).sort((a, b) => a - b);
}

// The typed arrays below are read at indices that their own lengths bound: in these loops `as number` is the type of an entry.

function treeSum({ roots, feature, leftBins, left, right, value }: BoostedTrees, codes: Uint8Array): number {
  let sum = 0;
  for (const root of roots) {
    let node = root;
    for (let split = feature[node] as number; split >= 0; split = feature[node] as number) {
      const isLeft = ((leftBins[node] as number) >>> (codes[split] as number)) & 1;
      node = (isLeft === 1 ? left[node] : right[node]) as number;
    }
    sum += value[node] as number;
  }
  return sum;
}

function offsetsOf({ features }: BinnedTable): Uint32Array {
  const offsets = new Uint32Array(features.length + 1);
  features.forEach(({ bins }, feature) => {
    offsets[feature + 1] = (offsets[feature] ?? 0) + bins;
  });
  return offsets;
}

/** All of a narrow table; of a wide one as many as a tree may look at, drawn by the tree's number. */
function featuresOf({ table, featuresATree }: Growth, tree: number): number[] {
  const all = table.features.map((_, feature) => feature);
  if (all.length <= featuresATree) return all;
  const next = seededGenerator(`features of tree ${tree}`);
  for (let at = 0; at < featuresATree; at++) {
    const other = at + Math.floor(next() * (all.length - at));
    [all[at], all[other]] = [all[other] ?? 0, all[at] ?? 0];
  }
  return all.slice(0, featuresATree).sort((a, b) => a - b);
}

function takeSlopes({ order, scores, gradient, hessian }: Growth, isCurrent: ArrayLike<number>): void {
  for (const row of order) {
    const p = 1 / (1 + Math.exp(-(scores[row] as number)));
    gradient[row] = p - (isCurrent[row] ?? 0);
    hessian[row] = p * (1 - p);
  }
}

function histogramOf(
  { table, features, offsets, order, gradient, hessian }: Growth,
  from: number,
  to: number,
): Histogram {
  const histogram = new Float64Array(3 * (offsets.at(-1) ?? 0));
  for (const feature of features) {
    const { codes } = table.features[feature] ?? { codes: new Uint8Array(0) };
    const start = offsets[feature] ?? 0;
    for (let at = from; at < to; at++) {
      const row = order[at] as number;
      const bin = 3 * (start + (codes[row] as number));
      histogram[bin] = (histogram[bin] as number) + (gradient[row] as number);
      histogram[bin + 1] = (histogram[bin + 1] as number) + (hessian[row] as number);
      histogram[bin + 2] = (histogram[bin + 2] as number) + 1;
    }
  }
  return histogram;
}

interface Branch {
  /** Its rows are order[from] .. order[to − 1]. */
  readonly from: number;
  readonly to: number;
  readonly depth: number;
  readonly histogram: Histogram | null;
}

function grow(growth: Growth, branch: Branch): number {
  const { nodes } = growth;
  const id = nodes.length;
  nodes.push({ feature: -1, leftBins: 0, left: 0, right: 0, value: 0 });
  const split = branch.histogram === null ? null : bestSplit(growth, branch);
  const node = nodes[id];
  if (node === undefined) return id;
  if (split === null) {
    node.value = leafValue(growth, branch);
    return id;
  }
  const [left, right] = children(growth, branch, split);
  Object.assign(node, { feature: split.feature, leftBins: split.leftBins });
  node.left = grow(growth, left);
  node.right = grow(growth, right);
  return id;
}

function leafValue(
  { gradient, hessian, ridge, learningRate, order, scores }: Growth,
  branch: Branch,
): number {
  const rows = order.subarray(branch.from, branch.to);
  let g = 0;
  let h = 0;
  for (const row of rows) {
    g += gradient[row] as number;
    h += hessian[row] as number;
  }
  const value = (-learningRate * g) / (h + ridge);
  for (const row of rows) scores[row] = (scores[row] as number) + value;
  return value;
}

/** Moves the rows apart, each side in its order; the larger child's histogram is what the smaller one leaves over. */
function children(growth: Growth, branch: Branch, split: Split): [Branch, Branch] {
  const { order, spare } = growth;
  const codes = growth.table.features[split.feature]?.codes ?? new Uint8Array(0);
  let middle = branch.from;
  let others = 0;
  for (let at = branch.from; at < branch.to; at++) {
    const row = order[at] as number;
    if (((split.leftBins >>> (codes[row] as number)) & 1) === 1) order[middle++] = row;
    else spare[others++] = row;
  }
  order.set(spare.subarray(0, others), middle);
  const depth = branch.depth - 1;
  const left = { from: branch.from, to: middle, depth };
  const right = { from: middle, to: branch.to, depth };
  if (depth === 0 || branch.histogram === null) {
    return [
      { ...left, histogram: null },
      { ...right, histogram: null },
    ];
  }
  const isLeftSmaller = left.to - left.from <= right.to - right.from;
  const smaller = isLeftSmaller ? left : right;
  const own = histogramOf(growth, smaller.from, smaller.to);
  const rest = branch.histogram.map((sum, bin) => sum - (own[bin] as number));
  return [
    { ...left, histogram: isLeftSmaller ? own : rest },
    { ...right, histogram: isLeftSmaller ? rest : own },
  ];
}

interface Split {
  readonly feature: number;
  readonly leftBins: number;
  readonly gain: number;
}

const GAIN_MIN = 1e-6;

function bestSplit(growth: Growth, { from, to, histogram }: Branch): Split | null {
  if (histogram === null || to - from < 2 * growth.leafRows) return null;
  let best: Split | null = null;
  let bestGain = GAIN_MIN;
  for (const feature of growth.features) {
    const split = splitOf(growth, histogram, feature);
    if (split === null || split.gain <= bestGain) continue;
    best = split;
    bestGain = split.gain;
  }
  return best;
}

function splitOf(growth: Growth, histogram: Histogram, feature: number): Split | null {
  const { isOrdered = true, bins = 0 } = growth.table.features[feature] ?? {};
  const start = growth.offsets[feature] ?? 0;
  const sums = histogram.subarray(3 * start, 3 * (start + bins));
  const order: number[] = [];
  for (let bin = 0; bin < bins; bin++) if ((sums[3 * bin + 2] as number) > 0.5) order.push(bin);
  if (!isOrdered) {
    const ratio = (bin: number) => (sums[3 * bin] as number) / ((sums[3 * bin + 1] as number) + growth.ridge);
    order.sort((a, b) => ratio(a) - ratio(b) || a - b);
    return cut(growth, sums, order, feature);
  }
  const last = cut(growth, sums, order, feature);
  if (order.at(-1) !== bins - 1) return last;
  const first = cut(growth, sums, [bins - 1, ...order.slice(0, -1)], feature);
  return (first?.gain ?? 0) > (last?.gain ?? 0) ? first : last;
}

/** The best place to cut bins that stand in this order in two. */
function cut(growth: Growth, sums: Float64Array, order: readonly number[], feature: number): Split | null {
  const { ridge, leafRows } = growth;
  let [allG, allH, allN] = [0, 0, 0];
  for (const bin of order) {
    allG += sums[3 * bin] as number;
    allH += sums[3 * bin + 1] as number;
    allN += sums[3 * bin + 2] as number;
  }
  let [g, h, n] = [0, 0, 0];
  let bestGain = 0;
  let bestAt = -1;
  for (let at = 0; at < order.length - 1; at++) {
    const bin = order[at] as number;
    g += sums[3 * bin] as number;
    h += sums[3 * bin + 1] as number;
    n += sums[3 * bin + 2] as number;
    if (n < leafRows || allN - n < leafRows) continue;
    const gain = g ** 2 / (h + ridge) + (allG - g) ** 2 / (allH - h + ridge) - allG ** 2 / (allH + ridge);
    if (gain / 2 <= bestGain) continue;
    bestGain = gain / 2;
    bestAt = at;
  }
  if (bestAt < 0) return null;
  const leftBins = order.slice(0, bestAt + 1).reduce((bits, bin) => (bits | (1 << bin)) >>> 0, 0);
  return { feature, leftBins, gain: bestGain };
}

function packed(nodes: Growth["nodes"]): Omit<BoostedTrees, "intercept" | "roots"> {
  return {
    feature: Int16Array.from(nodes, ({ feature }) => feature),
    leftBins: Uint32Array.from(nodes, ({ leftBins }) => leftBins),
    left: Uint32Array.from(nodes, ({ left }) => left),
    right: Uint32Array.from(nodes, ({ right }) => right),
    value: Float64Array.from(nodes, ({ value }) => value),
  };
}
