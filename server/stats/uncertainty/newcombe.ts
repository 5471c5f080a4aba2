import { DEFAULT_LEVEL, type Interval } from "../estimate.ts";
import { wilsonInterval } from "./wilson.ts";

/**
 * Interval for the difference of two independent shares, p₁ − p₂ (Newcombe 1998, method 10).
 *
 * Two Wilson intervals combined: the distance from each estimate to the limit that matters, squared and added.
 * Inside [−1, 1]; null when either side has no trials.
 *
 * @example newcombeDifference({ successes: 56, trials: 70 }, { successes: 48, trials: 80 }) // 0.0524 to 0.3339
 */
export function newcombeDifference(
  first: { successes: number; trials: number },
  second: { successes: number; trials: number },
  level = DEFAULT_LEVEL,
): Interval | null {
  const a = wilsonInterval(first.successes, first.trials, level);
  const b = wilsonInterval(second.successes, second.trials, level);
  if (a === null || b === null) return null;
  const p = first.successes / first.trials;
  const q = second.successes / second.trials;
  const down = Math.hypot(p - a.lo, b.hi - q);
  const up = Math.hypot(a.hi - p, q - b.lo);
  return { lo: p - q - down, hi: p - q + up, level, method: "newcombe" };
}
