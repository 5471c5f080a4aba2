import type { Ratio } from "../accuracy/confusion-rates.ts";
import { twoSidedZ } from "../distributions/normal.ts";
import { DEFAULT_LEVEL } from "../estimate.ts";
import { FOUR_FIFTHS } from "./gap-verdict.ts";
import { effectiveRatio, type GapOptions } from "./rate-difference.ts";

/** More than so many times the rows that there are is no plan, and the gap lies on the line for all that is known. */
const TIMES_MAX = 1000;

/**
 * How large the denominator of the group's rate must be, about, before the difference is settled one way or the
 * other, if both rates stay what they are: the n at which z √(v_g/n + v_ref/n_ref) is the distance from the gap to
 * the nearer end of the tolerance.
 *
 * v = p(1 − p) with half a success and half a failure added, so that 0 of n is not certain; times the design effect.
 * Null where no number of rows of this group would do: the gap lies on the line, or the reference group itself is
 * too uncertain. Never below what is there already. A plan, not a promise: the rates will move.
 *
 * @example trialsToSettleDifference({ successes: 35, trials: 100 }, { successes: 5000, trials: 10000 }, 0.05) // 100
 */
export function trialsToSettleDifference(
  group: Ratio,
  reference: Ratio,
  tolerance: number,
  options: GapOptions = {},
): number | null {
  if (!(group.trials > 0) || !(reference.trials > 0)) return null;
  const gap = group.successes / group.trials - reference.successes / reference.trials;
  const distance = Math.abs(Math.abs(gap) - tolerance);
  return trialsAt(distance, bernoulli(group), bernoulli(reference) / reference.trials, group.trials, options);
}

/**
 * As trialsToSettleDifference for the four-fifths rule, on the log scale: a ratio under 0.8 needs its upper limit
 * under 1, one over 0.8 its lower limit over 0.8 (and mirrored above 1). Variance of ln p: (1 − p) ÷ p a row.
 *
 * @example trialsToSettleRatio({ successes: 7, trials: 20 }, { successes: 5000, trials: 10000 }) // 62
 */
export function trialsToSettleRatio(group: Ratio, reference: Ratio, options: GapOptions = {}): number | null {
  if (!(group.trials > 0) || !(reference.trials > 0)) return null;
  const [a, b] = [smoothed(group), smoothed(reference)];
  const size = Math.abs(Math.log(a / b));
  const line = -Math.log(FOUR_FIFTHS);
  const distance = size > line ? size : line - size;
  return trialsAt(distance, (1 - a) / a, (1 - b) / b / reference.trials, group.trials, options);
}

function trialsAt(
  distance: number,
  perRow: number,
  ofReference: number,
  trials: number,
  { level = DEFAULT_LEVEL, designEffect = 1 }: GapOptions,
): number | null {
  const effect = 1 / effectiveRatio({ successes: 0, trials: 1 }, designEffect).trials;
  const room = (distance / twoSidedZ(level)) ** 2 / effect - ofReference;
  if (!(room > 0)) return null;
  const needed = perRow / room;
  return needed > TIMES_MAX * trials ? null : Math.ceil(Math.max(trials, needed));
}

function smoothed({ successes, trials }: Ratio): number {
  return (successes + 0.5) / (trials + 1);
}

function bernoulli(ratio: Ratio): number {
  const share = smoothed(ratio);
  return share * (1 - share);
}
