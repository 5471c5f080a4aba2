import { BLOCKS_MIN } from "./block-jackknife.ts";

/**
 * Design effect of binned counts: how many rows say as much as one independent row would, told from blocks of time.
 *
 * Σ_b Σ_j (c_bj − n_b q_j)² ÷ (n_b q_j) ÷ ((B − 1)(K − 1)), q_j = the shares of all blocks together and K = bins
 * that hold a row: Pearson's dispersion, whose mean is 1 when rows are independent, and the first-order correction
 * of Rao and Scott (1981) for squared distances such as PSI and chi-squared. A distance that noise makes as large as
 * n rows would is then read with n ÷ η rows. At least 1: luck does not make rows worth more than themselves. Trends
 * inside the range count as dependence, too. Null below ten blocks with rows, and for fewer than two bins.
 *
 * `blocks`: counts by bin, one array a block, all of the same bins; blocks without rows are left out.
 *
 * @example designEffect(Array.from({ length: 10 }, (_, b) => (b % 2 === 0 ? [60, 40] : [40, 60]))) // 10 · 4 ÷ 9 = 4.444444444444445
 */
export function designEffect(blocks: readonly ArrayLike<number>[]): number | null {
  const filled = blocks.map(rowsOf).filter(({ rows }) => rows > 0);
  if (filled.length < BLOCKS_MIN) return null;
  const shares = pooledShares(filled);
  const occupied = shares.filter((share) => share > 0).length;
  if (occupied < 2) return null;
  let sum = 0;
  for (const { counts, rows } of filled) {
    for (let bin = 0; bin < shares.length; bin++) {
      const expected = rows * (shares[bin] ?? 0);
      if (expected > 0) sum += ((counts[bin] ?? 0) - expected) ** 2 / expected;
    }
  }
  return Math.max(1, sum / ((filled.length - 1) * (occupied - 1)));
}

interface Block {
  readonly counts: ArrayLike<number>;
  readonly rows: number;
}

function rowsOf(counts: ArrayLike<number>): Block {
  let rows = 0;
  for (let bin = 0; bin < counts.length; bin++) rows += counts[bin] ?? 0;
  return { counts, rows };
}

function pooledShares(blocks: readonly Block[]): Float64Array {
  const sums = new Float64Array(blocks[0]?.counts.length ?? 0);
  let total = 0;
  for (const { counts, rows } of blocks) {
    total += rows;
    for (let bin = 0; bin < sums.length; bin++) sums[bin] = (sums[bin] ?? 0) + (counts[bin] ?? 0);
  }
  return sums.map((sum) => sum / total);
}
