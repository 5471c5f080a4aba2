import { clipBounds } from "./clipped-likelihood-ratio.ts";

/**
 * The largest log-likelihood Σ c_j ln q_j over all shares q within total variation d of p̃.
 *
 * Reached at q*_j = (c_j/n) ÷ f_j, f the clipped likelihood ratio of c/n (see projectIntoBall). Dividing any
 * predictable likelihood by it gives an e-value for "within d" that needs no alternative: universal inference
 * (Wasserman, Ramdas and Balakrishnan 2020). Counts ≥ 0 (fractions allowed), p̃_j > 0. No rows: 0. O(K log K).
 * `scratch` spares allocation in loops.
 *
 * @example maxLogLikelihoodInBall([30, 50, 20], [0.2, 0.5, 0.3], 0.05) // -103.9720770839918
 */
export function maxLogLikelihoodInBall(
  counts: ArrayLike<number>,
  reference: ArrayLike<number>,
  radius: number,
  scratch: { shares: Float64Array; order: Int32Array } = {
    shares: new Float64Array(reference.length),
    order: new Int32Array(reference.length),
  },
): number {
  const { shares, order } = scratch;
  let rows = 0;
  for (let bin = 0; bin < shares.length; bin++) rows += counts[bin] || 0;
  if (!(rows > 0)) return 0;
  for (let bin = 0; bin < shares.length; bin++) shares[bin] = (counts[bin] || 0) / rows;
  const { lower, upper } = clipBounds(shares, reference, radius, order);
  let sum = 0;
  for (let bin = 0; bin < shares.length; bin++) {
    const share = shares[bin] ?? 0;
    if (share > 0) sum += share * Math.log(share / clipped(share / (reference[bin] ?? 0), lower, upper));
  }
  return rows * sum;
}

function clipped(ratio: number, lower: number, upper: number): number {
  return ratio < lower ? lower : Math.min(ratio, upper);
}
