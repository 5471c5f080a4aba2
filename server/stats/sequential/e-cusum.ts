/**
 * One step of the e-CUSUM recursion in logarithms: S ← ln e + max(S, 0), the logarithm of M ← e · max(M, 1).
 *
 * Answers "how much evidence, counted from the best onset so far?". If every e has mean ≤ 1 given the past
 * while nothing is wrong, then E[M_τ] ≤ E[τ] at every stopping time, so alarming at M ≥ A gives a mean run of at
 * least A windows between false alarms, and P(alarm within m windows) ≤ m ÷ A (Shin, Ramdas and Rinaldo 2024).
 * Preferred here to e-SR: factors that are exactly 1 (no bet inside the tolerance) leave it where it is.
 * Start with −∞. −∞ as factor (e = 0) gives −∞; NaN gives NaN.
 *
 * @example logECusumStep(Math.log(0.5), Math.log(2)) // ln 2 = 0.6931471805599453
 */
export function logECusumStep(previous: number, logFactor: number): number {
  return logFactor + Math.max(previous, 0);
}

/**
 * The whole recursion over a sequence of ln e; answers ln M after each.
 *
 * @example logECusum([0.5, 2, 4, 0.25, 3].map(Math.log)).map(Math.exp) // [0.5, 2.0, 8.0, 2.0, 6.0]
 */
export function logECusum(logFactors: ArrayLike<number>): number[] {
  let evidence = Number.NEGATIVE_INFINITY;
  return Array.from(logFactors, (logFactor) => {
    evidence = logECusumStep(evidence, logFactor);
    return evidence;
  });
}
