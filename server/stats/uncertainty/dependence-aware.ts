import { twoSidedZ } from "../distributions/normal.ts";
import { studentTQuantile } from "../distributions/student-t.ts";
import { DEFAULT_LEVEL, type Estimate, type Interval, shownInterval } from "../estimate.ts";
import { blockJackknifeVariance } from "./block-jackknife.ts";
import { logitInterval } from "./logit-interval.ts";

/** What is known of the statistic and its blocks. */
export interface Blocking {
  /** The statistic with one block left out, a number a block. */
  readonly leftOut: readonly number[];
  /** The least and the greatest value that the statistic can have; null where there is no such value. */
  readonly range: readonly [number | null, number | null];
  /** What is written into the interval's method, such as `block-jackknife(31 days)`. */
  readonly method: string;
}

/**
 * An estimate whose interval knows that rows of one block belong together: the wider of its own interval, which
 * takes rows as independent, and the block jackknife's.
 *
 * A day, a storm or an outage moves all of its rows together, so a thousand rows may say no more than a few days do.
 * The jackknife's standard error √v (see blockJackknifeVariance) is reached t_{B−1} times: on the logit scale for a
 * statistic in (0, 1), else on its own, cut to the range. Fewer than ten blocks, a value left out that is not finite,
 * blocks that all say the same, or an estimate without a value: the estimate comes back as it was. So does one
 * whose own interval is wider.
 *
 * @example dependenceAware({ value: 5.5, interval: null, status: "OK" }, { leftOut: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], range: [0, null], method: "block-jackknife(10 days)" }).interval // 0 to 24.9927
 */
export function dependenceAware(estimate: Estimate, blocking: Blocking, level = DEFAULT_LEVEL): Estimate {
  const { value, interval } = estimate;
  const found = value === null ? null : jackknifeInterval(value, blocking, level);
  if (found === null) return estimate;
  if (interval !== null && interval.hi - interval.lo >= found.hi - found.lo) return estimate;
  return { ...estimate, interval: found };
}

function jackknifeInterval(
  value: number,
  { leftOut, range, method }: Blocking,
  level: number,
): Interval | null {
  const variance = blockJackknifeVariance(leftOut);
  if (variance === null || !(variance > 0)) return null;
  const t = studentTQuantile(0.5 + level / 2, leftOut.length - 1);
  const error = Math.sqrt(variance);
  const [min, max] = range;
  if (min === 0 && max === 1 && value > 0 && value < 1) {
    return logitInterval(value, (error * t) / twoSidedZ(level), method, level);
  }
  const bounds = {
    lo: value - t * error,
    hi: value + t * error,
    min: min ?? undefined,
    max: max ?? undefined,
  };
  return shownInterval(value, bounds, { level, method });
}
