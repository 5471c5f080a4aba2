import { type Counts, sharesOf } from "./shares.ts";

/**
 * Largest change of any one bin's share, and which bin it is: max_j |q_j − p_j|.
 *
 * In [0, 1]. It sees one bin only, which is its use: it names the category that is responsible. Ties go to the
 * first bin; no bins give 0 at bin −1.
 *
 * @example lInfinity([50, 50, 0], [40, 40, 20]) // { value: 0.2, bin: 2 }
 */
export function lInfinity(reference: Counts, current: Counts): { value: number; bin: number } {
  const p = sharesOf(reference);
  const q = sharesOf(current);
  const largest = { value: 0, bin: p.length > 0 ? 0 : -1 };
  for (let bin = 0; bin < p.length; bin++) {
    const change = Math.abs((q[bin] ?? 0) - (p[bin] ?? 0));
    if (change > largest.value) Object.assign(largest, { value: change, bin });
  }
  return largest;
}
