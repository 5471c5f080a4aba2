/** An estimated effect and its standard error. */
export interface MeasuredEffect {
  readonly effect: number;
  readonly standardError: number;
}

/**
 * Variance of the true effects behind noisy ones, by DerSimonian and Laird (1986).
 *
 * τ² = max(0, (Q − (k − 1)) ÷ (Σ w − Σ w²/Σ w)), w = 1/se², Q = Σ w (d − d̄_w)². 0 says that noise alone explains how
 * effects differ. Effects whose error is not a positive number are left out; fewer than two: null.
 *
 * @example effectVariance([{ effect: 0.1, standardError: 0.1 }, { effect: 0.5, standardError: 0.1 }, { effect: 0.3, standardError: 0.1 }]) // 0.03
 */
export function effectVariance(effects: readonly MeasuredEffect[]): number | null {
  const kept = effects.filter(isUsable);
  if (kept.length < 2) return null;
  const weights = kept.map(({ standardError }) => 1 / standardError ** 2);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const squares = weights.reduce((total, weight) => total + weight * weight, 0);
  const mean = kept.reduce((total, { effect }, index) => total + (weights[index] ?? 0) * effect, 0) / sum;
  const heterogeneity = kept.reduce(
    (total, { effect }, index) => total + (weights[index] ?? 0) * (effect - mean) ** 2,
    0,
  );
  return Math.max(0, (heterogeneity - (kept.length - 1)) / (sum - squares / sum));
}

/**
 * The winner's curse taken off: of many slices the worst looking is mostly unlucky, so its effect is pulled towards 0
 * by τ² ÷ (τ² + se²), the share of its spread that is not noise.
 *
 * Between 0 and the effect itself. No variance known (null): the effect as it is; error 0: likewise.
 *
 * @example shrunkenEffect({ effect: 0.5, standardError: 0.1 }, 0.03) // 0.375
 */
export function shrunkenEffect({ effect, standardError }: MeasuredEffect, variance: number | null): number {
  if (variance === null || !(standardError > 0)) return effect;
  return (variance / (variance + standardError ** 2)) * effect;
}

function isUsable({ effect, standardError }: MeasuredEffect): boolean {
  return Number.isFinite(effect) && standardError > 0 && Number.isFinite(standardError);
}
