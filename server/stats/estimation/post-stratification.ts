import { twoSidedZ } from "../distributions/normal.ts";
import { DEFAULT_LEVEL, EMPTY, type Estimate, shownInterval, UNDEFINED } from "../estimate.ts";
import { ESTIMATE_ROWS_MIN } from "./confidence-based-estimate.ts";
import { UNSEEN_SHARE_MAX } from "./importance-weighting.ts";

/** Labelled reference rows of one leaf: how large their loss was. */
export interface LeafLoss {
  readonly n: number;
  readonly mean: number;
  /** Sum of squared deviations from the mean. */
  readonly m2: number;
}

export interface PostStratifiedEstimate extends Estimate {
  /** Standard errors: of the rows' own unknown losses, and of the leaves' means. Null where there is no value. */
  readonly parts: { readonly sampling: number; readonly calibration: number } | null;
  /** Share of the current rows in leaves that the reference never visited. */
  readonly unseen: number;
}

/**
 * Mean loss now, without labels: each leaf's mean loss in the reference, weighted by how many rows fall there now
 * (leaf post-stratification; NannyML's direct loss estimation with a tree in place of its boosted model).
 *
 * Σ (c_l/n) m_l, variance Σ (c_l/n)² s_l²/N_l + Σ (c_l/n) s_l²/n: leaf means are estimated, and the rows' losses are still to be
 * drawn. Loss ≥ 0, any unit. A leaf of one row has the spread of all rows. Rows in leaves without reference are left out;
 * more than 5 % of them: `UNDEFINED`. No rows: `EMPTY`; fewer than 30: `LOW_N`.
 * Right while the loss at given inputs is as it was; blind to concept drift.
 *
 * @example postStratifiedLoss([{ n: 200, mean: 1, m2: 50 }, { n: 200, mean: 3, m2: 50 }], [25, 75]).value // 2.5
 */
export function postStratifiedLoss(
  leaves: readonly LeafLoss[],
  counts: ArrayLike<number>,
  level = DEFAULT_LEVEL,
): PostStratifiedEstimate {
  const all = leaves.reduce((sum, _, leaf) => sum + (counts[leaf] ?? 0), 0);
  if (!(all > 0)) return { ...EMPTY, parts: null, unseen: 0 };
  const known = leaves.flatMap((leaf, index) => (leaf.n > 0 ? [{ ...leaf, rows: counts[index] ?? 0 }] : []));
  const rows = known.reduce((sum, leaf) => sum + leaf.rows, 0);
  const unseen = 1 - rows / all;
  if (unseen > UNSEEN_SHARE_MAX || !(rows > 0)) return { ...UNDEFINED, parts: null, unseen };
  const pooled = known.reduce((sum, leaf) => sum + leaf.m2, 0) / Math.max(1, pooledDegrees(known));
  const sum = { value: 0, sampling: 0, calibration: 0 };
  for (const leaf of known) {
    const share = leaf.rows / rows;
    const variance = leaf.n > 1 ? leaf.m2 / (leaf.n - 1) : pooled;
    sum.value += share * leaf.mean;
    sum.sampling += (share * variance) / rows;
    sum.calibration += (share * share * variance) / leaf.n;
  }
  const reach = twoSidedZ(level) * Math.sqrt(sum.sampling + sum.calibration);
  const bounds = { lo: sum.value - reach, hi: sum.value + reach, min: 0 };
  return {
    value: sum.value,
    interval: shownInterval(sum.value, bounds, { level, method: "post-stratified-leaves" }),
    status: rows < ESTIMATE_ROWS_MIN ? "LOW_N" : "OK",
    parts: { sampling: Math.sqrt(sum.sampling), calibration: Math.sqrt(sum.calibration) },
    unseen,
  };
}

/**
 * Losses by leaf, from rows that were put into leaves.
 *
 * @example leafLosses([0, 0, 1], [1, 3, 5], 2) // [{ n: 2, mean: 2, m2: 2 }, { n: 1, mean: 5, m2: 0 }]
 */
export function leafLosses(leaves: ArrayLike<number>, losses: ArrayLike<number>, count: number): LeafLoss[] {
  const sums = Array.from({ length: count }, () => ({ n: 0, mean: 0, m2: 0 }));
  for (let row = 0; row < leaves.length; row++) {
    const sum = sums[leaves[row] ?? -1];
    if (sum === undefined) continue;
    const loss = losses[row] ?? 0;
    sum.n += 1;
    const off = loss - sum.mean;
    sum.mean += off / sum.n;
    sum.m2 += off * (loss - sum.mean);
  }
  return sums;
}

function pooledDegrees(leaves: readonly LeafLoss[]): number {
  return leaves.reduce((sum, { n }) => sum + Math.max(0, n - 1), 0);
}
