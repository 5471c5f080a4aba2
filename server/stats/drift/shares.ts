/** Counts by bin: of the reference, or of the window. Bin j of both sides is the same bin. */
export type Counts = ArrayLike<number>;

/** Fewer rows than this on either side, or than five a bin in the window, are too few to act on. */
const DRIFT_ROWS_MIN = 50;
const DRIFT_ROWS_PER_BIN_MIN = 5;

/**
 * Sum of the counts. Counts that are missing or not a number count as 0.
 *
 * @example totalOf([1, 2, 3]) // 6
 */
export function totalOf(counts: Counts): number {
  let total = 0;
  for (let bin = 0; bin < counts.length; bin++) total += counts[bin] || 0;
  return total;
}

/**
 * Shares of the bins, p_j = r_j ÷ N; all zero when there are no rows.
 *
 * @example sharesOf([1, 3]) // [0.25, 0.75]
 */
export function sharesOf(counts: Counts): Float64Array {
  const total = totalOf(counts);
  const shares = new Float64Array(counts.length);
  if (total > 0) for (let bin = 0; bin < counts.length; bin++) shares[bin] = (counts[bin] || 0) / total;
  return shares;
}

/**
 * Shares with Jeffreys' half row added to each bin, p̃_j = (r_j + ½) ÷ (N + K/2): never 0, so that logarithms and
 * ratios stay finite when a bin is empty on one side. `smoothing` 0 leaves the plain shares.
 *
 * @example smoothedSharesOf([0, 1]) // [0.25, 0.75]
 */
export function smoothedSharesOf(counts: Counts, smoothing = 0.5): Float64Array {
  const bins = counts.length;
  const total = totalOf(counts) + smoothing * bins;
  const shares = new Float64Array(bins);
  if (total > 0) for (let bin = 0; bin < bins; bin++) shares[bin] = ((counts[bin] || 0) + smoothing) / total;
  return shares;
}

/**
 * Drops the bins that are empty on both sides: they carry no evidence and would count as degrees of freedom.
 *
 * @example occupiedBins([1, 0, 2], [0, 0, 5]) // { reference: [1, 2], current: [0, 5] }
 */
export function occupiedBins(reference: Counts, current: Counts): { reference: number[]; current: number[] } {
  const kept = { reference: [] as number[], current: [] as number[] };
  for (let bin = 0; bin < reference.length; bin++) {
    const r = reference[bin] || 0;
    const c = current[bin] || 0;
    if (r + c === 0) continue;
    kept.reference.push(r);
    kept.current.push(c);
  }
  return kept;
}

/**
 * Whether a drift number may be used: `EMPTY` without rows in the window, `UNDEFINED` without rows in the
 * reference (there is nothing to compare with), `LOW_N` below 50 rows on either side or 5 a bin in the window.
 *
 * @example driftStatus({ nRef: 1000, nCur: 40, bins: 10 }) // "LOW_N"
 */
export function driftStatus(size: {
  nRef: number;
  nCur: number;
  bins: number;
}): "OK" | "LOW_N" | "EMPTY" | "UNDEFINED" {
  if (!(size.nCur > 0)) return "EMPTY";
  if (!(size.nRef > 0)) return "UNDEFINED";
  const few = Math.min(size.nRef, size.nCur) < DRIFT_ROWS_MIN;
  return few || size.nCur < DRIFT_ROWS_PER_BIN_MIN * size.bins ? "LOW_N" : "OK";
}
