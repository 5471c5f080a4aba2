import { normalQuantile } from "../distributions/normal.ts";
import type { Generator } from "./seeded-generator.ts";

/** From this variance on a binomial draw is a rounded normal: its error is far below the bootstrap's own. */
const NORMAL_FROM_VARIANCE = 25;

/**
 * A binomial draw: successes in n trials of probability p.
 *
 * Inversion by walking up the probabilities while the variance is below 25, else a normal quantile rounded and
 * clamped to [0, n]. One uniform number a draw. p outside [0, 1] is clamped; n ≤ 0 gives 0.
 *
 * @example drawBinomial(seededGenerator("a"), 10, 1) // 10
 */
export function drawBinomial(next: Generator, trials: number, probability: number): number {
  if (!(trials > 0) || !(probability > 0)) return 0;
  if (probability >= 1) return trials;
  if (probability > 0.5) return trials - drawBinomial(next, trials, 1 - probability);
  const variance = trials * probability * (1 - probability);
  if (variance < NORMAL_FROM_VARIANCE) return byInversion(next(), trials, probability);
  const drawn = Math.round(trials * probability + Math.sqrt(variance) * normalQuantile(next()));
  return Math.min(trials, Math.max(0, drawn));
}

function byInversion(uniform: number, trials: number, probability: number): number {
  const odds = probability / (1 - probability);
  let mass = Math.exp(trials * Math.log1p(-probability));
  let left = uniform - mass;
  let successes = 0;
  while (left > 0 && successes < trials) {
    mass *= ((trials - successes) / (successes + 1)) * odds;
    left -= mass;
    successes++;
    if (mass < 1e-18 && successes > trials * probability) break;
  }
  return successes;
}

/**
 * A multinomial draw: n rows thrown into bins in proportion to `counts`, by one binomial a bin.
 *
 * Writes into `out` (same length) and returns it. n is the total of `counts` rounded. All zero: all zero.
 *
 * @example drawMultinomial(() => 0.5, [5, 0, 5], new Float64Array(3)) // [5, 0, 5]
 */
export function drawMultinomial(next: Generator, counts: ArrayLike<number>, out: Float64Array): Float64Array {
  let weight = 0;
  for (let bin = 0; bin < counts.length; bin++) weight += counts[bin] ?? 0;
  let rows = Math.round(weight);
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin] ?? 0;
    const drawn = weight > 0 ? drawBinomial(next, rows, Math.min(1, count / weight)) : 0;
    out[bin] = drawn;
    rows -= drawn;
    weight -= count;
  }
  return out;
}
