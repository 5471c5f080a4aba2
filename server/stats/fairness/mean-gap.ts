import { studentTQuantile } from "../distributions/student-t.ts";
import { DEFAULT_LEVEL, EMPTY, type Estimate } from "../estimate.ts";
import type { MeanMoments } from "../uncertainty/mean-interval.ts";
import { groupStanding } from "./group-size.ts";
import type { GapOptions } from "./rate-difference.ts";

/**
 * Difference of two groups' means, m_g − m_ref, with Welch's interval: unequal variances, degrees of freedom by
 * Satterthwaite. For regression: the mean error (is one group's number promised too high?) and the mean absolute
 * error (is one group served worse?).
 *
 * In the unit of the values; swapping the groups changes the sign. A design effect multiplies the variance. No rows
 * on a side: `EMPTY`; fewer than two: no interval; below 100 on either side: `LOW_N`.
 *
 * @example meanGap({ n: 4, mean: 2.5, m2: 5 }, { n: 4, mean: 1.5, m2: 5 }).value // 1
 */
export function meanGap(group: MeanMoments, reference: MeanMoments, options: GapOptions = {}): Estimate {
  if (!(group.n > 0) || !(reference.n > 0)) return EMPTY;
  const value = group.mean - reference.mean;
  if (!Number.isFinite(value)) return { value: null, interval: null, status: "UNDEFINED" };
  const level = options.level ?? DEFAULT_LEVEL;
  const judged = [group, reference].every(({ n }) => groupStanding({ rows: n, trials: n }) === "judged");
  const status = judged ? "OK" : "LOW_N";
  if (group.n < 2 || reference.n < 2) return { value, interval: null, status };
  const [v, w] = [meanVariance(group), meanVariance(reference)];
  const part = v + w > 0 ? v / (v + w) : 0;
  const degrees = 1 / (part ** 2 / (group.n - 1) + (1 - part) ** 2 / (reference.n - 1));
  const effect = Math.max(1, options.designEffect ?? 1);
  const reach = studentTQuantile(0.5 + level / 2, degrees) * Math.sqrt((v + w) * effect);
  return { value, interval: { lo: value - reach, hi: value + reach, level, method: "welch" }, status };
}

function meanVariance({ n, m2 }: MeanMoments): number {
  return Math.max(0, m2) / (n - 1) / n;
}
