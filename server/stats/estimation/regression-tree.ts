/** Rows of a column: numbers, or codes of categories (whole numbers from 0). NaN is missing. */
export interface TreeColumn {
  readonly kind: "number" | "category";
  readonly values: ArrayLike<number>;
}

/** A tree whose leaves are groups of rows with a similar loss. */
export type RegressionTree = TreeLeaf | TreeSplit;
export interface TreeLeaf {
  readonly kind: "leaf";
  /** Leaves are numbered from 0, left to right. */
  readonly leaf: number;
}
export interface TreeSplit {
  readonly kind: "split";
  readonly column: number;
  /** Numbers below this go left; for categories, those in `left`. */
  readonly threshold: number;
  readonly left: ReadonlySet<number> | null;
  readonly missingLeft: boolean;
  readonly below: RegressionTree;
  readonly above: RegressionTree;
}

export interface TreeOptions {
  readonly depth?: number;
  readonly leafRows?: number;
}

const DEPTH = 6;
const LEAF_ROWS = 200;
/** Cuts tried on a number: between so many equally filled stretches. */
const CUTS = 32;
const GAIN_MIN = 1e-12;

/**
 * One regression tree for a loss: which rows are hard? Greedy splits that lower the squared error most; depth ≤ 6 and at
 * least 200 rows a leaf unless told otherwise.
 *
 * Numbers are cut between 32 equally filled stretches; categories are ordered by their mean loss first, which finds the best two-way split
 * of all (Fisher 1958); missing values (and categories never seen) go with the side that fits them better. Ties go to the first column and
 * the lowest cut, so the same rows give the same tree. A constant loss, or too few rows: a single leaf. The loss must be finite.
 * Breiman, Friedman, Olshen and Stone 1984.
 *
 * @example growRegressionTree([{ kind: "number", values: [1, 2, 3, 4] }], [0, 0, 9, 9], { leafRows: 2 }).threshold // 3
 */
export function growRegressionTree(
  columns: readonly TreeColumn[],
  loss: ArrayLike<number>,
  options: TreeOptions = {},
): RegressionTree {
  const limits = { depth: options.depth ?? DEPTH, leafRows: options.leafRows ?? LEAF_ROWS };
  const rows = Int32Array.from({ length: loss.length }, (_, row) => row);
  return numbered(grow({ columns, loss }, rows, limits), { next: 0 });
}

/**
 * The leaf that a row belongs to, by its values in the order of the columns.
 *
 * @example leafOf({ kind: "split", column: 0, threshold: 3, left: null, missingLeft: false, below: { kind: "leaf", leaf: 0 }, above: { kind: "leaf", leaf: 1 } }, [7]) // 1
 */
export function leafOf(tree: RegressionTree, values: ArrayLike<number>): number {
  let node = tree;
  while (node.kind === "split") {
    node = goesLeft(node, values[node.column] ?? Number.NaN) ? node.below : node.above;
  }
  return node.leaf;
}

/**
 * How many leaves a tree has.
 *
 * @example leafCount({ kind: "leaf", leaf: 0 }) // 1
 */
export function leafCount(tree: RegressionTree): number {
  return tree.kind === "leaf" ? 1 : leafCount(tree.below) + leafCount(tree.above);
}

interface Table {
  readonly columns: readonly TreeColumn[];
  readonly loss: ArrayLike<number>;
}
interface Limits {
  readonly depth: number;
  readonly leafRows: number;
}
type Rule = Omit<TreeSplit, "kind" | "below" | "above">;
interface Sum {
  n: number;
  loss: number;
}
/** Rows that no cut tells apart, in the order of the cuts. */
interface Stretch extends Sum {
  readonly key: number;
}

function grow(table: Table, rows: Int32Array, limits: Limits): RegressionTree {
  const leaf: TreeLeaf = { kind: "leaf", leaf: 0 };
  if (limits.depth === 0 || rows.length < 2 * limits.leafRows) return leaf;
  const rule = bestRule(table, rows, limits.leafRows);
  if (rule === null) return leaf;
  const values = table.columns[rule.column]?.values;
  const isLeft = (row: number): boolean => goesLeft(rule, values?.[row] ?? Number.NaN);
  const deeper = { ...limits, depth: limits.depth - 1 };
  const below = grow(table, rows.filter(isLeft), deeper);
  const above = grow(
    table,
    rows.filter((row) => !isLeft(row)),
    deeper,
  );
  return { kind: "split", ...rule, below, above };
}

function goesLeft(rule: Rule, value: number): boolean {
  if (Number.isNaN(value)) return rule.missingLeft;
  return rule.left === null ? value < rule.threshold : rule.left.has(value);
}

function numbered(tree: RegressionTree, count: { next: number }): RegressionTree {
  if (tree.kind === "leaf") return { kind: "leaf", leaf: count.next++ };
  const below = numbered(tree.below, count);
  return { ...tree, below, above: numbered(tree.above, count) };
}

function bestRule(table: Table, rows: Int32Array, leafRows: number): Rule | null {
  let best: { gain: number; rule: Rule } | null = null;
  const whole = sumOf(table.loss, rows);
  for (const [column, { kind, values }] of table.columns.entries()) {
    const known = rows.filter((row) => !Number.isNaN(values[row]));
    const missing = sumOf(
      table.loss,
      rows.filter((row) => Number.isNaN(values[row])),
    );
    const stretches =
      kind === "number"
        ? numberStretches(table.loss, values, known)
        : categoryStretches(table.loss, values, known);
    const cut = bestCut(stretches, missing, whole, leafRows);
    if (cut === null || (best !== null && cut.gain <= best.gain)) continue;
    const left = kind === "number" ? null : new Set(stretches.slice(0, cut.at).map(({ key }) => key));
    const threshold = kind === "number" ? (stretches[cut.at]?.key ?? 0) : Number.NaN;
    best = { gain: cut.gain, rule: { column, threshold, left, missingLeft: cut.missingLeft } };
  }
  return best?.rule ?? null;
}

/** Sorted by value; a stretch starts at `key` and ends before the next one's. */
function numberStretches(loss: ArrayLike<number>, values: ArrayLike<number>, rows: Int32Array): Stretch[] {
  const sorted = Int32Array.from(rows).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const size = Math.max(1, sorted.length / CUTS);
  const stretches: Stretch[] = [];
  for (const [place, row] of sorted.entries()) {
    const value = values[row] ?? 0;
    const isTied = place > 0 && value === values[sorted[place - 1] ?? 0];
    const isFull = place >= stretches.length * size;
    if (stretches.length === 0 || (isFull && !isTied)) stretches.push({ key: value, n: 0, loss: 0 });
    addTo(stretches.at(-1), loss[row] ?? 0);
  }
  return stretches;
}

function categoryStretches(loss: ArrayLike<number>, values: ArrayLike<number>, rows: Int32Array): Stretch[] {
  const byKey = new Map<number, Stretch>();
  for (const row of rows) {
    const key = values[row] ?? 0;
    const known = byKey.get(key) ?? { key, n: 0, loss: 0 };
    byKey.set(key, known);
    addTo(known, loss[row] ?? 0);
  }
  return [...byKey.values()].sort((a, b) => a.loss / a.n - b.loss / b.n || a.key - b.key);
}

function bestCut(stretches: readonly Stretch[], missing: Sum, whole: Sum, leafRows: number) {
  let best: { gain: number; at: number; missingLeft: boolean } | null = null;
  let n = 0;
  let loss = 0;
  for (let at = 1; at < stretches.length; at++) {
    n += stretches[at - 1]?.n ?? 0;
    loss += stretches[at - 1]?.loss ?? 0;
    for (const missingLeft of missing.n > 0 ? [true, false] : [false]) {
      const left = { n: n + (missingLeft ? missing.n : 0), loss: loss + (missingLeft ? missing.loss : 0) };
      const right = { n: whole.n - left.n, loss: whole.loss - left.loss };
      if (left.n < leafRows || right.n < leafRows) continue;
      const gain = squareOf(left) + squareOf(right) - squareOf(whole);
      const enough = GAIN_MIN * (1 + squareOf(whole));
      if (gain > enough && (best === null || gain > best.gain)) best = { gain, at, missingLeft };
    }
  }
  return best;
}

function squareOf({ n, loss }: Sum): number {
  return n > 0 ? (loss * loss) / n : 0;
}

function sumOf(loss: ArrayLike<number>, rows: Int32Array): Sum {
  const sum = { n: 0, loss: 0 };
  for (const row of rows) addTo(sum, loss[row] ?? 0);
  return sum;
}

function addTo(sum: Sum | undefined, loss: number): void {
  if (sum === undefined) return;
  sum.n += 1;
  sum.loss += loss;
}
