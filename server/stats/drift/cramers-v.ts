import { chiSquaredHomogeneity } from "./chi-squared-homogeneity.ts";
import { type Counts, totalOf } from "./shares.ts";

/**
 * Cramér's V for reference against window: the chi-squared statistic as an effect size, √(χ² ÷ (N + n)).
 *
 * In [0, 1], free of n, but it shrinks when one side is much larger than the other. `corrected` takes off what
 * chance alone makes: √max(0, χ²/(N + n) − df/(N + n − 1)). No pooling. No rows on a side: null. Cramér 1946;
 * Cohen (1988) called 0.1, 0.3 and 0.5 small, medium and large.
 *
 * @example cramersV([100, 200, 300, 250, 150], [80, 150, 260, 310, 200]) // 0.11356419064487448
 */
export function cramersV(
  reference: Counts,
  current: Counts,
  options: { corrected?: boolean } = {},
): number | null {
  const test = chiSquaredHomogeneity(reference, current, { pool: false });
  if (test === null) return null;
  const rows = totalOf(reference) + totalOf(current);
  const chance = options.corrected === true && rows > 1 ? test.degrees / (rows - 1) : 0;
  return Math.min(1, Math.sqrt(Math.max(0, test.statistic / rows - chance)));
}
