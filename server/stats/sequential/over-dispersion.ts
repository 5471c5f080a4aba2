import { type Counts, totalOf } from "../drift/shares.ts";
import { median } from "../quality/robust-z.ts";

/** Fewer windows than this say too little about how windows scatter. */
export const OVER_DISPERSION_WINDOWS_MIN = 20;

/**
 * η ≥ 1: how many times more the counts of windows scatter than independent rows would make them.
 *
 * Σ over windows and cells of (c_wk − n_w p_k)² ÷ (W − 1), over Σ_k p_k (1 − p_k) times the mean rows a window, p the pooled
 * shares; for windows of equal size this is Σ (c_wk − mean)² ÷ (W − 1) over n Σ p (1 − p). Rows that repeat each other (one user,
 * retries) in clusters of m give about m; a season that moves the shares raises it too. Divide all counts by it, or take it
 * as a detector's `overDispersion`. From the first 20 or more windows since the last baseline: pass those.
 *
 * Null with fewer than two windows that have rows, or only one occupied cell.
 *
 * @example overDispersion([[60, 40], [40, 60], [60, 40], [40, 60]]) // (4 · 200 / 3) / (100 · 0.5) = 5.333333
 */
export function overDispersion(windows: readonly Counts[]): number | null {
  const filled = windows.filter((window) => totalOf(window) > 0);
  const cells = filled[0]?.length ?? 0;
  const sums = new Float64Array(cells);
  for (const window of filled) {
    for (let cell = 0; cell < cells; cell++) sums[cell] = (sums[cell] ?? 0) + (window[cell] || 0);
  }
  const rows = totalOf(sums);
  let spread = 0;
  for (const sum of sums) spread += (sum / rows) * (1 - sum / rows);
  if (filled.length < 2 || !(spread > 1e-12)) return null;
  let squares = 0;
  for (const window of filled) {
    const n = totalOf(window);
    for (let cell = 0; cell < cells; cell++) {
      squares += ((window[cell] || 0) - (n * (sums[cell] ?? 0)) / rows) ** 2;
    }
  }
  return Math.max(1, squares / (filled.length - 1) / ((rows / filled.length) * spread));
}

/**
 * The design effect of rows in batches: how many rows count as one, from the reference's micro-batches.
 *
 * Per bin j, mean over batches of (q_bj − p_j)² ÷ (p_j (1 − p_j) · mean(1/n_b)), then the median over bins that hold rows,
 * at least 1. Robust against a single bin that wanders. Null with fewer than two batches or one occupied bin.
 *
 * @example batchDesignEffect([[60, 40], [40, 60], [60, 40], [40, 60]]) // 0.01 / (0.25 · 0.01) = 4
 */
export function batchDesignEffect(batches: readonly Counts[]): number | null {
  const filled = batches.filter((batch) => totalOf(batch) > 0);
  const bins = filled[0]?.length ?? 0;
  const effects: number[] = [];
  const rows = filled.reduce((sum, batch) => sum + totalOf(batch), 0);
  const inverse = filled.reduce((sum, batch) => sum + 1 / totalOf(batch), 0) / filled.length;
  for (let bin = 0; bin < bins; bin++) {
    const share = filled.reduce((sum, batch) => sum + (batch[bin] || 0), 0) / rows;
    if (!(share > 0 && share < 1)) continue;
    const square =
      filled.reduce((sum, batch) => sum + ((batch[bin] || 0) / totalOf(batch) - share) ** 2, 0) /
      filled.length;
    effects.push(square / (share * (1 - share) * inverse));
  }
  return filled.length < 2 || effects.length === 0 ? null : Math.max(1, median(effects));
}
