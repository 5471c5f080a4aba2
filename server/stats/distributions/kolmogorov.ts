const TERMS_MAX = 100;

/**
 * Upper tail of Kolmogorov's limit law: P(√n · D > λ) ≈ 2 Σ_{j ≥ 1} (−1)^(j−1) e^(−2 j² λ²).
 *
 * The p-value of a Kolmogorov–Smirnov distance for many rows, with λ = D √(N n ÷ (N + n)). In [0, 1]; below 0.18
 * the series does not settle and the tail is 1 to 16 digits; NaN gives NaN.
 *
 * @example kolmogorovTail(0.9341987) // 0.34727
 */
export function kolmogorovTail(lambda: number): number {
  if (Number.isNaN(lambda)) return Number.NaN;
  if (lambda < 0.18) return 1;
  let sum = 0;
  for (let j = 1; j <= TERMS_MAX; j++) {
    const term = Math.exp(-2 * j * j * lambda * lambda);
    sum += j % 2 === 1 ? term : -term;
    if (term < 1e-17) break;
  }
  return Math.min(1, Math.max(0, 2 * sum));
}
