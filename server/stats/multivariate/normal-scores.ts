import { normalQuantile } from "../distributions/normal.ts";

/**
 * Each value's place among all as a standard normal number: Φ⁻¹((rank − ½) ÷ n), ties at their middle rank.
 *
 * So a correlation of scores asks how two features move together, whatever the shape of either, and no outlier can
 * make it. NaN stays NaN and is no part of n. A constant: all 0. Van der Waerden 1952, with Hazen's plotting position.
 *
 * @example normalScores([10, 20, 30])[1] // 0
 */
export function normalScores(values: ArrayLike<number>): Float64Array {
  const rows = Array.from({ length: values.length }, (_, row) => row).filter(
    (row) => !Number.isNaN(values[row] ?? Number.NaN),
  );
  rows.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const scores = new Float64Array(values.length).fill(Number.NaN);
  for (let from = 0; from < rows.length; ) {
    let to = from + 1;
    while (to < rows.length && values[rows[to] ?? 0] === values[rows[from] ?? 0]) to++;
    const score = normalQuantile((from + to) / 2 / rows.length);
    for (const row of rows.slice(from, to)) scores[row] = Math.abs(score) < 1e-15 ? 0 : score;
    from = to;
  }
  return scores;
}
