import { type Counts, smoothedSharesOf, totalOf } from "./shares.ts";

/**
 * Population stability index: how far the window's shares moved from the reference's, symmetric.
 *
 * Σ (q̃_j − p̃_j) ln(q̃_j ÷ p̃_j), in nats; 0 for equal shares, no upper bound. Half a row is added to every bin
 * of both sides, so an empty bin costs what its rows can prove and not an arbitrary constant. The same shares from
 * unequal numbers of rows give a tiny positive value from that smoothing. No rows on one side: the value says so
 * little that callers answer `EMPTY` (see driftStatus). With counts of K bins and no drift its mean is
 * (K − 1)(1/N + 1/n): never read it without n. Symmetrised Kullback–Leibler divergence (Jeffreys 1946); the name
 * and its limits 0.1 and 0.25 come from credit scoring (Lewis 1994; Siddiqi 2006).
 *
 * @example populationStability([100, 200, 300, 250, 150], [80, 150, 260, 310, 200]) // 0.05159144307177264
 */
export function populationStability(reference: Counts, current: Counts, smoothing = 0.5): number {
  const bins = reference.length;
  const nRef = totalOf(reference) + smoothing * bins;
  const nCur = totalOf(current) + smoothing * bins;
  let sum = 0;
  for (let bin = 0; bin < bins; bin++) {
    const then = ((reference[bin] || 0) + smoothing) / nRef;
    const now = ((current[bin] || 0) + smoothing) / nCur;
    if (now !== then) sum += (now - then) * Math.log(now / then);
  }
  return sum;
}

/**
 * Each bin's part of the population stability index; every part is ≥ 0, so the largest is where it moved.
 *
 * @example populationStabilityParts([50, 50], [50, 50]) // [0, 0]
 */
export function populationStabilityParts(reference: Counts, current: Counts, smoothing = 0.5): Float64Array {
  const p = smoothedSharesOf(reference, smoothing);
  const q = smoothedSharesOf(current, smoothing);
  return p.map((share, bin) => {
    const now = q[bin] ?? 0;
    return now === share ? 0 : (now - share) * Math.log(now / share);
  });
}

/**
 * What the index is on average when nothing drifted: (K − 1)(1/N + 1/n), for K bins (Yurdakul 2018).
 *
 * @example populationStabilityNullMean({ bins: 10, nRef: 10000, nCur: 1000 }) // 0.0099
 */
export function populationStabilityNullMean(size: { bins: number; nRef: number; nCur: number }): number {
  return (size.bins - 1) * (1 / size.nRef + 1 / size.nCur);
}

/**
 * The index with its mean under no drift taken off, at least 0: comparable between windows of different size.
 *
 * @example debiasedPopulationStability(0.0518618, { bins: 5, nRef: 1000, nCur: 1000 }) // 0.0438618
 */
export function debiasedPopulationStability(
  value: number,
  size: { bins: number; nRef: number; nCur: number },
): number {
  return Math.max(0, value - populationStabilityNullMean(size));
}
