import type { Generator } from "../random/seeded-generator.ts";
import { type ClassicalDetector, classicalDetector } from "./classical-detector.ts";

export interface SlidingKolmogorovOptions {
  /** Draws the older values to compare with: give each stream a generator of its own, seeded. */
  readonly random: Generator;
  /** α of every single row. */
  readonly miss?: number;
  readonly window?: number;
  readonly recent?: number;
}

const DEFAULTS = { miss: 0.005, window: 100, recent: 30 };
const DISTANCE_MIN = 0.1;

/**
 * Exact p-value of the two-sided Kolmogorov–Smirnov test of two samples of n values each, D = h/n:
 * 2 Σ_{j ≥ 1} (−1)^(j−1) C(2n, n − jh) ÷ C(2n, n) (Gnedenko and Korolyuk 1951).
 *
 * Conservative with ties. h = 0 gives 1. Each ratio of binomials is a product of n-term factors, so n up to a few thousand.
 *
 * @example equalSampleKolmogorov(30, 13) // 0.006548
 */
export function equalSampleKolmogorov(n: number, steps: number): number {
  if (steps <= 0) return 1;
  let sum = 0;
  for (let j = 1; j * steps <= n; j++) {
    let ratio = 1;
    for (let i = 1; i <= j * steps; i++) ratio *= (n - j * steps + i) / (n + i);
    sum += j % 2 === 1 ? ratio : -ratio;
  }
  return Math.min(1, 2 * sum);
}

/**
 * KSWIN (Raab and others 2020): says when the last 30 of 100 values differ from 30 drawn from the other 70.
 *
 * Drift when the exact two-sample p ≤ α and D > 0.1; tested at every row, so α = 0.005 alarms often without change. After a
 * drift the last 30 values stay in river; here, as with the others, the caller starts anew. Constant values: quiet.
 *
 * @example createSlidingKolmogorov({ random: seededGenerator("a") }).alarms([...new Array(120).fill(0), ...new Array(60).fill(1)]) // [133]
 */
export function createSlidingKolmogorov(
  options: SlidingKolmogorovOptions,
): ClassicalDetector<{ values: number[] }> {
  const kept = { ...DEFAULTS, ...options };
  return classicalDetector(
    () => ({ values: [] as number[] }),
    (state, value) => {
      state.values.push(value);
      if (state.values.length > kept.window) state.values.shift();
      if (state.values.length < kept.window) return "quiet";
      const older = drawWithout(kept.random, state.values.slice(0, -kept.recent), kept.recent);
      const steps = largestGap(older, state.values.slice(-kept.recent));
      const differs = steps / kept.recent > DISTANCE_MIN;
      return differs && equalSampleKolmogorov(kept.recent, steps) <= kept.miss ? "drift" : "quiet";
    },
  );
}

/** `count` of the values, none twice: the front of a shuffle. */
function drawWithout(random: Generator, values: number[], count: number): number[] {
  for (let at = 0; at < count; at++) {
    const other = at + Math.floor(random() * (values.length - at));
    [values[at], values[other]] = [values[other] ?? 0, values[at] ?? 0];
  }
  return values.slice(0, count);
}

/** n times the largest gap of the cumulative shares of two samples of n values. */
function largestGap(one: readonly number[], two: readonly number[]): number {
  const [a, b] = [one.toSorted((x, y) => x - y), two.toSorted((x, y) => x - y)];
  let gap = 0;
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const at = Math.min(a[i] ?? 0, b[j] ?? 0);
    while (i < a.length && a[i] === at) i++;
    while (j < b.length && b[j] === at) j++;
    gap = Math.max(gap, Math.abs(i - j));
  }
  return gap;
}
