import { deLongVariance, rocAuc } from "../accuracy/roc-auc.ts";

/**
 * Area under the ROC curve of raw scores with DeLong's variance: every distinct score is a bin of its own, so ties
 * count half and nothing is lost.
 *
 * Variance null below two rows of a class. Null when a class is absent. NaN scores are not allowed.
 *
 * @example scoreAuc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]).auc // 0.75
 */
export function scoreAuc(
  scores: ArrayLike<number>,
  isPositive: ArrayLike<number>,
): { auc: number; variance: number | null } | null {
  const order = Array.from({ length: scores.length }, (_, row) => row);
  order.sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  const positives: number[] = [];
  const negatives: number[] = [];
  let last = Number.NaN;
  for (const row of order) {
    const score = scores[row] ?? 0;
    if (score !== last) {
      positives.push(0);
      negatives.push(0);
      last = score;
    }
    const side = isPositive[row] === 1 ? positives : negatives;
    side[side.length - 1] = (side.at(-1) ?? 0) + 1;
  }
  const area = rocAuc({ positives, negatives });
  return area === null ? null : { auc: area.auc, variance: deLongVariance({ positives, negatives }) };
}
