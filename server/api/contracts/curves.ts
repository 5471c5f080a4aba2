import type { RatePoint } from "#server/api/contract.ts";

type ThresholdCounts = { threshold: number; tp: number; fp: number; tn: number; fn: number }[];
type CalibrationPoints = { from: number; to: number; meanProbability: number; observed: RatePoint }[];
interface WithInterval {
  value: number;
  lo: number;
  hi: number;
}

/** What a binary model's curves are read against. */
export interface CurveBasis {
  /** The labelled rows of the version's reference; null without, and where a range has several versions. */
  reference: {
    labelled: number;
    positives: number;
    thresholds: ThresholdCounts;
    calibration: CalibrationPoints;
  } | null;
  /** Half widths of a 95 % band that holds the whole ROC curve at once; null where a class is absent. */
  rocBand: { recall: number; falsePositiveRate: number } | null;
  /** Calibration in numbers: error over ten bins, with the noise taken off, and the line of labels on scores. */
  calibration: {
    error: WithInterval;
    debiased: number | null;
    intercept: WithInterval | null;
    slope: WithInterval | null;
  } | null;
}
