/** Relative accuracy of every quantile. */
export const DD_SKETCH_ACCURACY = 0.01;
/** Magnitudes are kept from about 1.3e-9 to 7.7e8: 2,047 buckets a sign, seventeen decades. */
const LAST_INDEX = 1023;

/** Counts by logarithmic bucket; a change of one is made in place. */
export interface DdSketch {
  readonly accuracy: number;
  /** Bucket of the magnitude → rows. */
  readonly positive: Map<number, number>;
  readonly negative: Map<number, number>;
  /** Zero itself, and what is too small to be told from it. */
  zeros: number;
  rows: number;
}

/**
 * A sketch that has seen nothing.
 *
 * @example emptyDdSketch().rows // 0
 */
export function emptyDdSketch(accuracy = DD_SKETCH_ACCURACY): DdSketch {
  return { accuracy, positive: new Map(), negative: new Map(), zeros: 0, rows: 0 };
}

/**
 * The bucket of a magnitude: ⌈log_γ x⌉ with γ = (1 + α) ÷ (1 − α), so bucket i holds (γ^(i−1), γ^i]
 * (Masson, Rim, Lee 2019). For x > 0; 0 answers −Infinity.
 *
 * @example ddSketchIndex(100) // 231
 */
export function ddSketchIndex(x: number, accuracy = DD_SKETCH_ACCURACY): number {
  return Math.ceil(Math.log(x) / Math.log((1 + accuracy) / (1 - accuracy)));
}

/**
 * Counts a value (with a weight, such as a number of rows); changes the sketch in place and answers with it.
 *
 * NaN is no value and counts for nothing. What lies below 1.3e-9 in size counts as zero; above 7.7e8 it counts in
 * the last bucket, so that no bucket ever moves and merging stays exact.
 *
 * @example addToDdSketch(emptyDdSketch(), Number.NaN).rows // 0
 */
export function addToDdSketch(sketch: DdSketch, x: number, weight = 1): DdSketch {
  if (Number.isNaN(x) || !(weight > 0)) return sketch;
  sketch.rows += weight;
  const index = ddSketchIndex(Math.abs(x), sketch.accuracy);
  if (index < -LAST_INDEX) {
    sketch.zeros += weight;
    return sketch;
  }
  addTo(x > 0 ? sketch.positive : sketch.negative, Math.min(LAST_INDEX, index), weight);
  return sketch;
}

/**
 * The sketch of both streams: counts add bucket by bucket, so the order of merging never shows. Throws where the
 * accuracies differ, because then the buckets do.
 *
 * @example mergeDdSketches(addToDdSketch(emptyDdSketch(), 3), addToDdSketch(emptyDdSketch(), 5)).rows // 2
 */
export function mergeDdSketches(a: DdSketch, b: DdSketch): DdSketch {
  if (a.accuracy !== b.accuracy) {
    throw new RangeError(`Sketches of accuracy ${a.accuracy} and ${b.accuracy} have different buckets.`);
  }
  const merged = emptyDdSketch(a.accuracy);
  for (const { positive, negative, zeros, rows } of [a, b]) {
    for (const [index, count] of positive) addTo(merged.positive, index, count);
    for (const [index, count] of negative) addTo(merged.negative, index, count);
    merged.zeros += zeros;
    merged.rows += rows;
  }
  return merged;
}

/**
 * Quantile of all values seen: the value of rank ⌊q (rows − 1)⌋, answered from the middle of its bucket,
 * 2 γ^i ÷ (γ + 1), so within a share α of the true one. q is cut to [0, 1]; null without rows.
 *
 * @example ddSketchQuantile(addToDdSketch(emptyDdSketch(), 100), 0.5) // 100.4946
 */
export function ddSketchQuantile(sketch: DdSketch, q: number): number | null {
  if (!(sketch.rows > 0)) return null;
  const rank = Math.floor(Math.min(1, Math.max(0, q)) * Math.max(0, sketch.rows - 1));
  let below = 0;
  for (const [value, count] of ascending(sketch)) {
    below += count;
    if (below > rank) return value;
  }
  return null;
}

function ascending({ accuracy, positive, negative, zeros }: DdSketch): [number, number][] {
  const gamma = (1 + accuracy) / (1 - accuracy);
  const middle = (index: number): number => (2 * gamma ** index) / (gamma + 1);
  const below = [...negative].sort(([a], [b]) => b - a);
  const above = [...positive].sort(([a], [b]) => a - b);
  return [
    ...below.map(([index, count]): [number, number] => [-middle(index), count]),
    ...(zeros > 0 ? [[0, zeros] satisfies [number, number]] : []),
    ...above.map(([index, count]): [number, number] => [middle(index), count]),
  ];
}

function addTo(buckets: Map<number, number>, index: number, count: number): void {
  buckets.set(index, (buckets.get(index) ?? 0) + count);
}
