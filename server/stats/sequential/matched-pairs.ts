import type { Counts } from "../drift/shares.ts";
import { totalOf } from "../drift/shares.ts";
import type { Generator } from "../random/seeded-generator.ts";
import type { RateWindow } from "./rate-detector.ts";

/** A window's rows by score bin (ascending), apart by label. */
export interface ScoresByLabel {
  readonly positives: Counts;
  readonly negatives: Counts;
}

/**
 * Turns the ranking quality of a window into a rate: pairs of a positive and a negative, each row in one pair at most, and
 * how many of them the score ranks the wrong way.
 *
 * Rows of the smaller class are matched with distinct rows of the other, drawn without replacement; a pair that shares a bin
 * is split by a coin. successes ÷ trials estimates 1 − AUC from independent pairs, so every rate detector applies: against a
 * limit, or for change. One matching wastes rows: average the evidence of several seeds (a mean of e-values is one). Seed by
 * the window's identity. Counts are rounded to whole rows; a class without rows gives no pairs. O(rows).
 *
 * @example matchedPairs({ positives: [0, 3], negatives: [5, 0] }, () => 0.5) // { successes: 0, trials: 3 }
 */
export function matchedPairs(scores: ScoresByLabel, next: Generator): RateWindow {
  const positives = rowsOf(scores.positives);
  const negatives = rowsOf(scores.negatives);
  const trials = Math.min(positives.length, negatives.length);
  shuffleStart(positives.length > negatives.length ? positives : negatives, trials, next);
  let wrong = 0;
  for (let pair = 0; pair < trials; pair++) {
    const gap = (positives[pair] ?? 0) - (negatives[pair] ?? 0);
    if (gap < 0 || (gap === 0 && next() < 0.5)) wrong++;
  }
  return { successes: wrong, trials };
}

/** One entry a row: its bin. */
function rowsOf(counts: Counts): Uint32Array {
  const whole = Array.from(counts, (count) => Math.max(0, Math.round(count || 0)));
  const rows = new Uint32Array(totalOf(whole));
  let at = 0;
  for (const [bin, count] of whole.entries()) {
    rows.fill(bin, at, at + count);
    at += count;
  }
  return rows;
}

/** Fisher and Yates, only as far as the first `wanted` places. */
function shuffleStart(rows: Uint32Array, wanted: number, next: Generator): void {
  for (let place = 0; place < wanted; place++) {
    const other = place + Math.floor(next() * (rows.length - place));
    const row = rows[place] ?? 0;
    rows[place] = rows[other] ?? 0;
    rows[other] = row;
  }
}
