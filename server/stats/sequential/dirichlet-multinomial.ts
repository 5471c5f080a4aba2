import { logGamma } from "../distributions/log-gamma.ts";

/**
 * ln of the probability that a Pólya urn gives to a sequence of rows with these counts: what a Dirichlet(α) prior
 * predicts, lnΓ(α₀) − lnΓ(α₀ + n) + Σ [lnΓ(α_k + c_k) − lnΓ(α_k)], without the multinomial coefficient.
 *
 * The "learn as you go" likelihood of a category column; α = ½ each is Jeffreys' prior. Counts ≥ 0, fractions
 * allowed; α_k > 0. No rows: 0. In (−∞, 0] for whole counts.
 *
 * @example logDirichletMultinomial([2, 1, 0], [0.5, 0.5, 0.5]) // ln (1/3 · 3/5 · 1/7) = -3.5553480614894135
 */
export function logDirichletMultinomial(counts: ArrayLike<number>, prior: ArrayLike<number>): number {
  let rows = 0;
  let mass = 0;
  let sum = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    const count = counts[cell] || 0;
    const weight = prior[cell] ?? 0;
    rows += count;
    mass += weight;
    if (count > 0) sum += logGamma(weight + count) - logGamma(weight);
  }
  return rows > 0 ? sum + logGamma(mass) - logGamma(mass + rows) : 0;
}
