import type { Ratio } from "../accuracy/confusion-rates.ts";
import type { Interval } from "../estimate.ts";
import { GROUP_ROWS_MIN } from "./group-size.ts";
import { katzInterval } from "./rate-ratio.ts";

/** A category smaller than this share of the table may be left out of the ratios; its row stays. */
export const SMALL_CATEGORY_SHARE = 0.02;

export interface ImpactRow {
  /** Null without a row in the category. */
  readonly rate: number | null;
  /** Share of all rows of the table. */
  readonly share: number;
  /** Rate ÷ the highest rate; null where left out, or where the highest rate is 0. */
  readonly impactRatio: number | null;
  /** Katz's interval against the category of the highest rate; null for that one. Not asked for by the law. */
  readonly interval: Interval | null;
  readonly isHighest: boolean;
  /** Left out of the ratios because it holds under 2 % of the rows. */
  readonly excluded: boolean;
  /** Fewer than 100 rows: the ratio is mostly noise. */
  readonly isSmall: boolean;
}

/**
 * The bias-audit table of New York City's Local Law 144 (6 RCNY § 5-301): by category the selection rate, and the
 * impact ratio, which is that rate ÷ the highest rate of any category of the table.
 *
 * Categories with unknown membership are not part of it: give known ones only and print the unknown count beside
 * it. With `excludeSmall`, categories under 2 % of the rows stay in the table but neither get a ratio nor set the
 * highest rate. The first of equal highest rates counts. Ratios in [0, 1]. An interval for a ratio to the *highest*
 * rate leans low: the highest was picked by looking.
 *
 * @example impactRatios([{ successes: 60, trials: 100 }, { successes: 30, trials: 100 }])[1]?.impactRatio // 0.5
 */
export function impactRatios(
  categories: readonly Ratio[],
  options: { readonly excludeSmall?: boolean } = {},
): ImpactRow[] {
  const total = categories.reduce((sum, { trials }) => sum + trials, 0);
  const excluded = categories.map(
    ({ trials }) => options.excludeSmall === true && trials < SMALL_CATEGORY_SHARE * total,
  );
  const highest = highestOf(categories, excluded);
  return categories.map((category, index) => {
    const rate = rateOf(category);
    const top = highest === null ? null : (categories[highest] ?? null);
    const topRate = top === null ? null : rateOf(top);
    const counts = rate !== null && topRate !== null && topRate > 0 && excluded[index] !== true;
    const isHighest = index === highest;
    return {
      rate,
      share: total > 0 ? category.trials / total : 0,
      impactRatio: counts ? rate / topRate : null,
      interval: counts && !isHighest && top !== null ? katzInterval(category, top) : null,
      isHighest,
      excluded: excluded[index] === true,
      isSmall: category.trials < GROUP_ROWS_MIN,
    };
  });
}

function rateOf({ successes, trials }: Ratio): number | null {
  return trials > 0 ? successes / trials : null;
}

function highestOf(categories: readonly Ratio[], excluded: readonly boolean[]): number | null {
  let best: number | null = null;
  let bestRate = -1;
  for (const [index, category] of categories.entries()) {
    const rate = rateOf(category);
    if (rate === null || excluded[index] === true || rate <= bestRate) continue;
    best = index;
    bestRate = rate;
  }
  return best;
}

/**
 * Scoring rates of the same law, for tools that score: by category the rows scoring above the median of the whole
 * sample. Input: by category its counts on one grid of score bins, lowest first; unknown members are in the whole
 * sample only if given.
 *
 * The median lies in the bin that holds the middle row; of a category's rows in that bin the same part counts as
 * above as of all rows in it, which is exact where the bin holds one score a time and fair otherwise. Whole counts
 * or not. No rows: ratios of 0 of 0.
 *
 * @example scoringRatios([[0, 0, 4], [4, 0, 0]]) // [{ successes: 4, trials: 4 }, { successes: 0, trials: 4 }]
 */
export function scoringRatios(scores: readonly ArrayLike<number>[]): Ratio[] {
  const bins = Math.max(0, ...scores.map(({ length }) => length));
  const whole = Float64Array.from({ length: bins }, (_, bin) =>
    scores.reduce((sum, counts) => sum + (counts[bin] ?? 0), 0),
  );
  const total = whole.reduce((sum, count) => sum + count, 0);
  const shares = shareAboveMedian(whole, total);
  return scores.map((counts) => {
    let trials = 0;
    let successes = 0;
    for (let bin = 0; bin < bins; bin++) {
      trials += counts[bin] ?? 0;
      successes += (counts[bin] ?? 0) * (shares[bin] ?? 0);
    }
    return { successes, trials };
  });
}

/** By bin, the part of its rows that lies above the median of all. */
function shareAboveMedian(whole: Float64Array, total: number): Float64Array {
  let below = 0;
  return whole.map((count) => {
    const above = count > 0 ? (below + count - total / 2) / count : 0;
    below += count;
    return Math.min(1, Math.max(0, above));
  });
}
