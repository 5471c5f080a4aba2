import type { Interval } from "../estimate.ts";

const DEFAULT_ALPHA = 0.05;
const ROWS_MIN = 100;

/**
 * Limits for a mean that hold at every look together, for any variable with a finite variance and enough rows.
 *
 * x̄ ± s √( 2 (nρ² + 1) ÷ (n²ρ²) · ln(√(nρ² + 1) ÷ α) ), ρ = √((−2 ln α + ln(−2 ln α + 1)) ÷ n*), tightest at n* rows: pass about seven
 * windows' (Waudby-Smith et al. 2024). Asymptotic: starts at 100 rows, below which it is null; measured misses over 1,000
 * looks at α = 5 %: 3.7 % (exponential), 7.7 % (lognormal σ = 1). In the variable's unit. Takes rows, mean and Σ(x − x̄)²; a
 * constant variable gives no width.
 *
 * @example meanConfidenceSequence({ n: 1000, mean: 0, m2: 999 }, { tightestAt: 1000 }) // -0.0960 to 0.0960
 */
export function meanConfidenceSequence(
  sums: { n: number; mean: number; m2: number },
  options: { tightestAt: number; alpha?: number },
): Interval | null {
  const { n, mean, m2 } = sums;
  if (!(n >= ROWS_MIN)) return null;
  const alpha = options.alpha ?? DEFAULT_ALPHA;
  const reach = -2 * Math.log(alpha);
  const rho2 = (reach + Math.log(reach + 1)) / options.tightestAt;
  const spread = n * rho2 + 1;
  const half =
    Math.sqrt(m2 / (n - 1)) *
    Math.sqrt(((2 * spread) / (n * n * rho2)) * (0.5 * Math.log(spread) - Math.log(alpha)));
  return { lo: mean - half, hi: mean + half, level: 1 - alpha, method: "asymptotic-sequence" };
}
