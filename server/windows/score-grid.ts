/**
 * The one grid on which every model's probabilities are counted: 490 bins of width 0.002 between 0.01 and 0.99,
 * and 101 logarithmic bins on either side down to 1e-6 from 0 and from 1. Exact multiples of 0.05 are edges.
 */
const UNIFORM = 500;
const TAIL_DECADES = 4;
const TAIL_BINS_A_DECADE = 25;
const TAIL_EDGES = TAIL_DECADES * TAIL_BINS_A_DECADE;
const FIRST_UNIFORM = UNIFORM / 100;

function tailEdges(): number[] {
  return Array.from({ length: TAIL_EDGES }, (_, step) => 10 ** (-6 + step / TAIL_BINS_A_DECADE));
}

function uniformEdges(): number[] {
  const edges: number[] = [];
  for (let step = FIRST_UNIFORM; step <= UNIFORM - FIRST_UNIFORM; step += 1) edges.push(step / UNIFORM);
  return edges;
}

/** Inner edges, ascending; bin i is [SCORE_EDGES[i−1], SCORE_EDGES[i]), the first starts at 0 and the last ends with 1. */
export const SCORE_EDGES: Float64Array = Float64Array.from([
  ...tailEdges(),
  ...uniformEdges(),
  ...tailEdges()
    .reverse()
    .map((distance) => 1 - distance),
]);

export const SCORE_BINS = SCORE_EDGES.length + 1;

/** Bin of a probability in [0, 1]. */
export function scoreBin(probability: number): number {
  const step = Math.floor(probability * UNIFORM);
  if (step < FIRST_UNIFORM + 1 || step > UNIFORM - FIRST_UNIFORM - 2) return searchBin(probability);
  const bin = step - FIRST_UNIFORM + TAIL_EDGES + 1;
  // The product may round across an edge, the edges themselves decide.
  if (probability < (SCORE_EDGES[bin - 1] ?? 0)) return bin - 1;
  return probability >= (SCORE_EDGES[bin] ?? 2) ? bin + 1 : bin;
}

function searchBin(probability: number): number {
  let low = 0;
  let high = SCORE_EDGES.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((SCORE_EDGES[middle] ?? 2) <= probability) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Lower and upper end of a score bin. */
export function scoreBinRange(bin: number): { readonly from: number; readonly to: number } {
  return { from: SCORE_EDGES[bin - 1] ?? 0, to: SCORE_EDGES[bin] ?? 1 };
}

/** Width of the bins in which summed probabilities are kept for calibration. */
export const CALIBRATION_BINS = 20;

export function calibrationBin(probability: number): number {
  const bin = Math.min(CALIBRATION_BINS - 1, Math.floor(probability * CALIBRATION_BINS));
  if (probability < bin / CALIBRATION_BINS) return bin - 1;
  return bin < CALIBRATION_BINS - 1 && probability >= (bin + 1) / CALIBRATION_BINS ? bin + 1 : bin;
}
