import type { Generator } from "../random/seeded-generator.ts";

/** Rows of the same number of coordinates, row-major. */
export interface Points {
  readonly values: ArrayLike<number>;
  readonly dimensions: number;
}

const STARTS = 4;
const ROUNDS_MAX = 100;

/**
 * Index of the centroid nearest to the point that begins at `at` of `values`; the first of equally near ones.
 *
 * Squared Euclidean distance, O(centroids · dimensions), stopping early at coordinates that are far enough off. No
 * centroids: 0. NaN coordinates are never nearer: impute first.
 *
 * @example nearestCentroid([9], 0, { values: [0, 10], dimensions: 1 }) // 1
 */
export function nearestCentroid(values: ArrayLike<number>, at: number, centroids: Points): number {
  return nearest(values, at, centroids).centroid;
}

function nearest(
  values: ArrayLike<number>,
  at: number,
  centroids: Points,
): { centroid: number; square: number } {
  const { dimensions } = centroids;
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let from = 0, index = 0; from < centroids.values.length; from += dimensions, index++) {
    let square = 0;
    for (let d = 0; d < dimensions && square < least; d++) {
      const gap = (values[at + d] ?? 0) - (centroids.values[from + d] ?? 0);
      square += gap * gap;
    }
    if (square < least) {
      least = square;
      best = index;
    }
  }
  return { centroid: best, square: least };
}

/**
 * k centroids of points: Lloyd's (1982) rounds from k-means++ starts (Arthur and Vassilvitskii 2007), the best of four.
 *
 * Least Σ squared distance to the nearest centroid, as far as the rounds find it. Seeded: the same points and generator give the
 * same centroids. A centroid without points moves to the point that is furthest off. Fewer distinct points than k: as many
 * centroids as distinct points. No points: none. O(starts · rounds · points · k · dimensions).
 *
 * @example kMeans({ values: [0, 1, 10, 11], dimensions: 1 }, 2, { random: () => 0.5 }).values // [10.5, 0.5]
 */
export function kMeans(
  points: Points,
  k: number,
  options: { random: Generator; starts?: number },
): { values: Float64Array; dimensions: number } {
  let best: Float64Array = new Float64Array(0);
  let least = Number.POSITIVE_INFINITY;
  for (let start = 0; start < (options.starts ?? STARTS); start++) {
    const { values, spread } = settle(points, firstCentroids(points, k, options.random));
    if (spread >= least) continue;
    least = spread;
    best = values;
  }
  return { values: best, dimensions: points.dimensions };
}

/** Points drawn in proportion to their squared distance from those drawn before. */
function firstCentroids(points: Points, k: number, random: Generator): Float64Array {
  const { values, dimensions } = points;
  const rows = dimensions > 0 ? Math.floor(values.length / dimensions) : 0;
  const squares = new Float64Array(rows).fill(1);
  const chosen: number[] = [];
  while (chosen.length < k * dimensions) {
    const row = drawByWeight(squares, random);
    if (row === null) break;
    for (let d = 0; d < dimensions; d++) chosen.push(values[row * dimensions + d] ?? 0);
    const newest = { values: chosen.slice(-dimensions), dimensions };
    for (let other = 0; other < rows; other++) {
      const { square } = nearest(values, other * dimensions, newest);
      squares[other] = chosen.length === dimensions ? square : Math.min(squares[other] ?? 0, square);
    }
  }
  return Float64Array.from(chosen);
}

function drawByWeight(weights: Float64Array, random: Generator): number | null {
  let total = 0;
  for (const weight of weights) total += weight;
  if (!(total > 0)) return null;
  let left = random() * total;
  let last: number | null = null;
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row] ?? 0;
    if (!(weight > 0)) continue;
    last = row;
    left -= weight;
    if (left < 0) break;
  }
  return last;
}

/** Lloyd's rounds until no point changes its centroid. */
function settle(points: Points, start: Float64Array): { values: Float64Array; spread: number } {
  const { dimensions } = points;
  const rows = dimensions > 0 ? Math.floor(points.values.length / dimensions) : 0;
  const homes = new Int32Array(rows).fill(-1);
  let values = start;
  let spread = 0;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    let moved = 0;
    let furthest = { row: 0, square: -1 };
    spread = 0;
    for (let row = 0; row < rows; row++) {
      const { centroid, square } = nearest(points.values, row * dimensions, { values, dimensions });
      if (homes[row] !== centroid) moved++;
      homes[row] = centroid;
      spread += square;
      if (square > furthest.square) furthest = { row, square };
    }
    if (moved === 0) break;
    values = meansOf(points, homes, { centroids: values, furthest: furthest.row });
  }
  return { values, spread };
}

function meansOf(
  points: Points,
  homes: Int32Array,
  { centroids, furthest }: { centroids: Float64Array; furthest: number },
): Float64Array {
  const { values, dimensions } = points;
  const sums = new Float64Array(centroids.length);
  const sizes = new Float64Array(centroids.length / dimensions);
  for (let row = 0; row < homes.length; row++) {
    const home = homes[row] ?? 0;
    sizes[home] = (sizes[home] ?? 0) + 1;
    for (let d = 0; d < dimensions; d++) {
      sums[home * dimensions + d] = (sums[home * dimensions + d] ?? 0) + (values[row * dimensions + d] ?? 0);
    }
  }
  return sums.map((sum, place) => {
    const size = sizes[Math.floor(place / dimensions)] ?? 0;
    return size > 0 ? sum / size : (values[furthest * dimensions + (place % dimensions)] ?? 0);
  });
}
