import { type ClassicalDetector, classicalDetector } from "./classical-detector.ts";

/**
 * One step of the upper CUSUM: S ← max(0, S + x − μ₀ − k), Page's (1954) cumulative sum.
 *
 * @example cusumStep(1.5, 4, { mean: 1, slack: 0.5 }) // 4
 */
export function cusumStep(sum: number, value: number, options: { mean: number; slack: number }): number {
  return Math.max(0, sum + value - options.mean - options.slack);
}

export interface CusumOptions {
  /** μ₀: the mean while all is well, in the value's unit. */
  readonly mean: number;
  /** k: half of the shift that matters; half a standard deviation is usual. */
  readonly slack: number;
  /** h: four to five standard deviations are usual. */
  readonly threshold: number;
}

/**
 * Says when the mean has risen above a known one: drift when S > h.
 *
 * For normal values of known σ, k = σ/2 and h = 4σ to 5σ alarm once in about 168 to 465 values without any change; for
 * other distributions, or with an estimated mean, nothing is known. For a fall, watch −x. Constant values at μ₀: quiet.
 *
 * @example createCusum({ mean: 0, slack: 0.5, threshold: 4 }).alarms([1, 2, 3, 4]) // [2]
 */
export function createCusum(options: CusumOptions): ClassicalDetector<{ sum: number }> {
  return classicalDetector(
    () => ({ sum: 0 }),
    (state, value) => {
      state.sum = cusumStep(state.sum, value, options);
      return state.sum > options.threshold ? "drift" : "quiet";
    },
  );
}
