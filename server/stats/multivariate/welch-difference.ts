import { studentTQuantile } from "../distributions/student-t.ts";
import { DEFAULT_LEVEL, EMPTY, type Estimate } from "../estimate.ts";

/** Count, mean and sum of squared deviations. */
export interface SampleMean {
  readonly n: number;
  readonly mean: number;
  readonly m2: number;
}

/**
 * Mean and squared deviations of values, by Welford's recursion.
 *
 * Empty: n = 0, mean 0.
 *
 * @example meanOf([1, 3]) // { n: 2, mean: 2, m2: 2 }
 */
export function meanOf(values: ArrayLike<number>): SampleMean {
  let mean = 0;
  let m2 = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? 0;
    const gap = value - mean;
    mean += gap / (row + 1);
    m2 += gap * (value - mean);
  }
  return { n: values.length, mean, m2 };
}

/**
 * Difference of two independent means, second minus first, with Welch's interval (1947): unequal spreads allowed.
 *
 * A side without rows: `EMPTY`; below two rows a side: the value without an interval, `LOW_N`. Both constant: an
 * interval without width.
 *
 * @example welchDifference(meanOf([1, 2, 3]), meanOf([2, 3, 4])).value // 1
 */
export function welchDifference(first: SampleMean, second: SampleMean, level = DEFAULT_LEVEL): Estimate {
  if (first.n === 0 || second.n === 0) return EMPTY;
  const value = second.mean - first.mean;
  if (first.n < 2 || second.n < 2) return { value, interval: null, status: "LOW_N" };
  const [a, b] = [first, second].map(({ n, m2 }) => m2 / (n - 1) / n);
  const [va, vb] = [a ?? 0, b ?? 0];
  const variance = va + vb;
  const freedom = variance > 0 ? variance ** 2 / (va ** 2 / (first.n - 1) + vb ** 2 / (second.n - 1)) : 1;
  const reach = studentTQuantile((1 + level) / 2, freedom) * Math.sqrt(variance);
  return { value, interval: { lo: value - reach, hi: value + reach, level, method: "welch" }, status: "OK" };
}
