import { twoSidedZ } from "../distributions/normal.ts";
import { DEFAULT_LEVEL, EMPTY, type Estimate, shownInterval } from "../estimate.ts";

/** Counts between ascending inner edges; `min` and `max` close the ends and cut the answer, where they are known. */
export interface BinnedCounts {
  readonly edges: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
  readonly min: number | null;
  readonly max: number | null;
}

/**
 * Quantile from binned counts: the x below which a share p of the rows lies.
 *
 * Straight within a bin, so the error is at most the width of the bin that holds it (2 % of the value on a grid
 * that grows by 2 %). An end without a known minimum or maximum answers with its edge. p is cut to [0, 1].
 * Null without rows.
 *
 * @example binnedQuantile({ edges: [10, 20], counts: [0, 4, 0], min: 10, max: 20 }, 0.5) // 15
 */
export function binnedQuantile(data: BinnedCounts, p: number): number | null {
  const rows = sum(data.counts);
  return rows > 0 ? valueAtRank(data, Math.min(1, Math.max(0, p)) * rows) : null;
}

/** The x with `rank` rows below it, fractions by straight line. */
function valueAtRank(data: BinnedCounts, rank: number): number {
  let below = 0;
  let last = 0;
  for (let bin = 0; bin < data.counts.length; bin++) {
    const count = data.counts[bin] ?? 0;
    if (count <= 0) continue;
    last = bin;
    if (below + count >= rank) return cut(data, between(data, bin, (rank - below) / count));
    below += count;
  }
  return cut(data, between(data, last, 1));
}

function between(data: BinnedCounts, bin: number, part: number): number {
  const lower = data.edges[bin - 1] ?? data.min ?? data.edges[bin] ?? 0;
  const upper = data.edges[bin] ?? data.max ?? data.edges[bin - 1] ?? lower;
  return lower + Math.min(1, Math.max(0, part)) * (upper - lower);
}

function cut(data: BinnedCounts, x: number): number {
  return Math.max(data.min ?? Number.NEGATIVE_INFINITY, Math.min(data.max ?? Number.POSITIVE_INFINITY, x));
}

/**
 * A quantile with its interval from order statistics: the ranks n·p ± z √(n p (1 − p)) hold the true quantile
 * whatever the distribution (binomial law of the rows below it, normal approximation).
 *
 * No rows: `EMPTY`. So few that a rank falls outside the rows: no interval and `LOW_N`; for the 95th percentile that
 * is below about 100 rows.
 *
 * @example binnedQuantileEstimate({ edges: [], counts: [0], min: null, max: null }, 0.5).status // "EMPTY"
 */
export function binnedQuantileEstimate(data: BinnedCounts, p: number, level = DEFAULT_LEVEL): Estimate {
  const rows = sum(data.counts);
  const value = binnedQuantile(data, p);
  if (value === null) return EMPTY;
  const reach = twoSidedZ(level) * Math.sqrt(rows * p * (1 - p));
  const low = rows * p - reach;
  const high = rows * p + reach + 1;
  if (low < 1 || high > rows) return { value, interval: null, status: "LOW_N" };
  const bounds = { lo: valueAtRank(data, low), hi: valueAtRank(data, high) };
  return {
    value,
    interval: shownInterval(value, bounds, { level, method: "order-statistics" }),
    status: "OK",
  };
}

function sum(counts: ArrayLike<number>): number {
  let total = 0;
  for (let bin = 0; bin < counts.length; bin++) total += counts[bin] ?? 0;
  return total;
}
