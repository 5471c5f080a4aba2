import { studentTQuantile } from "../distributions/student-t.ts";
import { DEFAULT_LEVEL, EMPTY, type Estimate, type Interval } from "../estimate.ts";

/** Below this many rows a mean is shown, but not acted on. */
export const MEAN_ROWS_MIN = 30;

/** Count, mean and sum of squared deviations from the mean: what windows keep of a quantity. */
export interface MeanMoments {
  readonly n: number;
  readonly mean: number;
  readonly m2: number;
}

/**
 * Standard error of a mean, √(m2 ÷ (n − 1) ÷ n). Null below two rows: one row says nothing about spread.
 * Negative m2 (rounding) counts as 0.
 *
 * @example meanStandardError({ n: 4, mean: 2.5, m2: 5 }) // 0.6454972243679028
 */
export function meanStandardError(moments: MeanMoments): number | null {
  if (!(moments.n >= 2)) return null;
  return Math.sqrt(Math.max(0, moments.m2) / (moments.n - 1) / moments.n);
}

/**
 * Interval of a mean by Student's t: mean ± t_{n−1} · se. Exact for normal values, right for others as n grows.
 * Null below two rows, and where the limits would not be finite.
 *
 * @example meanInterval({ n: 4, mean: 2.5, m2: 5 }) // 0.4457 to 4.5543
 */
export function meanInterval(moments: MeanMoments, level = DEFAULT_LEVEL): Interval | null {
  const error = meanStandardError(moments);
  if (error === null) return null;
  const reach = studentTQuantile(0.5 + level / 2, moments.n - 1) * error;
  const lo = moments.mean - reach;
  const hi = moments.mean + reach;
  return Number.isFinite(lo) && Number.isFinite(hi) ? { lo, hi, level, method: "student-t" } : null;
}

/**
 * A mean with its interval. No rows: `EMPTY`; a mean that overflowed: `UNDEFINED`; below 30 rows: `LOW_N`.
 *
 * @example meanEstimate({ n: 0, mean: 0, m2: 0 }).status // "EMPTY"
 */
export function meanEstimate(moments: MeanMoments, level = DEFAULT_LEVEL): Estimate {
  if (!(moments.n > 0)) return EMPTY;
  if (!Number.isFinite(moments.mean)) return { value: null, interval: null, status: "UNDEFINED" };
  const status = moments.n < MEAN_ROWS_MIN ? "LOW_N" : "OK";
  return { value: moments.mean, interval: meanInterval(moments, level), status };
}
