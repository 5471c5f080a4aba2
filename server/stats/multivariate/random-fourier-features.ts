import { normalQuantile } from "../distributions/normal.ts";
import { studentTQuantile } from "../distributions/student-t.ts";
import { DEFAULT_LEVEL, EMPTY, type Estimate, shownInterval } from "../estimate.ts";
import { seededGenerator } from "../random/seeded-generator.ts";
import type { Matrix } from "./feature-table.ts";

/** Directions ω_i in which rows are read as waves. */
export interface FourierMap {
  /** D rows of d frequencies. */
  readonly frequencies: Matrix;
}

/** What a set of rows is in a map: mergeable by addition. */
export interface FourierSums {
  readonly n: number;
  /** Σ z(x), D cosines then D sines, each already divided by √D. */
  readonly sums: Float64Array;
}

/** Directions unless told otherwise. */
export const FOURIER_DIRECTIONS = 128;
/** Blocks from which the interval is made. */
export const FOURIER_BLOCKS = 20;

/**
 * Random Fourier features of the Gaussian kernel exp(−‖x − y‖² ÷ 2σ²) (Rahimi and Recht 2007).
 *
 * ω ~ N(0, σ⁻² I), drawn by inversion from a seeded generator: the same seed, width and bandwidth give the same map
 * anywhere. z(x) = D^(−½)(cos ω_iᵀx, sin ω_iᵀx) has length 1, and z(x)·z(y) is the kernel within ε for D ≳ 2 ln(2/α) ÷ ε²
 * in a given pair.
 *
 * @example fourierMap("seed", { columns: 3, bandwidth: 1, directions: 2 }).frequencies.values.length // 6
 */
export function fourierMap(
  seed: string,
  size: { readonly columns: number; readonly bandwidth: number; readonly directions?: number },
): FourierMap {
  const { columns, bandwidth, directions = FOURIER_DIRECTIONS } = size;
  const next = seededGenerator(`fourier/${seed}`);
  const values = Float64Array.from(
    { length: directions * columns },
    () => normalQuantile(Math.min(1 - 1e-16, Math.max(1e-16, next()))) / bandwidth,
  );
  return { frequencies: { rows: directions, columns, values } };
}

/**
 * Sums of z over the rows from ≤ row < to of an encoded matrix.
 *
 * 2D numbers, whatever the rows: sums of parts added are the sums of the whole. No rows: zeros.
 *
 * @example fourierSums(fourierMap("seed", { columns: 1, bandwidth: 1 }), { rows: 0, columns: 1, values: [] }).n // 0
 */
export function fourierSums(map: FourierMap, matrix: Matrix, from = 0, to = matrix.rows): FourierSums {
  const { rows: directions, columns: d, values: omega } = map.frequencies;
  const sums = new Float64Array(2 * directions);
  const scale = 1 / Math.sqrt(directions);
  for (let row = from; row < to; row++) {
    for (let i = 0; i < directions; i++) {
      let phase = 0;
      for (let k = 0; k < d; k++) phase += (omega[i * d + k] ?? 0) * (matrix.values[row * d + k] ?? 0);
      sums[i] = (sums[i] ?? 0) + scale * Math.cos(phase);
      sums[directions + i] = (sums[directions + i] ?? 0) + scale * Math.sin(phase);
    }
  }
  return { n: Math.max(0, to - from), sums };
}

/**
 * Sums of two sets of rows as one. Both must be of one map.
 *
 * @example mergeFourierSums({ n: 1, sums: [1] }, { n: 2, sums: [1.5] }).sums // [2.5]
 */
export function mergeFourierSums(a: FourierSums, b: FourierSums): FourierSums {
  return { n: a.n + b.n, sums: Float64Array.from(a.sums, (sum, i) => sum + (b.sums[i] ?? 0)) };
}

/**
 * Unbiased squared maximum mean discrepancy from sums: (n‖z̄_c‖² − 1)/(n − 1) + (N‖z̄_r‖² − 1)/(N − 1) − 2 z̄_c·z̄_r.
 *
 * About 0 when both sides are alike, and then below 0 about as often as above; at most 2. Within the error of the map
 * it is what exactDiscrepancy gives in O(n²). NaN below two rows a side.
 *
 * @example fourierDiscrepancy({ n: 2, sums: [2, 0] }, { n: 2, sums: [0, 2] }) // 2
 */
export function fourierDiscrepancy(reference: FourierSums, current: FourierSums): number {
  if (reference.n < 2 || current.n < 2) return Number.NaN;
  let ofReference = 0;
  let ofCurrent = 0;
  let between = 0;
  for (let i = 0; i < reference.sums.length; i++) {
    const r = (reference.sums[i] ?? 0) / reference.n;
    const c = (current.sums[i] ?? 0) / current.n;
    ofReference += r * r;
    ofCurrent += c * c;
    between += r * c;
  }
  const within = (n: number, square: number): number => (n * square - 1) / (n - 1);
  return within(current.n, ofCurrent) + within(reference.n, ofReference) - 2 * between;
}

/**
 * The discrepancy with an interval from blocks (the B-test of Zaremba, Gretton and Blaschko 2013).
 *
 * Pairs of blocks, one of each side, give 20 independent unbiased values, so a t interval on their mean is right with
 * and without drift, where the full statistic has no simple law. The value is the full statistic's, which is sharper;
 * the interval is widened to hold it where needed. Rows must be in no order. Fewer than two rows a side: `UNDEFINED`
 * (`EMPTY` for none); fewer than 40: the value without an interval, `LOW_N`.
 *
 * @example fourierDiscrepancyEstimate([], []).status // "EMPTY"
 */
export function fourierDiscrepancyEstimate(
  reference: readonly FourierSums[],
  current: readonly FourierSums[],
  level = DEFAULT_LEVEL,
): Estimate {
  const [then, now] = [reference, current].map((blocks) =>
    blocks.reduce<FourierSums | null>(
      (sum, block) => (sum === null ? block : mergeFourierSums(sum, block)),
      null,
    ),
  );
  if (!then || !now || then.n === 0 || now.n === 0) return EMPTY;
  const value = fourierDiscrepancy(then, now);
  if (Number.isNaN(value)) return { value: null, interval: null, status: "UNDEFINED" };
  const pairs = reference.flatMap((block, index) => {
    const other = current[index];
    const found = other === undefined ? Number.NaN : fourierDiscrepancy(block, other);
    return Number.isNaN(found) ? [] : [found];
  });
  if (pairs.length < FOURIER_BLOCKS) return { value, interval: null, status: "LOW_N" };
  const mean = pairs.reduce((sum, pair) => sum + pair, 0) / pairs.length;
  const variance = pairs.reduce((sum, pair) => sum + (pair - mean) ** 2, 0) / (pairs.length - 1);
  const reach = studentTQuantile((1 + level) / 2, pairs.length - 1) * Math.sqrt(variance / pairs.length);
  const made = { level, method: "blocks-t" };
  return {
    value,
    interval: shownInterval(value, { lo: mean - reach, hi: mean + reach }, made),
    status: "OK",
  };
}

/**
 * A matrix's rows in 20 blocks of about equal size, as sums.
 *
 * @example fourierBlocks(fourierMap("seed", { columns: 1, bandwidth: 1 }), { rows: 0, columns: 1, values: [] }).length // 20
 */
export function fourierBlocks(map: FourierMap, matrix: Matrix, blocks = FOURIER_BLOCKS): FourierSums[] {
  const edge = (block: number): number => Math.floor((matrix.rows * block) / blocks);
  return Array.from({ length: blocks }, (_, block) => fourierSums(map, matrix, edge(block), edge(block + 1)));
}

/**
 * The witness h(x) = (z̄_current − z̄_reference)·z(x) of every row: high where current rows lie closer than reference
 * rows did, so a row that is typical of what is new scores high.
 *
 * A scalar that is fixed before the rows it scores keeps tests on it valid (Shekhar and Ramdas 2023). Its mean over
 * current less its mean over reference rows is the biased squared discrepancy. In [−2, 2]; a side without rows counts
 * as 0.
 *
 * @example witnessScores(fourierMap("seed", { columns: 1, bandwidth: 1 }), { n: 0, sums: [] }, { n: 0, sums: [] }, { rows: 1, columns: 1, values: [0] })[0] // 0
 */
export function witnessScores(
  map: FourierMap,
  reference: FourierSums,
  current: FourierSums,
  matrix: Matrix,
): Float64Array {
  const { rows: directions } = map.frequencies;
  const gap = Float64Array.from({ length: 2 * directions }, (_, i) => {
    const c = current.n > 0 ? (current.sums[i] ?? 0) / current.n : 0;
    return c - (reference.n > 0 ? (reference.sums[i] ?? 0) / reference.n : 0);
  });
  return Float64Array.from({ length: matrix.rows }, (_, row) => {
    const { sums } = fourierSums(map, matrix, row, row + 1);
    return sums.reduce((score, wave, i) => score + wave * (gap[i] ?? 0), 0);
  });
}
