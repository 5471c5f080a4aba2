import { totalOf } from "../drift/shares.ts";

/** Why an estimate by weights is refused. */
export type WeightingRefusal = "no_rows" | "too_few_effective_rows" | "unseen_region";

/** Fewer independent rows than this do not carry a mean. */
export const EFFECTIVE_ROWS_MIN = 100;
/** More of the current rows than this where the reference has none: there is nothing to weight. */
export const UNSEEN_SHARE_MAX = 0.05;
/** A weight larger than this lets a few rows speak for all. */
export const WEIGHT_MAX = 20;

/**
 * Effective sample size of weighted rows: (Σw)² ÷ Σw² (Kish 1965): so many equally weighted rows are as sure.
 *
 * Between 1 and n for non-negative weights that are not all 0; 0 without rows.
 *
 * @example effectiveRows([0.5, 1, 2, 0.5]) // 2.909090909090909
 */
export function effectiveRows(weights: ArrayLike<number>): number {
  let sum = 0;
  let squares = 0;
  for (let row = 0; row < weights.length; row++) {
    sum += weights[row] ?? 0;
    squares += (weights[row] ?? 0) ** 2;
  }
  return squares > 0 ? (sum * sum) / squares : 0;
}

/**
 * Importance-weighted mean Σwℓ ÷ Σw of reference losses ℓ, w = density now ÷ density then: mean loss now, were the loss at
 * given inputs the same. Self-normalised, so a constant factor in w does not matter. Null without positive weight.
 *
 * @example importanceWeightedMean([0.5, 1, 2, 0.5], [0, 1, 1, 0]) // 0.75
 */
export function importanceWeightedMean(weights: ArrayLike<number>, losses: ArrayLike<number>): number | null {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < weights.length; row++) {
    sum += (weights[row] ?? 0) * (losses[row] ?? 0);
    total += weights[row] ?? 0;
  }
  return total > 0 ? sum / total : null;
}

export interface CellWeights {
  /** By cell: share now ÷ share then, clipped at 20; 0 where the reference has no row. */
  readonly weights: Float64Array;
  readonly effectiveRows: number;
  /** Share of the current rows in cells without a reference row. */
  readonly unseen: number;
  /** Null where the weights may be used. */
  readonly refusal: WeightingRefusal | null;
}

/**
 * Weights that make a reference look like the current rows, cell by cell (score bins, leaves, crossed bins).
 *
 * w = (c/n) ÷ (r/N), clipped at 20. Refused where they cannot be trusted: no rows on a side, an effective sample of
 * fewer than 100 reference rows, or more than 5 % of the current rows in cells that the reference never visited.
 *
 * @example cellWeights([500, 500], [100, 300]).weights // [0.5, 1.5]
 */
export function cellWeights(reference: ArrayLike<number>, current: ArrayLike<number>): CellWeights {
  const nRef = totalOf(reference);
  const nCur = totalOf(current);
  const weights = new Float64Array(reference.length);
  if (!(nRef > 0) || !(nCur > 0)) return { weights, effectiveRows: 0, unseen: 0, refusal: "no_rows" };
  let sum = 0;
  let squares = 0;
  let unseen = 0;
  for (let cell = 0; cell < reference.length; cell++) {
    const rows = reference[cell] ?? 0;
    const share = (current[cell] ?? 0) / nCur;
    if (rows === 0) unseen += share;
    else weights[cell] = Math.min(WEIGHT_MAX, share / (rows / nRef));
    sum += rows * (weights[cell] ?? 0);
    squares += rows * (weights[cell] ?? 0) ** 2;
  }
  const effective = squares > 0 ? (sum * sum) / squares : 0;
  return { weights, effectiveRows: effective, unseen, refusal: refusalOf(effective, unseen) };
}

function refusalOf(effective: number, unseen: number): WeightingRefusal | null {
  if (unseen > UNSEEN_SHARE_MAX) return "unseen_region";
  return effective < EFFECTIVE_ROWS_MIN ? "too_few_effective_rows" : null;
}
