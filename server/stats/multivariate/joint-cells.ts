import { seededGenerator } from "../random/seeded-generator.ts";
import { kMeans, nearestCentroid } from "./k-means.ts";

/** One feature of some rows. */
export type JointColumn =
  /** NaN: missing. */
  | { readonly kind: "number"; readonly values: ArrayLike<number> }
  /** Codes 0 … categories − 1; anything else: missing or not seen before. */
  | { readonly kind: "category"; readonly codes: ArrayLike<number>; readonly categories: number };

/** How a feature becomes coordinates: learnt from the reference, kept with the cells. */
export type JointEncoding =
  | {
      readonly kind: "number";
      readonly mean: number;
      /** One over the standard deviation; 0 where the reference does not vary. */
      readonly scale: number;
      /** What missing values are taken for. */
      readonly median: number;
      /** Whether a coordinate of its own says "missing". */
      readonly indicator: boolean;
    }
  | { readonly kind: "category"; readonly categories: number };

/** A division of the space of all features together into cells. Plain numbers: JSON keeps it. */
export interface JointCells {
  readonly encodings: readonly JointEncoding[];
  readonly dimensions: number;
  /** Row-major, cells × dimensions. */
  readonly centroids: Float64Array;
}

export const DEFAULT_JOINT_CELLS = 16;
/** One partition alone can lump two regimes into one cell; the mean of the evidence over four rarely does. */
export const DEFAULT_JOINT_PARTITIONS = 4;
/** A row that changes its category moves by a distance of 1: one standard deviation of a number. */
const CATEGORY_SIZE = Math.SQRT1_2;

/**
 * Divides the space of all features together into 16 cells around the centroids of a sample of the reference.
 *
 * For counting rows by nearest centroid: such counts see relations between features change that no feature shows by
 * itself. Numbers are standardised, missing ones put at the median with an indicator; categories enter one-hot, scaled by
 * 1/√2. A thousand rows are enough. Learn several partitions with different seeds and take the mean of their evidence;
 * pool cells below 1 % (rareCellPooling); learn anew with every new baseline.
 *
 * Deterministic: the same columns and seed give the same cells. Fewer distinct rows than cells: fewer cells. Constant columns
 * do not count. No rows, or no columns: one cell that holds everything.
 *
 * @example learnJointCells([{ kind: "number", values: [0, 0, 1, 1] }], { seed: "a", cells: 2 }).centroids.length // 2
 */
export function learnJointCells(
  columns: readonly JointColumn[],
  options: { seed: string; cells?: number },
): JointCells {
  const encodings = columns.map(encodingOf);
  const dimensions = encodings.reduce((sum, encoding) => sum + widthOf(encoding), 0);
  const points = { values: encoded(columns, encodings, dimensions), dimensions };
  const { values } = kMeans(points, options.cells ?? DEFAULT_JOINT_CELLS, {
    random: seededGenerator(options.seed),
  });
  return { encodings, dimensions, centroids: values.length > 0 ? values : new Float64Array(dimensions) };
}

/**
 * How many cells a division has.
 *
 * @example jointCellCount(learnJointCells([{ kind: "number", values: [0, 0, 1, 1] }], { seed: "a" })) // 2
 */
export function jointCellCount(cells: JointCells): number {
  return cells.dimensions > 0 ? cells.centroids.length / cells.dimensions : 1;
}

/**
 * The cell of each row: its nearest centroid, for columns in the order and of the kinds that the cells were learnt from.
 *
 * O(rows · cells · dimensions). A category not seen before has no coordinate and is as far from all. Other columns than
 * those learnt from throw a RangeError. No rows: none.
 *
 * @example assignJointCells(learnJointCells([{ kind: "number", values: [0, 0, 9, 9] }], { seed: "a" }), [{ kind: "number", values: [1, 1, 8] }])[2] // 0
 */
export function assignJointCells(cells: JointCells, columns: readonly JointColumn[]): Int32Array {
  checkColumns(cells.encodings, columns);
  const { dimensions } = cells;
  const values = encoded(columns, cells.encodings, dimensions);
  const centroids = { values: cells.centroids, dimensions };
  const homes = new Int32Array(rowsOf(columns));
  if (dimensions === 0) return homes;
  for (let row = 0; row < homes.length; row++)
    homes[row] = nearestCentroid(values, row * dimensions, centroids);
  return homes;
}

/**
 * Rows by cell: what the detectors take. Merges like any counts.
 *
 * @example jointCellCounts(learnJointCells([{ kind: "number", values: [5, 5] }], { seed: "a" }), [{ kind: "number", values: [5, 6, 7] }]) // [3]
 */
export function jointCellCounts(cells: JointCells, columns: readonly JointColumn[]): Float64Array {
  const counts = new Float64Array(jointCellCount(cells));
  for (const cell of assignJointCells(cells, columns)) counts[cell] = (counts[cell] ?? 0) + 1;
  return counts;
}

function rowsOf(columns: readonly JointColumn[]): number {
  const first = columns[0];
  if (first === undefined) return 0;
  return first.kind === "number" ? first.values.length : first.codes.length;
}

function checkColumns(encodings: readonly JointEncoding[], columns: readonly JointColumn[]): void {
  const alike =
    encodings.length === columns.length && encodings.every(({ kind }, i) => columns[i]?.kind === kind);
  if (!alike) throw new RangeError("Joint cells need the columns that they were learnt from, in that order.");
}

function encodingOf(column: JointColumn): JointEncoding {
  if (column.kind === "category") return { kind: "category", categories: column.categories };
  const present = Float64Array.from(column.values).filter(Number.isFinite).sort();
  const n = present.length;
  const median = n === 0 ? 0 : ((present[(n - 1) >> 1] ?? 0) + (present[n >> 1] ?? 0)) / 2;
  const mean = n === 0 ? 0 : present.reduce((sum, value) => sum + value, 0) / n;
  const square = present.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, n);
  const scale = square > 1e-24 * (1 + mean * mean) ? 1 / Math.sqrt(square) : 0;
  return { kind: "number", mean, scale, median, indicator: n < column.values.length };
}

function widthOf(encoding: JointEncoding): number {
  if (encoding.kind === "category") return encoding.categories;
  return (encoding.scale > 0 ? 1 : 0) + (encoding.indicator ? 1 : 0);
}

function encoded(
  columns: readonly JointColumn[],
  encodings: readonly JointEncoding[],
  dimensions: number,
): Float64Array {
  const out = new Float64Array(rowsOf(columns) * dimensions);
  let at = 0;
  for (const [index, encoding] of encodings.entries()) {
    const column = columns[index];
    if (column?.kind === "number" && encoding.kind === "number") {
      fillNumber(out, column.values, encoding, { at, dimensions });
    } else if (column?.kind === "category" && encoding.kind === "category") {
      fillCategory(out, column.codes, encoding, { at, dimensions });
    }
    at += widthOf(encoding);
  }
  return out;
}

function fillNumber(
  out: Float64Array,
  values: ArrayLike<number>,
  encoding: Extract<JointEncoding, { kind: "number" }>,
  { at, dimensions }: { at: number; dimensions: number },
): void {
  const varies = encoding.scale > 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN;
    const missing = !Number.isFinite(value);
    const place = row * dimensions + at;
    if (varies) out[place] = ((missing ? encoding.median : value) - encoding.mean) * encoding.scale;
    if (encoding.indicator && missing) out[place + (varies ? 1 : 0)] = 1;
  }
}

function fillCategory(
  out: Float64Array,
  codes: ArrayLike<number>,
  encoding: Extract<JointEncoding, { kind: "category" }>,
  { at, dimensions }: { at: number; dimensions: number },
): void {
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? -1;
    if (code >= 0 && code < encoding.categories) out[row * dimensions + at + code] = CATEGORY_SIZE;
  }
}
