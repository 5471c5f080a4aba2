import { twoSidedZ } from "../distributions/normal.ts";
import { DEFAULT_LEVEL, type Interval } from "../estimate.ts";

/** Scores of two models for the same rows. */
export interface PairedScores {
  readonly first: readonly number[];
  readonly second: readonly number[];
  /** 1 for a positive, else 0. */
  readonly labels: readonly number[];
}

/**
 * Difference of the ROC AUCs of two models scored on the same rows, AUC₁ − AUC₂, with its interval (DeLong, DeLong
 * and Clarke-Pearson 1988): the models' placements are paired, so what is hard for both does not count as noise.
 *
 * var = S²(V10₁ − V10₂)/P + S²(V01₁ − V01₂)/N, ddof 1. In [−1, 1]. Cost P·N comparisons a model. Null below two rows
 * of a class; an interval of no width (both rank alike) is none.
 *
 * @example pairedAucDifference({ first: [1, 2, 3, 4], second: [2, 1, 4, 3], labels: [0, 0, 1, 1] })?.difference // 0
 */
export function pairedAucDifference(
  { first, second, labels }: PairedScores,
  level = DEFAULT_LEVEL,
): { difference: number; variance: number; interval: Interval | null } | null {
  const positives = labels.flatMap((label, row) => (label === 1 ? [row] : []));
  const negatives = labels.flatMap((label, row) => (label === 1 ? [] : [row]));
  if (positives.length < 2 || negatives.length < 2) return null;
  const above = (p: number, n: number): number => won(first, p, n) - won(second, p, n);
  const ofPositives = positives.map((p) => averageOf(negatives.map((n) => above(p, n))));
  const ofNegatives = negatives.map((n) => averageOf(positives.map((p) => above(p, n))));
  const difference = averageOf(ofPositives);
  const variance = varianceOf(ofPositives) / positives.length + varianceOf(ofNegatives) / negatives.length;
  const reach = twoSidedZ(level) * Math.sqrt(variance);
  const ends = { lo: Math.max(-1, difference - reach), hi: Math.min(1, difference + reach) };
  return {
    difference,
    variance,
    interval: variance > 0 ? { ...ends, level, method: "delong-paired" } : null,
  };
}

function won(scores: readonly number[], positive: number, negative: number): number {
  const gap = (scores[positive] ?? 0) - (scores[negative] ?? 0);
  return gap > 0 ? 1 : gap === 0 ? 0.5 : 0;
}

function averageOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function varianceOf(values: readonly number[]): number {
  const mean = averageOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
