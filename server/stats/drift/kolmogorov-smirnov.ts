import { kolmogorovTail } from "../distributions/kolmogorov.ts";
import { DEFAULT_LEVEL } from "../estimate.ts";
import { cumulativeBand } from "../uncertainty/dvoretzky-kiefer-wolfowitz.ts";
import { type Counts, totalOf } from "./shares.ts";

/**
 * Kolmogorov–Smirnov distance from bins: max_j |F_j − G_j| at the edges, the largest gap of the cumulative shares.
 *
 * In [0, 1], symmetric. `atMost` bounds what the raw values could give, max_j max(F_j − G_{j−1}, G_j − F_{j−1}):
 * the gap inside a bin is not seen. Bins must be in order. Null without rows on both sides. Ties are no trouble.
 *
 * @example kolmogorovSmirnov([100, 200, 300, 250, 150], [80, 150, 260, 310, 200])?.distance // 0.11
 */
export function kolmogorovSmirnov(
  reference: Counts,
  current: Counts,
): { distance: number; atMost: number; bin: number } | null {
  const nRef = totalOf(reference);
  const nCur = totalOf(current);
  if (!(nRef > 0) || !(nCur > 0)) return null;
  const found = { distance: 0, atMost: 0, bin: 0 };
  let f = 0;
  let g = 0;
  for (let bin = 0; bin < reference.length; bin++) {
    const fNext = f + (current[bin] || 0) / nCur;
    const gNext = g + (reference[bin] || 0) / nRef;
    const gap = Math.abs(fNext - gNext);
    if (gap > found.distance) Object.assign(found, { distance: Math.min(1, gap), bin });
    found.atMost = Math.min(1, Math.max(found.atMost, fNext - g, gNext - f));
    [f, g] = [fNext, gNext];
  }
  return found;
}

/**
 * Limits for the true distance: D ± √(ln(2/α)/2 · (1/N + 1/n)).
 *
 * The band of both cumulative shares together (Dvoretzky–Kiefer–Wolfowitz with N n ÷ (N + n) rows, as in the limit
 * law of the two-sample test). It holds for any distribution and is wide rather than narrow. Null without rows.
 *
 * @example kolmogorovSmirnovLimits(0.11, { nRef: 1000, nCur: 1000 }) // { lo: 0.0493, hi: 0.1707 }
 */
export function kolmogorovSmirnovLimits(
  distance: number,
  size: { nRef: number; nCur: number },
  level = DEFAULT_LEVEL,
): { lo: number; hi: number } | null {
  if (!(size.nRef > 0) || !(size.nCur > 0)) return null;
  const rows = (size.nRef * size.nCur) / (size.nRef + size.nCur);
  const reach = cumulativeBand(rows, 1 - level);
  return { lo: Math.max(0, distance - reach), hi: Math.min(1, distance + reach) };
}

/**
 * p-value of the two-sample test for many rows, by Kolmogorov's limit law; conservative with ties and bins.
 *
 * @example kolmogorovSmirnovPValue(0.4, { nRef: 12, nCur: 10 }) // 0.34727
 */
export function kolmogorovSmirnovPValue(distance: number, size: { nRef: number; nCur: number }): number {
  if (!(size.nRef > 0) || !(size.nCur > 0)) return Number.NaN;
  return kolmogorovTail(distance * Math.sqrt((size.nRef * size.nCur) / (size.nRef + size.nCur)));
}
