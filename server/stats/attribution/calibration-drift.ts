import type { BankState } from "../sequential/component-bank.ts";
import { logSumExp } from "../sequential/log-sum.ts";
import { createRateDetector, type RateDetector, type RateWindow } from "../sequential/rate-detector.ts";
import { clopperPearsonLower, clopperPearsonUpper } from "../uncertainty/clopper-pearson.ts";

/** How far a score bin's rate may lie from its reference before it counts: two points of probability. */
export const CALIBRATION_TOLERANCE = 0.02;
const REFERENCE_MISS = 0.01;

export interface CalibrationDetector {
  /** By score bin; null where the reference leaves nothing to watch. */
  readonly bins: readonly (RateDetector | null)[];
  /** Shares of the reference rows, ln. */
  readonly logWeights: readonly number[];
}

export type CalibrationState = readonly (BankState | null)[];

/**
 * Watches whether a score still means what it meant: per score bin, is the share of positives as in the reference?
 *
 * Null: in every bin the rate lies within the reference's exact limits (Clopper and Pearson, 1 % each side) ± 0.02. A
 * bin has a two-sided rate detector (createRateDetector); M is their mean weighted by reference rows, so itself an
 * e-detector. Takes labelled rows in the order in which labels came. A bin without reference rows watches nothing and
 * keeps its weight, which costs evidence and never adds any.
 *
 * @example createCalibrationDetector([{ successes: 100, trials: 1000 }]).bins.length // 1
 */
export function createCalibrationDetector(
  reference: readonly RateWindow[],
  tolerance = CALIBRATION_TOLERANCE,
): CalibrationDetector {
  const rows = reference.reduce((sum, { trials }) => sum + trials, 0);
  return {
    bins: reference.map(({ successes, trials }) => {
      if (!(trials > 0)) return null;
      const upper = clopperPearsonUpper(successes, trials, REFERENCE_MISS) + tolerance;
      const lower = clopperPearsonLower(successes, trials, REFERENCE_MISS) - tolerance;
      return createRateDetector({ upper: Math.min(1, upper), lower: Math.max(0, lower) });
    }),
    logWeights: reference.map(({ trials }) => Math.log(trials / rows)),
  };
}

/**
 * The state before the first window.
 *
 * @example startCalibration(createCalibrationDetector([{ successes: 1, trials: 0 }])) // [null]
 */
export function startCalibration(detector: CalibrationDetector): CalibrationState {
  return detector.bins.map((bin) => bin?.start() ?? null);
}

/**
 * The state after one more window of labelled rows by score bin; a bin that is left out saw no rows.
 *
 * @example stepCalibration(createCalibrationDetector([{ successes: 1, trials: 0 }]), [null], []) // [null]
 */
export function stepCalibration(
  detector: CalibrationDetector,
  state: CalibrationState,
  window: readonly RateWindow[],
): CalibrationState {
  return detector.bins.map((bin, index) => {
    if (bin === null) return null;
    return bin.step(state[index] ?? bin.start(), window[index] ?? { successes: 0, trials: 0 });
  });
}

/**
 * ln M over all bins: ln Σ w_b M_b. −∞ before the first window.
 *
 * @example calibrationLogEvidence(createCalibrationDetector([{ successes: 1, trials: 0 }]), [null]) === -Infinity // true
 */
export function calibrationLogEvidence(detector: CalibrationDetector, state: CalibrationState): number {
  return logSumExp(
    detector.bins.map((bin, index) => {
      const own = state[index];
      if (bin === null || own === null || own === undefined) return Number.NEGATIVE_INFINITY;
      return bin.logEvidence(own) + (detector.logWeights[index] ?? Number.NEGATIVE_INFINITY);
    }),
  );
}
