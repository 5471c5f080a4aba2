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
  const isCurrent = Uint8Array.from({ length: total }, (_, row) => (row < reference.rows ? 0 : 1));
  return statistic(kernel, isCurrent, reference.rows, current.rows);
}

/**
 * Whether two samples come from one distribution: the exact discrepancy, and its p value by permutation of the sides.
 *
 * p = (1 + #{permuted ≥ observed}) ÷ (1 + B), so p ≤ α at most a share α of the time when nothing differs, whatever
 * the distribution, if rows are exchangeable. Seeded: the same rows give the same p. The bandwidth is the median
 * distance of the reference. Null below two rows a side. For samples of about 500: O((n + m)²) memory.
 *
 * @example permutationTest({ rows: 1, columns: 1, values: [0] }, { rows: 1, columns: 1, values: [0] }, { seed: "a" }) // null
 */
export function permutationTest(
  reference: Matrix,
  current: Matrix,
  options: { readonly seed: string; readonly permutations?: number; readonly bandwidth?: number },
): { discrepancy: number; pValue: number; bandwidth: number } | null {
  if (reference.rows < 2 || current.rows < 2) return null;
  const { permutations = PERMUTATIONS, bandwidth = medianDistance(reference) } = options;
  const next = seededGenerator(`permutation/${options.seed}`);
  const kernel = kernelOf(reference, current, bandwidth);
  const sides = Uint8Array.from({ length: kernel.rows }, (_, row) => (row < reference.rows ? 0 : 1));
  const discrepancy = statistic(kernel, sides, reference.rows, current.rows);
  let asLarge = 0;
  for (let permutation = 0; permutation < permutations; permutation++) {
    shuffle(sides, next);
    if (statistic(kernel, sides, reference.rows, current.rows) >= discrepancy - 1e-15) asLarge++;
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

/** The diagonal of the kernel is left 0, so sums within a side have no i = j. */
function statistic(kernel: Matrix, sides: Uint8Array, nRef: number, nCur: number): number {
  if (nRef < 2 || nCur < 2) return Number.NaN;
  let all = 0;
  let ofCurrent = 0;
  let toCurrent = 0;
  for (let i = 0; i < kernel.rows; i++) {
    let row = 0;
    let rowToCurrent = 0;
    for (let j = 0; j < kernel.rows; j++) {
      const k = kernel.values[i * kernel.rows + j] ?? 0;
      row += k;
      rowToCurrent += k * (sides[j] ?? 0);
    }
    all += row;
    toCurrent += rowToCurrent;
    if (sides[i] === 1) ofCurrent += rowToCurrent;
  }
  const between = toCurrent - ofCurrent;
  const ofReference = all - 2 * between - ofCurrent;
  return ofReference / (nRef * (nRef - 1)) + ofCurrent / (nCur * (nCur - 1)) - (2 * between) / (nRef * nCur);
}

function shuffle(sides: Uint8Array, next: () => number): void {
  for (let last = sides.length - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1));
    const kept = sides[last] ?? 0;
    sides[last] = sides[other] ?? 0;
    sides[other] = kept;
  }
}
