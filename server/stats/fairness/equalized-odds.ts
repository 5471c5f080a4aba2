import { type Confusion, recallRatio } from "../accuracy/confusion-rates.ts";
import { DEFAULT_LEVEL, type Estimate, type Interval, UNDEFINED } from "../estimate.ts";
import { falsePositiveRatio, type GapOptions, labelledRows, rateDifference } from "./rate-difference.ts";

/** Equalized odds with its parts, and what noise alone would make of it. */
export interface EqualizedOdds {
  readonly estimate: Estimate;
  readonly truePositiveGap: Estimate;
  readonly falsePositiveGap: Estimate;
  /** The value to expect from groups that are treated alike, at these sizes; null where it cannot be told. */
  readonly nullExpectation: number | null;
}

/**
 * Equalized odds: max(|TPR_g − TPR_ref|, |FPR_g − FPR_ref|) (Hardt, Price and Srebro 2016).
 *
 * In [0, 1], the same both ways round. Two Newcombe intervals of level 1 − α/2 hold both gaps at once (Bonferroni);
 * the limits of the maximum are the largest of their smallest and of their largest absolute values. A maximum of
 * absolute values is never 0 by chance and biased upwards for small groups: `nullExpectation` says by how much.
 * Either gap undefined: `UNDEFINED`; either `LOW_N`: `LOW_N`.
 *
 * @example equalizedOdds({ tp: 24, fp: 11, tn: 49, fn: 16 }, { tp: 60, fp: 40, tn: 80, fn: 20 }).estimate.value // 0.15
 */
export function equalizedOdds(
  group: Confusion,
  reference: Confusion,
  options: GapOptions = {},
): EqualizedOdds {
  const level = options.level ?? DEFAULT_LEVEL;
  const rows = { group: labelledRows(group), reference: labelledRows(reference) };
  const each = { ...options, level: 1 - (1 - level) / 2, rows };
  const truePositiveGap = rateDifference(recallRatio(group), recallRatio(reference), each);
  const falsePositiveGap = rateDifference(falsePositiveRatio(group), falsePositiveRatio(reference), each);
  const nullExpectation = equalizedOddsNullExpectation(group, reference, options.designEffect);
  const parts = { truePositiveGap, falsePositiveGap, nullExpectation };
  const [a, b] = [truePositiveGap, falsePositiveGap];
  if (a.value === null || b.value === null || a.interval === null || b.interval === null)
    return { ...parts, estimate: a.value === null ? { ...a, interval: null } : UNDEFINED };
  const value = Math.max(Math.abs(a.value), Math.abs(b.value));
  const lo = Math.max(nearest(a.interval), nearest(b.interval));
  const hi = Math.max(farthest(a.interval), farthest(b.interval));
  const interval = { lo: Math.min(value, lo), hi, level, method: "newcombe-bonferroni" };
  const status = a.status === "OK" && b.status === "OK" ? "OK" : "LOW_N";
  return { ...parts, estimate: { value, interval, status } };
}

/**
 * What equalized odds is on average when both groups have the same rates: E max(|X|, |Y|) of two independent normal
 * variables, √(2/π) · √(s² + t²), because max(|x|, |y|) = (|x + y| + |x − y|) ÷ 2.
 *
 * s², t²: variances of the two gaps at the pooled rates, times the design effect. Null where a rate has no trials.
 *
 * @example equalizedOddsNullExpectation({ tp: 24, fp: 11, tn: 49, fn: 16 }, { tp: 60, fp: 40, tn: 80, fn: 20 }) // 0.0908
 */
export function equalizedOddsNullExpectation(
  group: Confusion,
  reference: Confusion,
  designEffect = 1,
): number | null {
  const variance =
    pooledVariance(recallRatio(group), recallRatio(reference)) +
    pooledVariance(falsePositiveRatio(group), falsePositiveRatio(reference));
  if (!Number.isFinite(variance)) return null;
  return Math.sqrt((2 / Math.PI) * variance * Math.max(1, designEffect));
}

function pooledVariance(
  a: { successes: number; trials: number },
  b: { successes: number; trials: number },
): number {
  const share = (a.successes + b.successes) / (a.trials + b.trials);
  return share * (1 - share) * (1 / a.trials + 1 / b.trials);
}

function nearest({ lo, hi }: Interval): number {
  return lo > 0 ? lo : hi < 0 ? -hi : 0;
}

function farthest({ lo, hi }: Interval): number {
  return Math.max(Math.abs(lo), Math.abs(hi));
}
