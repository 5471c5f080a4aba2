import type { CurveBasis } from "#server/api/contracts/curves.ts";
import { calibrationPoints, thresholdCounts } from "#server/metrics/binary-curve-points.ts";
import { calibrationBins } from "#server/metrics/calibration-bins.ts";
import {
  calibrationErrorEstimate,
  debiasedCalibrationError,
} from "#server/stats/accuracy/calibration-error.ts";
import { CLASS_ROWS_MIN, classTotals } from "#server/stats/accuracy/roc-auc.ts";
import { twoSidedZ } from "#server/stats/distributions/normal.ts";
import { DEFAULT_LEVEL } from "#server/stats/estimate.ts";
import { fitCalibrationLine } from "#server/stats/estimation/calibration-line.ts";
import { cumulativeBand } from "#server/stats/uncertainty/dvoretzky-kiefer-wolfowitz.ts";
import { SCORE_BINS, scoreBinRange } from "#server/windows/score-grid.ts";
import type { BinaryOutput } from "#server/windows/summary.ts";

const MIDDLES = Float64Array.from({ length: SCORE_BINS }, (_, bin) => {
  const { from, to } = scoreBinRange(bin);
  return (from + to) / 2;
});

/** What a range's curves are read against: the reference's own, a band for the ROC, calibration in numbers. */
export function curveBasis(output: BinaryOutput | null, reference: BinaryOutput | null): CurveBasis {
  return {
    reference: reference === null ? null : referenceCurves(reference),
    rocBand: output === null ? null : rocBand(output),
    calibration: output === null ? null : calibrationNumbers(output, reference),
  };
}

function referenceCurves(reference: BinaryOutput): CurveBasis["reference"] {
  const { positives, negatives } = classTotals(reference);
  if (positives + negatives === 0) return null;
  return {
    labelled: positives + negatives,
    positives,
    thresholds: thresholdCounts(reference),
    calibration: calibrationPoints(reference),
  };
}

/** Both classes' scores at once: each gets half of what may go wrong. */
function rocBand(output: BinaryOutput): CurveBasis["rocBand"] {
  const { positives, negatives } = classTotals(output);
  if (Math.min(positives, negatives) < CLASS_ROWS_MIN) return null;
  const alpha = (1 - DEFAULT_LEVEL) / 2;
  return { recall: cumulativeBand(positives, alpha), falsePositiveRate: cumulativeBand(negatives, alpha) };
}

function calibrationNumbers(output: BinaryOutput, reference: BinaryOutput | null): CurveBasis["calibration"] {
  const { bins } = calibrationBins(output, reference?.scores ?? null);
  const { value, interval } = calibrationErrorEstimate(bins);
  if (value === null || interval === null) return null;
  const line = fitCalibrationLine(output, MIDDLES);
  return {
    error: { value, lo: interval.lo, hi: interval.hi },
    debiased: debiasedCalibrationError(bins),
    intercept: line && around(line.intercept, line.errors.intercept),
    slope: line && around(line.slope, line.errors.slope),
  };
}

function around(value: number, error: number): { value: number; lo: number; hi: number } {
  const reach = twoSidedZ(DEFAULT_LEVEL) * error;
  return { value, lo: value - reach, hi: value + reach };
}
