import type { Moments, Spread } from "#server/windows/summary.ts";

export const EMPTY_MOMENTS: Moments = {
  n: 0,
  mean: 0,
  m2: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
};

/** Mean and sum of squared deviations of two sets together (Chan, Golub, LeVeque 1979). */
export function mergeSpread(a: Spread, b: Spread): Spread {
  if (a.n === 0) return { n: b.n, mean: b.mean, m2: b.m2 };
  if (b.n === 0) return { n: a.n, mean: a.mean, m2: a.m2 };
  const n = a.n + b.n;
  const delta = b.mean - a.mean;
  // Weighted by both sides, so that merging commutes bit by bit.
  const mean = a.n === b.n ? (a.mean + b.mean) / 2 : (a.mean * a.n + b.mean * b.n) / n;
  return { n, mean, m2: a.m2 + b.m2 + delta * delta * ((a.n * b.n) / n) };
}

export function mergeMoments(a: Moments, b: Moments): Moments {
  return { ...mergeSpread(a, b), min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}

/** Moments in a flat array, five numbers a slot: n, mean, m2, min, max. */
export const MOMENT_FIELDS = 5;

export function readMoments(flat: Float64Array, slot: number): Moments {
  const at = slot * MOMENT_FIELDS;
  const n = flat[at] ?? 0;
  if (n === 0) return EMPTY_MOMENTS;
  return {
    n,
    mean: flat[at + 1] ?? 0,
    m2: flat[at + 2] ?? 0,
    min: flat[at + 3] ?? 0,
    max: flat[at + 4] ?? 0,
  };
}

function writeMoments(flat: Float64Array, slot: number, moments: Moments): void {
  flat.set([moments.n, moments.mean, moments.m2, moments.min, moments.max], slot * MOMENT_FIELDS);
}

export function mergeFlatMoments(a: Float64Array, b: Float64Array): Float64Array {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const merged = new Float64Array(Math.max(a.length, b.length));
  for (let slot = 0; slot * MOMENT_FIELDS < merged.length; slot += 1) {
    writeMoments(merged, slot, mergeMoments(readMoments(a, slot), readMoments(b, slot)));
  }
  return merged;
}
