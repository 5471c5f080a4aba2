import { seededGenerator } from "../random/seeded-generator.ts";
import type { Matrix } from "./feature-table.ts";
import { medianDistance, squaredDistance } from "./median-distance.ts";

/** Permutations unless told otherwise: the smallest p value is then 0.005. */
export const PERMUTATIONS = 199;

/**
 * The exact unbiased squared maximum mean discrepancy of two samples, Gaussian kernel: the U-statistic
 * Σ_{i≠j} k(x_i, x_j)/(n(n−1)) + Σ_{i≠j} k(y_i, y_j)/(m(m−1)) − 2 Σ k(x_i, y_j)/(nm) (Gretton et al. 2012).
 *
 * About 0 when both are alike (it may fall below), at most 2. O((n + m)²) kernels. NaN below two rows a side.
 *
 * @example exactDiscrepancy({ rows: 2, columns: 1, values: [0, 0] }, { rows: 2, columns: 1, values: [9, 9] }, 1) // 2
 */
export function exactDiscrepancy(reference: Matrix, current: Matrix, bandwidth: number): number {
  const kernel = kernelOf(reference, current, bandwidth);
  const total = reference.rows + current.rows;
  const rows = Uint32Array.from({ length: total }, (_, row) => row);
  return statistic(kernel, rowSums(kernel), rows, reference.rows);
}

/**
 * Whether two samples come from one distribution: the exact discrepancy, and its p value by permutation of the sides.
 *
 * p = (1 + #{permuted ≥ observed}) ÷ (1 + B), so p ≤ α at most a share α of the time when nothing differs, whatever
 * the distribution, if rows are exchangeable. Seeded: the same rows give the same p. The bandwidth is the median
 * distance of the reference. Null below two rows a side. For samples of about 500: O((n + m)²) memory. A generator that
 * yields after every permutation.
 *
 * @example permutationTest({ rows: 1, columns: 1, values: [0] }, { rows: 1, columns: 1, values: [0] }, { seed: "a" }).next().done // true
 * @example runToEnd(permutationTest({ rows: 1, columns: 1, values: [0] }, { rows: 1, columns: 1, values: [0] }, { seed: "a" })) // null
 */
export function* permutationTest(
  reference: Matrix,
  current: Matrix,
  options: { readonly seed: string; readonly permutations?: number; readonly bandwidth?: number },
): Generator<undefined, { discrepancy: number; pValue: number; bandwidth: number } | null> {
  if (reference.rows < 2 || current.rows < 2) return null;
  const { permutations = PERMUTATIONS, bandwidth = medianDistance(reference) } = options;
  const next = seededGenerator(`permutation/${options.seed}`);
  const kernel = kernelOf(reference, current, bandwidth);
  yield;
  const sums = rowSums(kernel);
  const rows = Uint32Array.from({ length: kernel.rows }, (_, row) => row);
  const discrepancy = statistic(kernel, sums, rows, reference.rows);
  let asLarge = 0;
  for (let permutation = 0; permutation < permutations; permutation++) {
    shuffle(rows, next);
    if (statistic(kernel, sums, rows, reference.rows) >= discrepancy - 1e-15) asLarge++;
    yield;
  }
  return { discrepancy, pValue: (1 + asLarge) / (1 + permutations), bandwidth };
}

function kernelOf(reference: Matrix, current: Matrix, bandwidth: number): Matrix {
  const total = reference.rows + current.rows;
  const values = new Float64Array(total * total);
  const rowOf = (row: number): [Matrix, number] =>
    row < reference.rows ? [reference, row] : [current, row - reference.rows];
  for (let i = 0; i < total; i++) {
    for (let j = 0; j < i; j++) {
      const k = Math.exp(-squaredDistance(...rowOf(i), ...rowOf(j)) / (2 * bandwidth * bandwidth));
      values[i * total + j] = k;
      values[j * total + i] = k;
    }
  }
  return { rows: total, columns: total, values };
}

function rowSums({ rows, columns, values }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) =>
    values.subarray(row * columns, (row + 1) * columns).reduce((sum, k) => sum + k, 0),
  );
}

/**
 * The first nRef of `rows` are the reference. Sums between the sides follow from row sums, so only one side's own are
 * added up; the diagonal of the kernel is left 0, so they have no i = j.
 */
function statistic(kernel: Matrix, sums: Float64Array, rows: Uint32Array, nRef: number): number {
  const nCur = rows.length - nRef;
  if (nRef < 2 || nCur < 2) return Number.NaN;
  let all = 0;
  let toReference = 0;
  let ofReference = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0;
    all += sums[row] ?? 0;
    if (i >= nRef) continue;
    toReference += sums[row] ?? 0;
    const start = row * kernel.columns;
    // In range by construction; this is the innermost loop of 199 permutations.
    for (let j = 0; j < i; j++) ofReference += 2 * (kernel.values[start + (rows[j] as number)] as number);
  }
  const between = toReference - ofReference;
  const ofCurrent = all - 2 * between - ofReference;
  return ofReference / (nRef * (nRef - 1)) + ofCurrent / (nCur * (nCur - 1)) - (2 * between) / (nRef * nCur);
}

function shuffle(rows: Uint32Array, next: () => number): void {
  for (let last = rows.length - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1));
    const kept = rows[last] ?? 0;
    rows[last] = rows[other] ?? 0;
    rows[other] = kept;
  }
}
