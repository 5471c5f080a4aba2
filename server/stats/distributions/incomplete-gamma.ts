import { logGamma } from "./log-gamma.ts";

const ITERATIONS_MAX = 100_000;
const PRECISION = 1e-16;
const TINY = 1e-300;

/**
 * Regularised lower incomplete gamma function P(a, x): the share of a gamma distribution with shape a below x.
 *
 * P(a, x) = (1 ÷ Γ(a)) ∫₀ˣ t^(a−1) e^(−t) dt. The cumulative chi-squared with k degrees of freedom is
 * P(k/2, x/2). Series below a + 1, Lentz's continued fraction above (Abramowitz and Stegun 6.5.29, 6.5.31);
 * absolute error about 1e-14 for a up to 10⁴. In [0, 1]; x ≤ 0 gives 0; a ≤ 0 or NaN gives NaN.
 *
 * @example lowerIncompleteGamma(1, 1) // 1 − 1/e = 0.6321205588285577
 */
export function lowerIncompleteGamma(a: number, x: number): number {
  if (!(a > 0) || Number.isNaN(x)) return Number.NaN;
  if (x <= 0) return 0;
  if (x === Number.POSITIVE_INFINITY) return 1;
  return x < a + 1 ? bySeries(a, x) : 1 - byFraction(a, x);
}

/**
 * Regularised upper incomplete gamma function Q(a, x) = 1 − P(a, x), without cancellation in the far tail.
 *
 * @example upperIncompleteGamma(1, 40) // e^−40 = 4.248354255291589e-18
 */
export function upperIncompleteGamma(a: number, x: number): number {
  if (!(a > 0) || Number.isNaN(x)) return Number.NaN;
  if (x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  return x < a + 1 ? 1 - bySeries(a, x) : byFraction(a, x);
}

function prefactor(a: number, x: number): number {
  return Math.exp(-x + a * Math.log(x) - logGamma(a));
}

function bySeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let step = 1; step < ITERATIONS_MAX; step++) {
    term *= x / (a + step);
    sum += term;
    if (term < sum * PRECISION) break;
  }
  return Math.min(1, sum * prefactor(a, x));
}

function byFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let step = 1; step < ITERATIONS_MAX; step++) {
    const numerator = -step * (step - a);
    b += 2;
    d = 1 / nonZero(numerator * d + b);
    c = nonZero(b + numerator / c);
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) < PRECISION * 10) break;
  }
  return Math.min(1, fraction * prefactor(a, x));
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
