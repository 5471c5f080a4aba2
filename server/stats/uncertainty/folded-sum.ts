import { normalCumulative, normalDensity, twoSidedZ } from "../distributions/normal.ts";
import { DEFAULT_LEVEL } from "../estimate.ts";

/** A sum Σ w_i |d_i| of measured gaps, each with the standard error of its measurement. */
export interface FoldedSum {
  readonly gaps: ArrayLike<number>;
  readonly errors: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
  /** Standard error of the whole sum, the signs of the gaps taken as known. */
  readonly standardError: number;
}

const TABLE_STEP = 1 / 32;
const TABLE_END = 6.5;
let table: Float64Array | null = null;

/** E|N(r, 1)| = 2φ(r) + r(2Φ(r) − 1) and its slope 2Φ(r) − 1, at steps of 1/32. */
function foldedTable(): Float64Array {
  if (table !== null) return table;
  const steps = Math.round(TABLE_END / TABLE_STEP) + 2;
  table = new Float64Array(2 * steps);
  for (let step = 0; step < steps; step++) {
    const r = step * TABLE_STEP;
    const slope = 2 * normalCumulative(r) - 1;
    table[2 * step] = 2 * normalDensity(r) + r * slope;
    table[2 * step + 1] = slope;
  }
  return table;
}

/**
 * Mean of the absolute value of a normal variable with mean d and standard deviation s: E|N(d, s²)|.
 *
 * What |gap| is on average when the true gap is d: s √(2/π) at d = 0, |d| from about six errors on. This is why a
 * sum of absolute gaps is never 0 without drift. Cubic interpolation in a table, error below 1e-9 · s.
 *
 * @example foldedNormalMean(0, 1) // √(2/π) = 0.7978845608
 */
export function foldedNormalMean(mean: number, deviation: number): number {
  const size = Math.abs(mean);
  if (!(deviation > 0) || size >= TABLE_END * deviation) return size;
  const values = foldedTable();
  const position = size / deviation / TABLE_STEP;
  const step = Math.floor(position);
  const t = position - step;
  const y0 = values[2 * step] ?? 0;
  const m0 = (values[2 * step + 1] ?? 0) * TABLE_STEP;
  const y1 = values[2 * step + 2] ?? 0;
  const m1 = (values[2 * step + 3] ?? 0) * TABLE_STEP;
  const rise = y1 - y0;
  const bend = t * (t * (m0 + m1 - 2 * rise) + 3 * rise - 2 * m0 - m1);
  return deviation * (y0 + t * (m0 + bend));
}

/**
 * What the sum would be on average if the true gaps were `scale` times the measured ones: Σ w_i E|N(scale·d_i, s_i²)|.
 *
 * @example foldedSumMean({ gaps: [1], errors: [0], weights: [2], standardError: 0 }, 3) // 6
 */
export function foldedSumMean(sum: FoldedSum, scale: number): number {
  let mean = 0;
  for (let index = 0; index < sum.gaps.length; index++) {
    const weight = sum.weights[index] ?? 0;
    mean += weight * foldedNormalMean(scale * (sum.gaps[index] ?? 0), sum.errors[index] ?? 0);
  }
  return mean;
}

/**
 * Limits for the true Σ w_i |d_i|, where it was measured as `value`.
 *
 * A measured sum T is too large: noise adds to it whatever its sign. So the limits are found by asking which true
 * sums, along the line of the measured gaps, would on average be seen z standard errors above and below T: lo
 * solves f(lo) = T − z·se and hi solves f(hi) = T + z·se, with f from foldedSumMean. Where T is no more than noise
 * makes it, lo is 0, however many bins add theirs. Measured for total variation, 10 and 50 bins, 200 to 2,000 rows:
 * nominal 95 % intervals cover 92 to 100 % from no drift to very much, where a basic multinomial bootstrap covered
 * 1 to 60 % without drift; for Wasserstein 87 to 99 %, least for shifts that are just visible. When no gap at all
 * was measured (all d_i = 0) there is no line to search along, and the upper limit is what noise adds to nothing.
 *
 * @example foldedSumLimits({ gaps: [0.5], errors: [0], weights: [1], standardError: 0.05 }, 0.5) // 0.402 to 0.598
 */
export function foldedSumLimits(
  sum: FoldedSum,
  value: number,
  level = DEFAULT_LEVEL,
): { lo: number; hi: number } {
  const measured = foldedSumMean({ ...sum, errors: [] }, 1);
  if (!(measured > 0)) return { lo: 0, hi: foldedSumMean(sum, 0) };
  const reach = twoSidedZ(level) * sum.standardError;
  const lo = solveScale(sum, measured - reach, measured);
  const hi = solveScale(sum, measured + reach, measured);
  return { lo: lo * value, hi: hi * value };
}

/**
 * The scale at which the sum is `target` on average. The mean grows with the scale and bends upwards, and at
 * target ÷ measured it is at least the target: from there Newton's steps come down to the root and never pass it.
 */
function solveScale(sum: FoldedSum, target: number, measured: number): number {
  if (target <= foldedSumMean(sum, 0)) return 0;
  let scale = target / measured;
  for (let step = 0; step < NEWTON_STEPS_MAX; step++) {
    const excess = foldedSumMean(sum, scale) - target;
    const slope = foldedSumSlope(sum, scale);
    const next = slope > 0 ? scale - excess / slope : 0;
    if (!(next > 0)) return 0;
    if (Math.abs(next - scale) <= 1e-7 * (1 + scale)) return next;
    scale = next;
  }
  return scale;
}

const NEWTON_STEPS_MAX = 50;

/** d/d scale of foldedSumMean: Σ w |d| (2Φ(scale·|d|/s) − 1). */
function foldedSumSlope(sum: FoldedSum, scale: number): number {
  let slope = 0;
  for (let index = 0; index < sum.gaps.length; index++) {
    const size = Math.abs(sum.gaps[index] ?? 0);
    const deviation = sum.errors[index] ?? 0;
    slope += (sum.weights[index] ?? 0) * size * (deviation > 0 ? foldedSlope((scale * size) / deviation) : 1);
  }
  return slope;
}

/** 2Φ(r) − 1 from the same table, straight between its entries: for the direction of a step that is enough. */
function foldedSlope(r: number): number {
  if (r >= TABLE_END) return 1;
  const values = foldedTable();
  const position = r / TABLE_STEP;
  const step = Math.floor(position);
  const low = values[2 * step + 1] ?? 0;
  return low + (position - step) * ((values[2 * step + 3] ?? 1) - low);
}
