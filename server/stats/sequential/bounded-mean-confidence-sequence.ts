import type { Interval } from "../estimate.ts";

/** Rows by bucket: `counts[b]` rows between `lower[b]` and `upper[b]`, all within [0, 1]. Exact values: both the same. */
export interface BoundedRows {
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
}

const DEFAULT_ALPHA = 0.05;
const BISECTIONS = 50;
/** Bets as shares of the largest that cannot lose everything, from bold (few rows) to timid (millions). */
const BETS = Array.from({ length: 14 }, (_, i) => 2 ** -(i / 2 + 1));

/**
 * Limits for the mean of rows in [0, 1] that hold at every look and for every distribution: a hedged betting sequence.
 *
 * For each candidate mean m one gambler bets that rows lie above it, Π (1 + λ (x − m)/m), and one below, each averaged over
 * fourteen λ from 1/2 to 1/181; m is kept while neither has turned ½ into 1/α (Waudby-Smith and Ramdas 2024, fixed
 * bets so that windows merge in any order). Wealth is monotone in m, so two bisections find the ends. Buckets bet with
 * their lower (upper) edges, which keeps validity. Scale other bounded variables to [0, 1] first. No rows: null.
 *
 * @example boundedMeanConfidenceSequence({ lower: [0, 1], upper: [0, 1], counts: [40, 60] }) // 0.43593 to 0.74903
 */
export function boundedMeanConfidenceSequence(rows: BoundedRows, alpha = DEFAULT_ALPHA): Interval | null {
  let total = 0;
  let low = 0;
  let high = 0;
  for (let bucket = 0; bucket < rows.counts.length; bucket++) {
    const count = rows.counts[bucket] || 0;
    total += count;
    low += count * (rows.lower[bucket] ?? 0);
    high += count * (rows.upper[bucket] ?? 0);
  }
  if (!(total > 0)) return null;
  const line = Math.log(2 / alpha);
  const mirrored = { lower: flipped(rows.upper), upper: flipped(rows.lower), counts: rows.counts };
  return {
    lo: lowestMean(rows, low / total, line),
    hi: 1 - lowestMean(mirrored, 1 - high / total, line),
    level: 1 - alpha,
    method: "betting-sequence",
  };
}

function flipped(values: ArrayLike<number>): number[] {
  return Array.from(values, (value) => 1 - value);
}

/** The smallest mean against which betting on "larger" has not won. */
function lowestMean(rows: BoundedRows, average: number, line: number): number {
  let out = 0;
  let inside = average;
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (out + inside) / 2;
    if (middle > 0 && logWealth(rows, middle) >= line) out = middle;
    else if (middle > 0) inside = middle;
  }
  return out;
}

function logWealth(rows: BoundedRows, mean: number): number {
  const logs = BETS.map((bet) => {
    let sum = 0;
    for (let bucket = 0; bucket < rows.counts.length; bucket++) {
      const count = rows.counts[bucket] || 0;
      if (count > 0) sum += count * Math.log1p(bet * ((rows.lower[bucket] ?? 0) / mean - 1));
    }
    return sum;
  });
  const high = Math.max(...logs);
  return high + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - high), 0) / BETS.length);
}
