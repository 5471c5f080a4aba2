/**
 * What every statistic here answers with: a number, how sure it is, and whether it may be used at all.
 *
 * - `OK`: use it. `LOW_N`: shown, but too few rows to act on.
 * - `EMPTY`: no rows. `UNDEFINED`: rows, but the formula divides nothing by nothing. Both have `value` null:
 *   a statistic never answers 0, NaN or Infinity in place of "there is no such number".
 * - `CONSTANT_REF`: the reference has no spread, so a value that should be in its standard deviations is not.
 */
export type EstimateStatus = "OK" | "LOW_N" | "EMPTY" | "UNDEFINED" | "CONSTANT_REF";

export interface Interval {
  readonly lo: number;
  readonly hi: number;
  /** Confidence, such as 0.95: for one look at one window, not for watching continuously. */
  readonly level: number;
  /** How it was made: `wilson`, `delong-logit`, … */
  readonly method: string;
}

export interface Estimate {
  readonly value: number | null;
  readonly interval: Interval | null;
  readonly status: EstimateStatus;
}

/** The level of every interval unless told otherwise. */
export const DEFAULT_LEVEL = 0.95;

export const EMPTY: Estimate = { value: null, interval: null, status: "EMPTY" };
export const UNDEFINED: Estimate = { value: null, interval: null, status: "UNDEFINED" };

/**
 * An interval that was computed for the true value, as one that is shown beside the estimate: cut to the
 * statistic's range, then widened where needed to hold the estimate itself (wider is never less covering).
 *
 * @example shownInterval(0.2, { lo: 0.3, hi: 1.5, max: 1 }, { level: 0.95, method: "wilson" }) // 0.2 to 1
 */
export function shownInterval(
  value: number,
  bounds: { lo: number; hi: number; min?: number; max?: number },
  made: { level: number; method: string },
): Interval {
  const min = bounds.min ?? Number.NEGATIVE_INFINITY;
  const max = bounds.max ?? Number.POSITIVE_INFINITY;
  const lo = Math.min(value, Math.max(min, bounds.lo));
  const hi = Math.max(value, Math.min(max, bounds.hi));
  return { lo, hi, level: made.level, method: made.method };
}
