/** Lattice points that are worth walking; above, the limit law is good. */
const POINTS_MAX = 1_000_000;

/**
 * Exact p-value of the two-sample Kolmogorov–Smirnov distance, values without ties: the share of the ways to
 * interleave both samples in which the gap reaches D somewhere.
 *
 * Walks the N × n lattice and drops paths that leave the band (Hodges 1958). In [0, 1], error about 1e-15. Null
 * without rows or above 10⁶ lattice points: use kolmogorovSmirnovPValue there, and with ties.
 *
 * @example kolmogorovSmirnovExact(0.4, { nRef: 12, nCur: 10 }) // 0.282949249
 */
export function kolmogorovSmirnovExact(
  distance: number,
  size: { nRef: number; nCur: number },
): number | null {
  const m = Math.min(size.nRef, size.nCur);
  const n = Math.max(size.nRef, size.nCur);
  if (!(m > 0) || m * n > POINTS_MAX) return null;
  // Gaps are multiples of 1/(m n): halfway between two of them no rounding can matter.
  const band = (0.5 + Math.floor(distance * m * n - 1e-7)) / (m * n);
  const inside = Float64Array.from({ length: n + 1 }, (_, j) => (j / n > band ? 0 : 1));
  for (let i = 1; i <= m; i++) {
    const weight = i / (i + n);
    inside[0] = i / m > band ? 0 : weight * (inside[0] ?? 0);
    for (let j = 1; j <= n; j++) {
      const isOut = Math.abs(i / m - j / n) > band;
      inside[j] = isOut ? 0 : weight * (inside[j] ?? 0) + (inside[j - 1] ?? 0);
    }
  }
  return Math.min(1, Math.max(0, 1 - (inside[n] ?? 0)));
}
