import { twoSidedZ } from "../distributions/normal.ts";
import { DEFAULT_LEVEL, EMPTY, type Estimate, shownInterval, UNDEFINED } from "../estimate.ts";
import { MEAN_ROWS_MIN, type MeanMoments, meanStandardError } from "../uncertainty/mean-interval.ts";

/**
 * Root mean squared error with its interval, from the moments of the squared errors: √mean, se = se(mean) ÷ (2·RMSE).
 *
 * In the label's unit, ≥ 0. Without error at all (0) there is no interval. No rows: `EMPTY`; overflow:
 * `UNDEFINED`; below 30 rows: `LOW_N`.
 *
 * @example rootMeanSquaredError({ n: 4, mean: 0.375, m2: 0.671875 }).value // 0.6123724356957945
 */
export function rootMeanSquaredError(squaredErrors: MeanMoments, level = DEFAULT_LEVEL): Estimate {
  if (!(squaredErrors.n > 0)) return EMPTY;
  const value = Math.sqrt(Math.max(0, squaredErrors.mean));
  if (!Number.isFinite(value)) return UNDEFINED;
  const status = squaredErrors.n < MEAN_ROWS_MIN ? "LOW_N" : "OK";
  const error = meanStandardError(squaredErrors);
  if (error === null || !(value > 0)) return { value, interval: null, status };
  const reach = (twoSidedZ(level) * error) / (2 * value);
  if (!Number.isFinite(reach)) return { value, interval: null, status };
  const bounds = { lo: value - reach, hi: value + reach, min: 0 };
  return { value, interval: shownInterval(value, bounds, { level, method: "delta" }), status };
}

/**
 * R², the share of the labels' variance that the predictions explain: 1 − mean squared error ÷ variance of labels.
 *
 * At most 1; below 0 when the labels' own mean would have predicted better. It compares with the window's own mean:
 * a window of labels that differ little has a low R² without any loss of accuracy. Interval by the delta method
 * with 1 − R² as a ratio of two means taken as independent and the labels' variance as that of normal values: a
 * guide. No rows: `EMPTY`; labels all alike: `UNDEFINED`; below 30 rows: `LOW_N`.
 *
 * @example rSquared({ n: 4, mean: 0.375, m2: 0.671875 }, { n: 4, mean: 2.875, m2: 29.1875 }).value // 0.9486081370449679
 */
export function rSquared(squaredErrors: MeanMoments, labels: MeanMoments, level = DEFAULT_LEVEL): Estimate {
  if (!(squaredErrors.n > 0) || !(labels.n > 0)) return EMPTY;
  const variance = labels.m2 / labels.n;
  if (!isSpread(variance, labels.mean) || !Number.isFinite(squaredErrors.mean)) return UNDEFINED;
  const unexplained = squaredErrors.mean / variance;
  const value = 1 - unexplained;
  if (!Number.isFinite(value)) return UNDEFINED;
  const status = squaredErrors.n < MEAN_ROWS_MIN ? "LOW_N" : "OK";
  const error = meanStandardError(squaredErrors);
  if (error === null || !(squaredErrors.mean > 0)) return { value, interval: null, status };
  const relative = Math.sqrt((error / squaredErrors.mean) ** 2 + 2 / labels.n);
  const factor = Math.exp(twoSidedZ(level) * relative);
  if (!Number.isFinite(factor * unexplained)) return { value, interval: null, status };
  const bounds = { lo: 1 - unexplained * factor, hi: 1 - unexplained / factor, max: 1 };
  return { value, interval: shownInterval(value, bounds, { level, method: "delta-log" }), status };
}

/** Variance that is more than the rounding of values of this size. */
function isSpread(variance: number, mean: number): boolean {
  return Number.isFinite(variance) && variance > 1e-24 * mean * mean;
}
