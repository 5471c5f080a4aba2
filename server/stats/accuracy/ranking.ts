/** How a relevance counts: as it is, or 2^relevance − 1, which makes the best items weigh far more. */
export type Gain = "linear" | "exponential";

function gainOf(relevance: number, gain: Gain): number {
  return gain === "linear" ? relevance : 2 ** relevance - 1;
}

function discounted(relevances: ArrayLike<number>, k: number, gain: Gain): number {
  let sum = 0;
  const end = Math.min(k, relevances.length);
  for (let rank = 0; rank < end; rank++) sum += gainOf(relevances[rank] ?? 0, gain) / Math.log2(rank + 2);
  return sum;
}

/**
 * Normalised discounted cumulative gain of one query's first k items: Σ gain ÷ log₂(rank + 1), divided by what the
 * best order of the same items would give.
 *
 * `relevances`: of the items in the order shown (equal scores keep the order they came in), ≥ 0. In [0, 1]. Null
 * when no item is relevant: such queries are left out of the mean and counted. Järvelin and Kekäläinen 2002.
 *
 * @example normalisedGainAt([3, 2, 0, 1], 3) // 0.894999002123018
 */
export function normalisedGainAt(
  relevances: readonly number[],
  k: number,
  gain: Gain = "linear",
): number | null {
  const best = discounted(
    [...relevances].sort((a, b) => b - a),
    k,
    gain,
  );
  return best > 0 ? discounted(relevances, k, gain) / best : null;
}

/**
 * Average precision of one query's first k items: Σ over relevant ones of the precision at their rank ÷ min(R, k),
 * R relevant items in all (those not shown, too).
 *
 * In [0, 1]; its mean over queries is MAP@k. Null when R is 0: left out of the mean and counted.
 *
 * @example averagePrecisionAt([1, 0, 1, 1, 0], 5, 4) // 0.6041666666666666
 */
export function averagePrecisionAt(hits: readonly number[], k: number, relevantInAll: number): number | null {
  if (!(relevantInAll > 0)) return null;
  let found = 0;
  let sum = 0;
  for (let rank = 0; rank < Math.min(k, hits.length); rank++) {
    if (!((hits[rank] ?? 0) > 0)) continue;
    found += 1;
    sum += found / (rank + 1);
  }
  return sum / Math.min(relevantInAll, k);
}

/**
 * Reciprocal rank of one query: 1 ÷ the rank of its first relevant item, 0 when there is none. In [0, 1]; its mean
 * over queries is MRR.
 *
 * @example reciprocalRank([0, 0, 1, 1]) // 0.3333333333333333
 */
export function reciprocalRank(hits: readonly number[]): number {
  const first = hits.findIndex((hit) => hit > 0);
  return first < 0 ? 0 : 1 / (first + 1);
}

/**
 * Precision of one query's first k items: the share of k ranks that hold a relevant item; ranks that the list does
 * not reach hold none. In [0, 1]. Null for k < 1.
 *
 * @example precisionAt([1, 0, 1], 4) // 0.5
 */
export function precisionAt(hits: readonly number[], k: number): number | null {
  if (!(k >= 1)) return null;
  return hits.slice(0, k).filter((hit) => hit > 0).length / k;
}
