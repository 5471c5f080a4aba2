import { twoSidedZ } from "../distributions/normal.ts";
import { DEFAULT_LEVEL, EMPTY, type Estimate, type Interval, UNDEFINED } from "../estimate.ts";

/** Below this many trials a share is shown, but not acted on. */
export const SHARE_TRIALS_MIN = 30;

/**
 * Wilson's score interval for a share: which true shares would not be surprised by k successes in n trials.
 *
 * (p̂ + z²/2n ± z √(p̂(1 − p̂)/n + z²/4n²)) ÷ (1 + z²/n), p̂ = k ÷ n (Wilson 1927). Always inside [0, 1] and
 * never of zero width, so it is right where the textbook p̂ ± z·se is worst: near 0, near 1 and for few rows.
 * k and n may be fractions (weighted counts). n ≤ 0 has no interval: null. Assumes independent rows.
 *
 * @example wilsonInterval(8, 10) // 0.4902 to 0.9433
 */
export function wilsonInterval(successes: number, trials: number, level = DEFAULT_LEVEL): Interval | null {
  if (!(trials > 0) || !(successes >= 0) || successes > trials) return null;
  const z2 = twoSidedZ(level) ** 2;
  const share = successes / trials;
  const centre = share + z2 / (2 * trials);
  const reach = Math.sqrt((z2 * share * (1 - share)) / trials + (z2 / (2 * trials)) ** 2);
  const scale = 1 + z2 / trials;
  const lo = successes === 0 ? 0 : Math.max(0, (centre - reach) / scale);
  const hi = successes === trials ? 1 : Math.min(1, (centre + reach) / scale);
  return { lo, hi, level, method: "wilson" };
}

/**
 * A share with its Wilson interval. 0 trials: `UNDEFINED` (0 ÷ 0, never 0), or `EMPTY` when there were no rows
 * at all. Fewer than 30 trials: `LOW_N`.
 *
 * @example shareEstimate({ successes: 8, trials: 10, rows: 10 }).value // 0.8
 */
export function shareEstimate(
  counts: { successes: number; trials: number; rows: number },
  level = DEFAULT_LEVEL,
): Estimate {
  if (!(counts.rows > 0)) return EMPTY;
  const interval = wilsonInterval(counts.successes, counts.trials, level);
  if (interval === null) return UNDEFINED;
  const status = counts.trials < SHARE_TRIALS_MIN ? "LOW_N" : "OK";
  return { value: counts.successes / counts.trials, interval, status };
}
