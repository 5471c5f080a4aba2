import { DEFAULT_LEVEL, EMPTY, type Estimate, shownInterval } from "../estimate.ts";
import { foldedSumLimits } from "../uncertainty/folded-sum.ts";
import { MEAN_ROWS_MIN } from "../uncertainty/mean-interval.ts";

/** Labelled predictions whose probability falls in one bin. */
export interface CalibrationBin {
  readonly rows: number;
  /** Sum of the probabilities. */
  readonly probability: number;
  /** How many really happened. */
  readonly positives: number;
}

/**
 * Expected calibration error: Σ n_b/n · |observed share − mean probability| over bins of probability.
 *
 * In [0, 1]. Depends on the bins, so compare only values with the same ones. It is never 0 for a perfectly
 * calibrated model: noise adds about Σ (n_b/n) √(2ȳ(1 − ȳ) ÷ (π n_b)). Bins without rows add nothing; no rows: null.
 *
 * @example calibrationError([{ rows: 10, probability: 5, positives: 7 }]) // 0.2
 */
export function calibrationError(bins: readonly CalibrationBin[]): number | null {
  const rows = rowsOf(bins);
  if (!(rows > 0)) return null;
  return Math.min(1, bins.reduce((sum, bin) => sum + Math.abs(bin.positives - bin.probability), 0) / rows);
}

/**
 * Calibration error with the noise taken off: √max(0, Σ n_b/n [(ȳ_b − p̄_b)² − ȳ_b(1 − ȳ_b) ÷ (n_b − 1)]), the
 * debiased squared form (Kumar, Liang and Ma 2019). 0 where noise explains all of it. Bins of fewer than two rows
 * are left out; none left: null.
 *
 * @example debiasedCalibrationError([{ rows: 100, probability: 50, positives: 50 }]) // 0
 */
export function debiasedCalibrationError(bins: readonly CalibrationBin[]): number | null {
  const kept = bins.filter((bin) => bin.rows >= 2);
  const rows = rowsOf(kept);
  if (!(rows > 0)) return null;
  const sum = kept.reduce((total, bin) => {
    const observed = bin.positives / bin.rows;
    const gap = observed - bin.probability / bin.rows;
    return total + (bin.rows / rows) * (gap * gap - (observed * (1 - observed)) / (bin.rows - 1));
  }, 0);
  return Math.sqrt(Math.max(0, sum));
}

/**
 * Expected calibration error with limits for the true one, noise taken off (see foldedSumLimits). Each bin's
 * observed share has variance ȳ(1 − ȳ)/n_b, with half a row added to both outcomes so that a bin without positives
 * is not certain. No rows: `EMPTY`; below 30: `LOW_N`.
 *
 * @example calibrationErrorEstimate([{ rows: 100, probability: 50, positives: 52 }]).interval?.lo // 0
 */
export function calibrationErrorEstimate(bins: readonly CalibrationBin[], level = DEFAULT_LEVEL): Estimate {
  const value = calibrationError(bins);
  if (value === null) return EMPTY;
  const kept = bins.filter((bin) => bin.rows > 0);
  const rows = rowsOf(kept);
  const gaps = kept.map((bin) => (bin.positives - bin.probability) / bin.rows);
  const errors = kept.map((bin) => shareError(bin));
  const weights = kept.map((bin) => bin.rows / rows);
  const variance = weights.reduce((sum, weight, index) => sum + (weight * (errors[index] ?? 0)) ** 2, 0);
  const standardError = Math.sqrt(variance);
  const limits = foldedSumLimits({ gaps, errors, weights, standardError }, value, level);
  const bounds = { ...limits, min: 0, max: 1 };
  return {
    value,
    interval: shownInterval(value, bounds, { level, method: "folded-normal" }),
    status: rows < MEAN_ROWS_MIN ? "LOW_N" : "OK",
  };
}

/**
 * Parts of the Brier score by bins (Murphy 1973): reliability − resolution + uncertainty. Reliability is the price
 * of miscalibration, resolution the gain of telling rows apart. They add up to the Brier score of the bins' mean
 * probabilities. No rows: null.
 *
 * @example brierParts([{ rows: 10, probability: 5, positives: 5 }]) // { reliability: 0, resolution: 0, uncertainty: 0.25 }
 */
export function brierParts(
  bins: readonly CalibrationBin[],
): { reliability: number; resolution: number; uncertainty: number } | null {
  const kept = bins.filter((bin) => bin.rows > 0);
  const rows = rowsOf(kept);
  if (!(rows > 0)) return null;
  const base = kept.reduce((sum, bin) => sum + bin.positives, 0) / rows;
  let reliability = 0;
  let resolution = 0;
  for (const bin of kept) {
    const observed = bin.positives / bin.rows;
    reliability += (bin.rows / rows) * (bin.probability / bin.rows - observed) ** 2;
    resolution += (bin.rows / rows) * (observed - base) ** 2;
  }
  return { reliability, resolution, uncertainty: base * (1 - base) };
}

function shareError(bin: CalibrationBin): number {
  const smoothed = (bin.positives + 0.5) / (bin.rows + 1);
  return Math.sqrt((smoothed * (1 - smoothed)) / bin.rows);
}

function rowsOf(bins: readonly CalibrationBin[]): number {
  return bins.reduce((sum, bin) => sum + bin.rows, 0);
}
