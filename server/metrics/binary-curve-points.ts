import type { BinaryCurves, RatePoint } from "#server/api/contract.ts";
import { equalWidthBins } from "#server/metrics/calibration-bins.ts";
import type { Ratio } from "#server/stats/accuracy/confusion-rates.ts";
import { classTotals } from "#server/stats/accuracy/roc-auc.ts";
import { shareEstimate } from "#server/stats/uncertainty/wilson.ts";
import { CALIBRATION_BINS, SCORE_BINS, scoreBinRange } from "#server/windows/score-grid.ts";
import type { BinaryOutput } from "#server/windows/summary.ts";

const THRESHOLD_STEP = 0.01;

/** At hundredths only, besides the ends of the data: neighbours on the finer grid would lie on one pixel. */
export function thresholdCounts(output: BinaryOutput): BinaryCurves["thresholds"] {
  const { positives, negatives } = classTotals(output);
  if (positives + negatives === 0) return [];
  const counts = { tp: 0, fp: 0 };
  const rows: BinaryCurves["thresholds"] = [];
  for (let bin = SCORE_BINS - 1; bin >= 0; bin--) {
    counts.tp += output.positives[bin] ?? 0;
    counts.fp += output.negatives[bin] ?? 0;
    const { from } = scoreBinRange(bin);
    if (!isKeptThreshold(from)) continue;
    const { tp, fp } = counts;
    rows.push({ threshold: from, tp, fp, tn: negatives - fp, fn: positives - tp });
  }
  return rows;
}

/** Hundredths, and every edge of the logarithmic ends, where scores of rare events crowd. */
function isKeptThreshold(threshold: number): boolean {
  if (threshold < THRESHOLD_STEP || threshold > 1 - THRESHOLD_STEP) return true;
  const steps = threshold / THRESHOLD_STEP;
  return Math.abs(steps - Math.round(steps)) < 1e-9;
}

export function calibrationPoints(output: BinaryOutput): BinaryCurves["calibration"] {
  return equalWidthBins(output, CALIBRATION_BINS).flatMap((bin, index) => {
    const observed = ratePoint({ successes: bin.positives, trials: bin.rows });
    if (observed === null) return [];
    const ends = { from: index / CALIBRATION_BINS, to: (index + 1) / CALIBRATION_BINS };
    return [{ ...ends, meanProbability: clampShare(bin.probability / bin.rows), observed }];
  });
}

function clampShare(share: number): number {
  return Math.min(1, Math.max(0, share));
}

export function ratePoint({ successes, trials }: Ratio): RatePoint | null {
  const { value, interval } = shareEstimate({ successes, trials, rows: trials });
  if (value === null || interval === null) return null;
  return { value, lo: interval.lo, hi: interval.hi, n: trials };
}
