import { twoSidedZ } from "../distributions/normal.ts";
import { DEFAULT_LEVEL, EMPTY, type Estimate, shownInterval } from "../estimate.ts";
import { ESTIMATE_ROWS_MIN } from "./confidence-based-estimate.ts";

/** Mean confidence of some rows; m2 is the sum of squared deviations from it. */
export interface ConfidenceMoments {
  readonly n: number;
  readonly mean: number;
  readonly m2: number;
}

/**
 * Difference of confidences (Guillory et al. 2021): accuracy now = reference accuracy − (mean confidence there − now).
 *
 * In [0, 1], cut to it. Interval by the central limit theorem: variances of both means, of the reference accuracy
 * a(1 − a)/N, and of the rows now v(1 − v)/n. No rows on a side: `EMPTY`; fewer than 30: `LOW_N`. Right for small
 * shifts under which confidence falls as much as accuracy does; blind to concept drift.
 *
 * @example differenceOfConfidences(0.9, { n: 100, mean: 0.88, m2: 1 }, { n: 100, mean: 0.82, m2: 1 }).value // 0.84
 */
export function differenceOfConfidences(
  accuracy: number,
  reference: ConfidenceMoments,
  current: ConfidenceMoments,
  level = DEFAULT_LEVEL,
): Estimate {
  if (!(reference.n > 0) || !(current.n > 0)) return EMPTY;
  const value = Math.min(1, Math.max(0, accuracy - (reference.mean - current.mean)));
  const variance =
    varianceOfMean(reference) +
    varianceOfMean(current) +
    (accuracy * (1 - accuracy)) / reference.n +
    (value * (1 - value)) / current.n;
  const reach = twoSidedZ(level) * Math.sqrt(variance);
  return {
    value,
    interval: shownInterval(
      value,
      { lo: value - reach, hi: value + reach, min: 0, max: 1 },
      { level, method: "difference-of-confidences" },
    ),
    status: Math.min(reference.n, current.n) < ESTIMATE_ROWS_MIN ? "LOW_N" : "OK",
  };
}

function varianceOfMean({ n, m2 }: ConfidenceMoments): number {
  return n > 1 ? m2 / (n - 1) / n : 0;
}
