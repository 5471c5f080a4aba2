/**
 * Squared error of logarithms of one prediction: (ln(1 + ŷ) − ln(1 + y))². For positive numbers of many sizes.
 *
 * ≥ 0. Null where a logarithm does not exist (y ≤ −1 or ŷ ≤ −1): leave such rows out and count them.
 *
 * @example squaredLogError(110, 100) // 0.008913188521927795
 */
export function squaredLogError(predicted: number, label: number): number | null {
  if (!(predicted > -1) || !(label > -1)) return null;
  return (Math.log1p(predicted) - Math.log1p(label)) ** 2;
}

/**
 * Pinball loss of one prediction of the τ quantile: τ (y − ŷ) where the label is above, (1 − τ)(ŷ − y) where it is
 * below. ≥ 0, in the label's unit; its mean is least for the true quantile.
 *
 * @example pinballLoss(2.5, 3, 0.9) // 0.45
 */
export function pinballLoss(predicted: number, label: number, tau: number): number {
  const gap = label - predicted;
  return gap >= 0 ? tau * gap : (tau - 1) * gap;
}

/**
 * Absolute error of one prediction as a share of its label: |ŷ − y| ÷ |y|.
 *
 * ≥ 0. Null for a label of 0: leave such rows out and count them (scikit-learn divides by 2e-16 instead, so that one
 * of them drowns all others). Small labels dominate its mean; the weighted form is the better default.
 *
 * @example absolutePercentageError(110, 100) // 0.1
 */
export function absolutePercentageError(predicted: number, label: number): number | null {
  return label === 0 ? null : Math.abs(predicted - label) / Math.abs(label);
}

/**
 * Symmetric absolute percentage error of one prediction: 2|ŷ − y| ÷ (|y| + |ŷ|), 0 when both are 0.
 *
 * In [0, 2] (some divide by the whole sum, in [0, 1]). Punishes low predictions more than high ones.
 *
 * @example symmetricPercentageError(50, 100) // 0.6666666666666666
 */
export function symmetricPercentageError(predicted: number, label: number): number {
  const size = Math.abs(predicted) + Math.abs(label);
  return size === 0 ? 0 : (2 * Math.abs(predicted - label)) / size;
}

/**
 * Weighted absolute percentage error: Σ|ŷ − y| ÷ Σ|y|. ≥ 0; one label of 0 does no harm. All labels 0, or none: null.
 *
 * @example weightedPercentageError({ absoluteErrors: 20, absoluteLabels: 200 }) // 0.1
 */
export function weightedPercentageError(sums: {
  absoluteErrors: number;
  absoluteLabels: number;
}): number | null {
  return sums.absoluteLabels > 0 ? sums.absoluteErrors / sums.absoluteLabels : null;
}
