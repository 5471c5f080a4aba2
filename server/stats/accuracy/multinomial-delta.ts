/**
 * Standard error of any smooth function of cell counts, rows independent: √(Σ g² x − (Σ g x)² ÷ n), where x are the
 * counts, n their sum and g the function's derivative by each of them.
 *
 * The delta method for a multinomial sample. In the function's unit, ≥ 0; 0 when the function does not move. No
 * rows: null.
 *
 * @example multinomialDeltaError([8, 2], [0.02, -0.08]) // √(0.8 · 0.2 ÷ 10) = 0.12649110640673517
 */
export function multinomialDeltaError(counts: ArrayLike<number>, gradient: ArrayLike<number>): number | null {
  let rows = 0;
  let sum = 0;
  let squares = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    const count = counts[cell] ?? 0;
    const slope = gradient[cell] ?? 0;
    rows += count;
    sum += slope * count;
    squares += slope * slope * count;
  }
  return rows > 0 ? Math.sqrt(Math.max(0, squares - (sum * sum) / rows)) : null;
}
