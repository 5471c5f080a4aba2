import { lowerIncompleteGamma } from "./incomplete-gamma.ts";
import { logGamma } from "./log-gamma.ts";
import { normalDensity, normalQuantile } from "./normal.ts";

const PRECISION = 1e-17;
const NEWTON_STEPS_MAX = 60;
/** Above this the normal approximation errs by less than 0.5 % of the interval's width and the sum gets long. */
const EXACT_UP_TO = 20_000;

/** A cumulative probability and its derivative by the noncentrality. */
interface Evaluation {
  cumulative: number;
  slope: number;
}

/**
 * Cumulative noncentral chi-squared distribution: P(X ≤ x) with `degrees` of freedom and noncentrality λ.
 *
 * It is the law of a chi-squared statistic when the hypothesis is false by λ, and so the law of every small
 * divergence of binned samples. Poisson mixture Σ_j Pois(j; λ/2) P(df/2 + j, x/2), summed outwards from its
 * heaviest term (Ding 1992); absolute error about 1e-13. In [0, 1]; x ≤ 0 gives 0; bad parameters give NaN.
 * Cost grows as √λ.
 *
 * @example noncentralChiSquaredCumulative(9.21034, 2, 0) // 0.99
 */
export function noncentralChiSquaredCumulative(x: number, degrees: number, noncentrality: number): number {
  if (!(degrees > 0) || !(noncentrality >= 0) || Number.isNaN(x)) return Number.NaN;
  if (x <= 0) return 0;
  return evaluate(x, degrees, noncentrality).cumulative;
}

/**
 * The noncentrality that puts an observed statistic at a given cumulative probability: the λ with F(x; df, λ) = p.
 *
 * Inverting the distribution in its parameter gives a confidence limit: p = 0.975 the lower, p = 0.025 the upper
 * limit of λ at 95 %. F falls as λ grows, so where F(x; df, 0) ≤ p already there is no root and the answer is 0.
 * Newton's steps on Φ⁻¹(F), which is nearly straight in λ, inside a bracket; relative error about 1e-10. For
 * x > 20,000 the normal approximation is used.
 *
 * @example noncentralityAt(9.209, 2, 0.025) // 23.7
 */
export function noncentralityAt(x: number, degrees: number, p: number): number {
  if (!(degrees > 0) || !(x >= 0) || !(p > 0 && p < 1)) return Number.NaN;
  if (x === 0 || lowerIncompleteGamma(degrees / 2, x / 2) <= p) return 0;
  const z = normalQuantile(p);
  const guess = normalNoncentrality(x, degrees, z);
  return x > EXACT_UP_TO ? guess : refine(x, degrees, z, guess);
}

/** Solves x = (df + λ) + z √(2 (df + 2 λ)) for λ: the statistic's mean and variance, taken as normal. */
function normalNoncentrality(x: number, degrees: number, z: number): number {
  const excess = x - degrees;
  const inside = 4 * excess + 4 * z * z + 2 * degrees;
  return Math.max(0, excess + 2 * z * z - z * Math.sqrt(Math.max(0, inside)));
}

function refine(x: number, degrees: number, z: number, guess: number): number {
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let lambda = guess > 0 ? guess : Math.min(1, x);
  for (let step = 0; step < NEWTON_STEPS_MAX; step++) {
    const { cumulative, slope } = evaluate(x, degrees, lambda);
    const score = normalQuantile(Math.min(1, Math.max(0, cumulative)));
    if (score > z) low = lambda;
    else high = lambda;
    const next = newtonStep(lambda, score - z, slope / normalDensity(score));
    const inside = next > low && next < high ? next : bisect(low, high, lambda);
    // Newton doubles the digits: after a step this small the next one would change the tenth.
    if (Math.abs(inside - lambda) <= 1e-6 * (1 + lambda)) return inside;
    lambda = inside;
  }
  return lambda;
}

function newtonStep(lambda: number, excess: number, slope: number): number {
  return Number.isFinite(excess) && slope < 0 ? lambda - excess / slope : Number.NaN;
}

function bisect(low: number, high: number, lambda: number): number {
  return high === Number.POSITIVE_INFINITY ? 2 * lambda + 1 : (low + high) / 2;
}

/** dF/dλ = −(density of df + 2 at x), which the same mixture gives for nothing. */
function evaluate(x: number, degrees: number, noncentrality: number): Evaluation {
  const half = x / 2;
  const rate = noncentrality / 2;
  const middle = Math.floor(rate);
  const shape = degrees / 2 + middle;
  const weight = rate === 0 ? 1 : Math.exp(-rate + middle * Math.log(rate) - logGamma(middle + 1));
  const cumulative = lowerIncompleteGamma(shape, half);
  const step = Math.exp(-half + shape * Math.log(half) - logGamma(shape + 1));
  const sum = { cumulative: weight * cumulative, slope: -0.5 * weight * step };
  sumUpwards({ half, rate, middle, shape, weight, cumulative, step }, sum);
  sumDownwards({ half, rate, middle, shape, weight, cumulative, step }, sum);
  return sum;
}

interface Term {
  half: number;
  rate: number;
  middle: number;
  shape: number;
  weight: number;
  cumulative: number;
  step: number;
}

function sumUpwards(start: Term, sum: Evaluation): void {
  let { weight, cumulative, step } = start;
  for (let offset = 1; ; offset++) {
    weight *= start.rate / (start.middle + offset);
    cumulative = Math.max(0, cumulative - step);
    step *= start.half / (start.shape + offset);
    sum.cumulative += weight * cumulative;
    sum.slope -= 0.5 * weight * step;
    if (weight < PRECISION) return;
  }
}

function sumDownwards(start: Term, sum: Evaluation): void {
  let { weight, cumulative, step } = start;
  for (let offset = 0; offset < start.middle; offset++) {
    weight *= (start.middle - offset) / start.rate;
    step *= (start.shape - offset) / start.half;
    cumulative = Math.min(1, cumulative + step);
    sum.cumulative += weight * cumulative;
    sum.slope -= 0.5 * weight * step;
    if (weight < PRECISION) return;
  }
}
