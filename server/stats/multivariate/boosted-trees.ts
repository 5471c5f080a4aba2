import type { BinnedFeature, BinnedTable } from "./binned-features.ts";

interface Split {
  readonly feature: number;
  /** goesLeft[bin] is 1 for bins that go to the left child. */
  readonly goesLeft: Uint8Array;
  readonly gain: number;
}

type Node = { readonly split: Split; left: Node; right: Node } | { readonly value: number };

/** A sum of trees that gives log odds. */
export interface BoostedTrees {
  readonly intercept: number;
  readonly trees: readonly Node[];
}

export interface BoostingOptions {
  readonly trees?: number;
  readonly depth?: number;
  readonly learningRate?: number;
  /** Rows that a leaf has at least. */
  readonly leafRows?: number;
  readonly ridge?: number;
}

/** Small trees, slowly: enough to see pairs and triples of features, too little to learn rows by heart. */
export const BOOSTING = { trees: 60, depth: 4, learningRate: 0.1, leafRows: 40, ridge: 1 } as const;

interface Growth extends Required<BoostingOptions> {
  readonly table: BinnedTable;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

/**
 * Gradient-boosted trees on binned features, logistic loss: each tree is fitted to gradient and curvature of the loss
 * by histograms, splits by the gain ½(G_L²/(H_L+λ) + G_R²/(H_R+λ) − G²/(H+λ)), leaves −G/(H+λ) times the learning rate
 * (Friedman 2001; Chen and Guestrin 2016; Ke et al. 2017).
 *
 * Ordered bins are split between neighbours, missing ones on the better side; categories are ordered by G/H in the
 * node first (Fisher 1958), which finds the best two groups. Deterministic: ties go to the first feature and bin. Only
 * rows in `rows` are used. No rows or one side only: an intercept near what the rows say. Yields after every tree;
 * runToEnd gives the answer at once.
 *
 * @example runToEnd(growBoostedTrees({ rows: 0, features: [] }, [], [])).trees.length // 60
 */
export function* growBoostedTrees(
  table: BinnedTable,
  isCurrent: ArrayLike<number>,
  rows: ArrayLike<number>,
  options: BoostingOptions = {},
): Generator<undefined, BoostedTrees> {
  const settings = { ...BOOSTING, ...options };
  const positions = Uint32Array.from(rows);
  const positives = positions.reduce((sum, row) => sum + (isCurrent[row] ?? 0), 0);
  const intercept = Math.log((positives + 0.5) / (positions.length - positives + 0.5));
  const scores = new Float64Array(table.rows).fill(intercept);
  const gradient = new Float64Array(table.rows);
  const hessian = new Float64Array(table.rows);
  const growth: Growth = { ...settings, table, gradient, hessian };
  const trees: Node[] = [];
  for (let tree = 0; tree < settings.trees; tree++) {
    for (const row of positions) {
      const p = 1 / (1 + Math.exp(-(scores[row] ?? 0)));
      gradient[row] = p - (isCurrent[row] ?? 0);
      hessian[row] = p * (1 - p);
    }
    trees.push(grow(growth, positions, settings.depth, scores));
    yield;
  }
  return { intercept, trees };
}

/**
 * Log odds of being current for the rows at `rows`.
 *
 * `replaced` reads another row's value for one feature: what the trees would say had that feature been that row's.
 *
 * @example boostedScores({ intercept: 0.5, trees: [] }, { rows: 1, features: [] }, [0])[0] // 0.5
 */
export function boostedScores(
  model: BoostedTrees,
  table: BinnedTable,
  rows: ArrayLike<number>,
  replaced?: { readonly feature: number; readonly rows: ArrayLike<number> },
): Float64Array {
  return Float64Array.from({ length: rows.length }, (_, index) => {
    const row = rows[index] ?? 0;
    const other = replaced?.rows[index] ?? row;
    let score = model.intercept;
    for (const tree of model.trees) {
      let node = tree;
      while ("split" in node) {
        const { feature, goesLeft } = node.split;
        const code = table.features[feature]?.codes[feature === replaced?.feature ? other : row] ?? 0;
        node = goesLeft[code] === 1 ? node.left : node.right;
      }
      score += node.value;
    }
    return score;
  });
}

/**
 * Which features a model's trees look at, ascending.
 *
 * @example usedFeatures({ intercept: 0, trees: [] }) // []
 */
export function usedFeatures(model: BoostedTrees): number[] {
  const used = new Set<number>();
  const visit = (node: Node): void => {
    if (!("split" in node)) return;
    used.add(node.split.feature);
    visit(node.left);
    visit(node.right);
  };
  model.trees.forEach(visit);
  return [...used].sort((a, b) => a - b);
}

function grow(growth: Growth, rows: Uint32Array, depth: number, scores: Float64Array): Node {
  const split = depth > 0 ? bestSplit(growth, rows) : null;
  if (split === null) return leaf(growth, rows, scores);
  const codes = growth.table.features[split.feature]?.codes;
  const isLeft = (row: number): boolean => split.goesLeft[codes?.[row] ?? 0] === 1;
  return {
    split,
    left: grow(growth, rows.filter(isLeft), depth - 1, scores),
    right: grow(
      growth,
      rows.filter((row) => !isLeft(row)),
      depth - 1,
      scores,
    ),
  };
}

function leaf(
  { gradient, hessian, ridge, learningRate }: Growth,
  rows: Uint32Array,
  scores: Float64Array,
): Node {
  let g = 0;
  let h = 0;
  for (const row of rows) {
    g += gradient[row] ?? 0;
    h += hessian[row] ?? 0;
  }
  const value = (-learningRate * g) / (h + ridge);
  for (const row of rows) scores[row] = (scores[row] ?? 0) + value;
  return { value };
}

function bestSplit(growth: Growth, rows: Uint32Array): Split | null {
  if (rows.length < 2 * growth.leafRows) return null;
  let best: Split | null = null;
  growth.table.features.forEach((feature, index) => {
    const split = splitOf(growth, rows, feature, index);
    if (split !== null && split.gain > (best?.gain ?? 1e-6)) best = split;
  });
  return best;
}

interface Histogram {
  readonly g: Float64Array;
  readonly h: Float64Array;
  readonly n: Float64Array;
}

function splitOf(growth: Growth, rows: Uint32Array, feature: BinnedFeature, index: number): Split | null {
  if (feature.bins < 2) return null;
  const histogram = histogramOf(growth, rows, feature);
  const { g, h, n } = histogram;
  const missing = feature.bins - 1;
  const order = Array.from({ length: feature.bins }, (_, bin) => bin).filter((bin) => (n[bin] ?? 0) > 0);
  const ratio = (bin: number): number => (g[bin] ?? 0) / ((h[bin] ?? 0) + growth.ridge);
  if (!feature.isOrdered) {
    order.sort((a, b) => ratio(a) - ratio(b) || a - b);
    return cut(growth, histogram, order, index);
  }
  if ((n[missing] ?? 0) === 0) return cut(growth, histogram, order, index);
  const last = cut(growth, histogram, order, index);
  const first = cut(growth, histogram, [missing, ...order.filter((bin) => bin !== missing)], index);
  return (first?.gain ?? 0) > (last?.gain ?? 0) ? first : last;
}

function histogramOf(
  { gradient, hessian }: Growth,
  rows: Uint32Array,
  { codes, bins }: BinnedFeature,
): Histogram {
  const g = new Float64Array(bins);
  const h = new Float64Array(bins);
  const n = new Float64Array(bins);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number;
    const bin = codes[row] as number;
    g[bin] = (g[bin] as number) + (gradient[row] as number);
    h[bin] = (h[bin] as number) + (hessian[row] as number);
    n[bin] = (n[bin] as number) + 1;
  }
  return { g, h, n };
}

/** The best place to cut bins that stand in this order in two. */
function cut(
  growth: Growth,
  { g, h, n }: Histogram,
  order: readonly number[],
  feature: number,
): Split | null {
  const { ridge, leafRows } = growth;
  const all = { g: 0, h: 0, n: 0 };
  for (const bin of order) {
    all.g += g[bin] ?? 0;
    all.h += h[bin] ?? 0;
    all.n += n[bin] ?? 0;
  }
  const left = { g: 0, h: 0, n: 0 };
  let bestGain = 0;
  let bestAt = -1;
  for (let at = 0; at < order.length - 1; at++) {
    const bin = order[at] ?? 0;
    left.g += g[bin] ?? 0;
    left.h += h[bin] ?? 0;
    left.n += n[bin] ?? 0;
    if (left.n < leafRows || all.n - left.n < leafRows) continue;
    const rightG = all.g - left.g;
    const rightH = all.h - left.h;
    const gain =
      0.5 * (left.g ** 2 / (left.h + ridge) + rightG ** 2 / (rightH + ridge) - all.g ** 2 / (all.h + ridge));
    if (gain > bestGain) {
      bestGain = gain;
      bestAt = at;
    }
  }
  if (bestAt < 0) return null;
  const goesLeft = new Uint8Array(g.length);
  for (const bin of order.slice(0, bestAt + 1)) goesLeft[bin] = 1;
  return { feature, goesLeft, gain: bestGain };
}
