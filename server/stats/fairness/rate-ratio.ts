import type { Ratio } from "../accuracy/confusion-rates.ts";
import { twoSidedZ } from "../distributions/normal.ts";
import { DEFAULT_LEVEL, EMPTY, type Estimate, type Interval, UNDEFINED } from "../estimate.ts";
import { groupStanding } from "./group-size.ts";
import { effectiveRatio, type GapOptions } from "./rate-difference.ts";

/**
 * Interval of a ratio of two shares on the log scale (Katz, Baptista, Azen and Pike 1978):
 * exp(ln R ± z √(1/k₁ − 1/n₁ + 1/k₀ − 1/n₀)).
 *
 * Where a count is 0, or both shares are 1, the logarithm or the variance would be nothing; there half a success and
 * half a failure are added to both sides (k + ½, n + 1). Limits in (0, ∞); null without trials on a side. Assumes
 * independent rows.
 *
 * @example katzInterval({ successes: 35, trials: 100 }, { successes: 100, trials: 200 }) // 0.5181 to 0.9458
 */
export function katzInterval(group: Ratio, reference: Ratio, level = DEFAULT_LEVEL): Interval | null {
  if (!(group.trials > 0) || !(reference.trials > 0)) return null;
  const bare = group.successes <= 0 || reference.successes <= 0;
  const full = group.successes >= group.trials && reference.successes >= reference.trials;
  const [a, b] = bare || full ? [halved(group), halved(reference)] : [group, reference];
  const centre = Math.log(a.successes / a.trials / (b.successes / b.trials));
  const variance = 1 / a.successes - 1 / a.trials + 1 / b.successes - 1 / b.trials;
  const reach = twoSidedZ(level) * Math.sqrt(Math.max(0, variance));
  return { lo: Math.exp(centre - reach), hi: Math.exp(centre + reach), level, method: "katz" };
}

function halved({ successes, trials }: Ratio): Ratio {
  return { successes: successes + 0.5, trials: trials + 1 };
}

/**
 * Ratio of a group's rate to the reference group's, P_g ÷ P_ref, with Katz's interval: for selection rates the
 * number that the four-fifths rule is about (see fourFifthsVerdict).
 *
 * In [0, ∞). The reference group without a success: `UNDEFINED`; no trials on a side: `EMPTY`; too few (see
 * groupStanding): `LOW_N`. The interval is widened where needed to hold the ratio, which the ½ of katzInterval moves.
 *
 * @example rateRatio({ successes: 35, trials: 100 }, { successes: 100, trials: 200 }).value // 0.7
 */
export function rateRatio(group: Ratio, reference: Ratio, options: GapOptions = {}): Estimate {
  const effect = options.designEffect ?? 1;
  const made = katzInterval(
    effectiveRatio(group, effect),
    effectiveRatio(reference, effect),
    options.level ?? DEFAULT_LEVEL,
  );
  if (made === null) return EMPTY;
  if (!(reference.successes > 0)) return UNDEFINED;
  const value = group.successes / group.trials / (reference.successes / reference.trials);
  const interval = { ...made, lo: Math.min(value, made.lo), hi: Math.max(value, made.hi) };
  const judged = [group, reference].every(
    ({ trials }) => groupStanding({ rows: trials, trials }) === "judged",
  );
  return { value, interval, status: judged ? "OK" : "LOW_N" };
}

/** The lowest and highest rate among groups, by their places in the list, with the gap between them. */
export interface RateExtremes {
  readonly lowest: number;
  readonly highest: number;
  readonly difference: number;
  /** Null where the highest rate is 0. */
  readonly ratio: number | null;
}

/**
 * The min/max form of parity: highest rate − lowest rate, and lowest ÷ highest, over all groups (fairlearn's
 * demographic_parity_difference and _ratio when the rates are selection rates).
 *
 * Needs no reference group, but the two groups are picked after looking, so the gap is larger than the truth even
 * where all groups are alike: read it beside the gaps to the reference group. Groups without trials are passed over;
 * fewer than two left: null. Difference in [0, 1], ratio in [0, 1].
 *
 * @example rateExtremes([{ successes: 50, trials: 100 }, { successes: 40, trials: 100 }])?.ratio // 0.8
 */
export function rateExtremes(groups: readonly Ratio[]): RateExtremes | null {
  const rates = groups.flatMap(({ successes, trials }, index) =>
    trials > 0 ? [{ index, rate: successes / trials }] : [],
  );
  const [first] = rates;
  if (first === undefined || rates.length < 2) return null;
  const lowest = rates.reduce((best, one) => (one.rate < best.rate ? one : best), first);
  const highest = rates.reduce((best, one) => (one.rate > best.rate ? one : best), first);
  return {
    lowest: lowest.index,
    highest: highest.index,
    difference: highest.rate - lowest.rate,
    ratio: highest.rate > 0 ? lowest.rate / highest.rate : null,
  };
}
