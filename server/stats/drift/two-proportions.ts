import { normalCumulative } from "../distributions/normal.ts";

/** A share as counts. */
export interface Ratio {
  readonly successes: number;
  readonly trials: number;
}

/**
 * z-test of two shares with their pooled variance: (p₁ − p₂) ÷ √(p̄(1 − p̄)(1/n₁ + 1/n₂)), two-sided p-value.
 *
 * z² is the chi-squared statistic without correction. When all trials agree (p̄ 0 or 1) there is no difference: z 0,
 * p 1. Null without trials on a side. For expected counts below five use fisherExact.
 *
 * @example twoProportions({ successes: 30, trials: 200 }, { successes: 50, trials: 200 })?.z // -2.5
 */
export function twoProportions(first: Ratio, second: Ratio): { z: number; pValue: number } | null {
  if (!(first.trials > 0) || !(second.trials > 0)) return null;
  const pooled = (first.successes + second.successes) / (first.trials + second.trials);
  if (!(pooled > 0 && pooled < 1)) return { z: 0, pValue: 1 };
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / first.trials + 1 / second.trials));
  const z = (first.successes / first.trials - second.successes / second.trials) / error;
  return { z, pValue: 2 * normalCumulative(-Math.abs(z)) };
}
