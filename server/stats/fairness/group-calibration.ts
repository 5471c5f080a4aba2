import { type CalibrationBin, debiasedCalibrationError } from "../accuracy/calibration-error.ts";
import { DEFAULT_LEVEL, EMPTY, type Estimate } from "../estimate.ts";
import { wilsonInterval } from "../uncertainty/wilson.ts";
import { groupStanding } from "./group-size.ts";
import { effectiveRatio, type GapOptions } from "./rate-difference.ts";

/**
 * How far a group's probabilities are from what happens to it: ȳ − p̄, observed share − mean probability.
 *
 * In [−1, 1]; above 0 the model promises too little, below 0 too much. The interval is Wilson's for ȳ, moved by p̄:
 * the probabilities are known, only the truth is a sample. No rows: `EMPTY`; below 100 rows: `LOW_N`.
 *
 * @example calibrationGap({ rows: 200, probability: 60, positives: 80 }).value // 0.1
 */
export function calibrationGap(bin: CalibrationBin, options: GapOptions = {}): Estimate {
  const ratio = effectiveRatio({ successes: bin.positives, trials: bin.rows }, options.designEffect ?? 1);
  const made = wilsonInterval(ratio.successes, ratio.trials, options.level ?? DEFAULT_LEVEL);
  if (made === null) return EMPTY;
  const mean = bin.probability / bin.rows;
  const interval = { ...made, lo: made.lo - mean, hi: made.hi - mean, method: "wilson-shifted" };
  const judged = groupStanding({ rows: bin.rows, trials: bin.rows }) === "judged";
  return { value: bin.positives / bin.rows - mean, interval, status: judged ? "OK" : "LOW_N" };
}

/** A group's calibration: as a whole, by bins of probability, and as one error with the noise taken off. */
export interface GroupCalibration {
  readonly overall: Estimate;
  readonly bins: readonly Estimate[];
  readonly debiasedError: number | null;
}

/**
 * Calibration of one group from its bins of probability (five in the reports; any number works). A gap of 0 overall
 * can hide a group that is promised too much at low scores and too little at high ones, which the bins show.
 *
 * @example groupCalibration([{ rows: 100, probability: 10, positives: 20 }, { rows: 100, probability: 90, positives: 80 }]).overall.value // 0
 */
export function groupCalibration(
  bins: readonly CalibrationBin[],
  options: GapOptions = {},
): GroupCalibration {
  const whole = bins.reduce(
    (sum, bin) => ({
      rows: sum.rows + bin.rows,
      probability: sum.probability + bin.probability,
      positives: sum.positives + bin.positives,
    }),
    { rows: 0, probability: 0, positives: 0 },
  );
  return {
    overall: calibrationGap(whole, options),
    bins: bins.map((bin) => calibrationGap(bin, options)),
    debiasedError: debiasedCalibrationError(bins),
  };
}
