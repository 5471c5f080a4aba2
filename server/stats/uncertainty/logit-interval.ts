import { twoSidedZ } from "../distributions/normal.ts";
import { DEFAULT_LEVEL, type Interval } from "../estimate.ts";

/**
 * Interval on the logit scale for a statistic in (0, 1) with a known standard error.
 *
 * logit(v) ± z · se ÷ (v(1 − v)), mapped back: it never leaves (0, 1) and leans the right way near its ends.
 * Null at v ≤ 0 or v ≥ 1, for a zero standard error or none: such an interval would have no width and lie.
 *
 * @example logitInterval(0.5, 0.1, "delong-logit") // 0.3135 to 0.6865
 */
export function logitInterval(
  value: number,
  standardError: number,
  method: string,
  level = DEFAULT_LEVEL,
): Interval | null {
  if (!(value > 0 && value < 1) || !(standardError > 0) || !Number.isFinite(standardError)) return null;
  const centre = Math.log(value / (1 - value));
  const reach = (twoSidedZ(level) * standardError) / (value * (1 - value));
  return { lo: logistic(centre - reach), hi: logistic(centre + reach), level, method };
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
