import { MAD_TO_SD, medianAbsoluteDeviation } from "./robust-z.ts";

export interface HoltWintersOptions {
  /** Windows in a season, m: 168 hours in a week. */
  readonly season: number;
  /** How fast level, trend and season follow, each in [0, 1]. */
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
}

export const WEEK_OF_HOURS: HoltWintersOptions = { season: 168, alpha: 0.1, beta: 0.01, gamma: 0.1 };

/** Where the recursion starts; of `seasonal` the first is that of the first window. */
export interface HoltWintersStart {
  readonly level: number;
  readonly trend: number;
  readonly seasonal: ArrayLike<number>;
}

/** Residuals of four seasons tell the scale; further out than this is out of season. */
const SCALE_SEASONS = 4;
export const HOLT_WINTERS_LIMIT = 5;

/**
 * One-step forecasts of a series by additive Holt–Winters, each from the windows before it.
 *
 * Forecast l + b + s; then l = α(y − s) + (1 − α)(l + b), b = β(l − l₋) + (1 − β)b and s = γ(y − l₋ − b₋) + (1 − γ)s:
 * the season follows the error of the old level and trend (Hyndman's form). One forecast a value, the values' unit.
 *
 * A window that is missing (null) is forecast, then taken to have gone as forecast. An empty series has none.
 *
 * @example holtWinters([10, 20, 12], { season: 2, alpha: 0.5, beta: 0.1, gamma: 0.3 }, { level: 15, trend: 0, seasonal: [-5, 5] }) // [10, 20, 10]
 */
export function holtWinters(
  series: readonly (number | null)[],
  options: HoltWintersOptions,
  start: HoltWintersStart,
): number[] {
  const { alpha, beta, gamma } = options;
  const seasonal = Array.from(start.seasonal);
  let { level, trend } = start;
  return series.map((given, index) => {
    const at = index % options.season;
    const season = seasonal[at] ?? 0;
    const before = level + trend;
    const forecast = before + season;
    const y = given ?? forecast;
    const next = alpha * (y - season) + (1 - alpha) * before;
    seasonal[at] = gamma * (y - before) + (1 - gamma) * season;
    trend = beta * (next - level) + (1 - beta) * trend;
    level = next;
    return forecast;
  });
}

/**
 * Where to start: level is the mean of the first season, trend nothing, and each place of the season its first value's
 * distance from that mean. Null before one whole season without gaps.
 *
 * @example holtWintersStart([10, 20], 2) // { level: 15, trend: 0, seasonal: [-5, 5] }
 */
export function holtWintersStart(
  series: readonly (number | null)[],
  season: number,
): HoltWintersStart | null {
  const first = series.slice(0, season).filter((value) => value !== null);
  if (first.length < season || season < 1) return null;
  const level = first.reduce((sum, value) => sum + value, 0) / season;
  return { level, trend: 0, seasonal: first.map((value) => value - level) };
}

/**
 * Residuals in robust standard deviations, each by the residuals of the four seasons before it: beyond ± 5 a window is
 * out of season. Null where the value is missing, or until one season of residuals is there. A scale of 0 (a series
 * that went exactly as forecast) leaves 0 for no residual and ±Infinity for any.
 *
 * @example residualScores([1, 1, 2, 10], [0, 2, 1, 0], 1) // [null, -0.67449, 0.67449, 6.74491]
 */
export function residualScores(
  series: readonly (number | null)[],
  forecasts: readonly number[],
  season: number,
): (number | null)[] {
  const residuals = series.map((value, index) => (value === null ? null : value - (forecasts[index] ?? 0)));
  return residuals.map((residual, index) => {
    if (residual === null || index < season) return null;
    const recent = residuals
      .slice(Math.max(0, index - SCALE_SEASONS * season), index)
      .filter((other) => other !== null);
    if (recent.length === 0) return null;
    const scale = MAD_TO_SD * medianAbsoluteDeviation(recent, 0);
    return residual === 0 ? 0 : residual / scale;
  });
}
