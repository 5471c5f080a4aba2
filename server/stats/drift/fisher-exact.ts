import { logGamma } from "../distributions/log-gamma.ts";
import type { Ratio } from "./two-proportions.ts";

/** Above this many rows the large-sample test says the same, and this one would take long. */
const ROWS_MAX = 100_000;
/** Tables as probable as the one seen count as no more probable, rounding or not. */
const ALIKE = 1 + 1e-12;

/**
 * Fisher's exact test of two shares, two-sided: the probability, all margins fixed, of a table no more probable than
 * the one seen. For expected counts below five, where the z-test is not to be trusted.
 *
 * In [0, 1]. Both sides may be of any size. Null without trials on a side or above 100,000 rows; margins of 0 give 1.
 *
 * @example fisherExact({ successes: 1, trials: 10 }, { successes: 9, trials: 10 }) // 0.0010933339
 */
export function fisherExact(first: Ratio, second: Ratio): number | null {
  const rows = first.trials + second.trials;
  if (!(first.trials > 0) || !(second.trials > 0) || rows > ROWS_MAX) return null;
  const successes = first.successes + second.successes;
  const from = Math.max(0, successes - second.trials);
  const to = Math.min(successes, first.trials);
  const logTotal = logChoose(rows, successes);
  const massAt = (k: number): number =>
    Math.exp(logChoose(first.trials, k) + logChoose(second.trials, successes - k) - logTotal);
  const seen = massAt(first.successes) * ALIKE;
  let sum = 0;
  for (let k = from; k <= to; k++) {
    const mass = massAt(k);
    if (mass <= seen) sum += mass;
  }
  return Math.min(1, sum);
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
