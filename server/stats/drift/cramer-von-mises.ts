import { logGamma } from "../distributions/log-gamma.ts";
import { pooledValues } from "./pooled-ranks.ts";

/**
 * Two-sample Cramér–von Mises statistic from raw values: T = U ÷ (n m N) − (4 n m − 1) ÷ (6 N), N = n + m,
 * U = n Σ(r_i − i)² + m Σ(s_j − j)², ranks in the pooled sample, ties by midranks (Anderson 1962).
 *
 * ≥ 0; it sums the gap of the cumulative shares over all values where Kolmogorov–Smirnov sees only the largest one.
 * Needs the values (label an answer from a reservoir so). Null without rows on both sides.
 *
 * @example cramerVonMises([1, 2], [3, 4]) // 0.375
 */
export function cramerVonMises(reference: ArrayLike<number>, current: ArrayLike<number>): number | null {
  const n = reference.length;
  const m = current.length;
  if (n === 0 || m === 0) return null;
  const pooled = pooledValues(reference, current);
  const sums = { below: 0, a: 0, b: 0, ofA: 0, ofB: 0 };
  for (let index = 0; index < pooled.values.length; index++) {
    const r = pooled.reference[index] ?? 0;
    const c = pooled.current[index] ?? 0;
    const rank = sums.below + (r + c + 1) / 2;
    for (let tie = 1; tie <= r; tie++) sums.ofA += (rank - (sums.a + tie)) ** 2;
    for (let tie = 1; tie <= c; tie++) sums.ofB += (rank - (sums.b + tie)) ** 2;
    sums.below += r + c;
    sums.a += r;
    sums.b += c;
  }
  const rows = n + m;
  return (n * sums.ofA + m * sums.ofB) / (n * m * rows) - (4 * n * m - 1) / (6 * rows);
}

/**
 * p-value by the limit law, the statistic first brought to the law's mean and variance (Anderson 1962), as scipy's
 * method "asymptotic". In [0, 1]. Without rows: NaN.
 *
 * @example cramerVonMisesPValue(0.14242424242424212, { nRef: 10, nCur: 12 }) // 0.442203089
 */
export function cramerVonMisesPValue(statistic: number, size: { nRef: number; nCur: number }): number {
  const { nRef: n, nCur: m } = size;
  if (!(n > 0) || !(m > 0)) return Number.NaN;
  const rows = n + m;
  const mean = (1 + 1 / rows) / 6;
  const spread =
    ((rows + 1) * (4 * n * m * rows - 3 * (n * n + m * m) - 2 * n * m)) / (45 * rows * rows * 4 * n * m);
  const normed = 1 / 6 + (statistic - mean) / Math.sqrt(45 * spread);
  return normed < 0.003 ? 1 : Math.min(1, Math.max(0, 1 - limitLaw(normed)));
}

/** Anderson and Darling (1952), equation 1.2. */
function limitLaw(x: number): number {
  let sum = 0;
  for (let k = 0; k < 200; k++) {
    const weight = Math.exp(logGamma(k + 0.5) - logGamma(k + 1)) / (Math.PI ** 1.5 * Math.sqrt(x));
    const odd = 4 * k + 1;
    const q = (odd * odd) / (16 * x);
    const term = weight * Math.sqrt(odd) * scaledBessel(q) * Math.exp(-2 * q);
    sum += term;
    if (Math.abs(term) < 1e-14) return sum;
  }
  return sum;
}

/** e^z K_¼(z), from its integral over e^{−z (cosh t − 1)} cosh(t/4): the trapezoid converges faster than any power. */
function scaledBessel(z: number): number {
  const step = 1 / 32;
  let sum = 0.5;
  for (let index = 1; ; index++) {
    const t = index * step;
    const term = Math.exp(-z * (Math.cosh(t) - 1)) * Math.cosh(t / 4);
    sum += term;
    if (term < 1e-17 * sum) return sum * step;
  }
}
