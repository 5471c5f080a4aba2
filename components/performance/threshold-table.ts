import type { BinaryCurves } from "#server/api/contract.ts";
import { type Share, shareOf } from "./share-interval.ts";

export interface Tally {
  readonly tp: number;
  readonly fp: number;
  readonly tn: number;
  readonly fn: number;
}

/** Everything that the decisions at one threshold amount to. */
export interface Decisions {
  readonly tally: Tally;
  readonly positives: number;
  readonly negatives: number;
  readonly total: number;
  readonly recall: Share;
  readonly missed: Share;
  readonly falsePositiveRate: Share;
  readonly specificity: Share;
  readonly precision: Share;
  readonly called: Share;
  readonly wrong: Share;
}

export function decisionsOf(tally: Tally): Decisions {
  const positives = tally.tp + tally.fn;
  const negatives = tally.fp + tally.tn;
  const total = positives + negatives;
  const called = tally.tp + tally.fp;
  return {
    tally,
    positives,
    negatives,
    total,
    recall: shareOf(tally.tp, positives),
    missed: shareOf(tally.fn, positives),
    falsePositiveRate: shareOf(tally.fp, negatives),
    specificity: shareOf(tally.tn, negatives),
    precision: shareOf(tally.tp, called),
    called: shareOf(called, total),
    wrong: shareOf(tally.fp + tally.fn, total),
  };
}

type Row = BinaryCurves["thresholds"][number];

/**
 * The tally of a decision at `threshold`: the lowest kept threshold that is not below it, because a score at a kept
 * threshold counts as positive. Above all of them nothing is called positive.
 */
export function tallyAt(rows: readonly Row[], threshold: number): Tally {
  let best: Row | null = null;
  for (const row of rows) {
    if (row.threshold < threshold - 1e-9) continue;
    if (best === null || row.threshold < best.threshold) best = row;
  }
  if (best !== null) return best;
  const any = rows[0];
  const positives = any ? any.tp + any.fn : 0;
  const negatives = any ? any.fp + any.tn : 0;
  return { tp: 0, fp: 0, tn: negatives, fn: positives };
}

export interface CurvePoint {
  readonly x: number;
  readonly y: number;
  readonly threshold: number;
}

const descending = (rows: readonly Row[]) => [...rows].sort((a, b) => b.threshold - a.threshold);

/** False positive rate against recall, from nobody called to everybody called. Empty with one class only. */
export function rocPoints(rows: readonly Row[]): CurvePoint[] {
  const first = rows[0];
  if (!first || first.tp + first.fn === 0 || first.fp + first.tn === 0) return [];
  const points = descending(rows).map((row) => ({
    x: row.fp / (row.fp + row.tn),
    y: row.tp / (row.tp + row.fn),
    threshold: row.threshold,
  }));
  return [{ x: 0, y: 0, threshold: Number.POSITIVE_INFINITY }, ...points];
}

/** Recall against precision; points with fewer than `minCalled` calls jump about and are left out. */
export function precisionRecallPoints(rows: readonly Row[], minCalled = 20): CurvePoint[] {
  const first = rows[0];
  if (!first || first.tp + first.fn === 0) return [];
  return descending(rows)
    .filter((row) => row.tp + row.fp >= minCalled)
    .map((row) => ({
      x: row.tp / (row.tp + row.fn),
      y: row.tp / (row.tp + row.fp),
      threshold: row.threshold,
    }));
}

/** At most `max` points, the first and the last kept, so that a curve of a thousand thresholds stays light. */
export function thin<T>(points: readonly T[], max: number): T[] {
  if (points.length <= max) return [...points];
  const kept: T[] = [];
  for (let index = 0; index < max; index++) {
    const point = points[Math.round((index * (points.length - 1)) / (max - 1))];
    if (point !== undefined) kept.push(point);
  }
  return kept;
}

/**
 * Where the decisions that were really made would have been made: the model's own threshold when it gives them, else
 * the kept threshold that calls most nearly as many. Services often decide by a threshold of their own.
 */
export function deployedThreshold(
  curves: Pick<BinaryCurves, "thresholds" | "deployed">,
  declared: number,
): { threshold: number; inferred: boolean } {
  const called = curves.deployed.tp + curves.deployed.fp;
  const total = called + curves.deployed.tn + curves.deployed.fn;
  const at = tallyAt(curves.thresholds, declared);
  if (total === 0 || Math.abs(at.tp + at.fp - called) <= SAME_CALLS * total) {
    return { threshold: declared, inferred: false };
  }
  let best: Row | null = null;
  for (const row of curves.thresholds) {
    const miss = Math.abs(row.tp + row.fp - called);
    if (best === null || miss < Math.abs(best.tp + best.fp - called)) best = row;
  }
  if (best === null) return { threshold: declared, inferred: false };
  return { threshold: Math.round(best.threshold * 100) / 100, inferred: true };
}
/** Kept thresholds are as coarse as the score bins. */
const SAME_CALLS = 0.02;

/** The ends and the step of the slider: where scores are, in hundredths, and always the threshold in force. */
export function thresholdRange(rows: readonly Row[], deployed: number): { min: number; max: number } {
  const thresholds = rows.map((row) => row.threshold);
  if (thresholds.length === 0) return { min: 0, max: 1 };
  const min = Math.min(deployed, ...thresholds);
  const max = Math.max(deployed, ...thresholds);
  return { min: Math.max(0, Math.floor(min * 100) / 100), max: Math.min(1, Math.ceil(max * 100) / 100) };
}
