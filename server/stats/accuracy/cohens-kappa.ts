import { twoSidedZ } from "../distributions/normal.ts";
import { DEFAULT_LEVEL, EMPTY, type Estimate, shownInterval, UNDEFINED } from "../estimate.ts";
import { SHARE_TRIALS_MIN } from "../uncertainty/wilson.ts";
import type { ConfusionMatrix } from "./multiclass-averages.ts";
import { multinomialDeltaError } from "./multinomial-delta.ts";

interface Agreement {
  readonly observed: number;
  /** What independent draws of both margins would agree on. */
  readonly expected: number;
  readonly rows: number;
  readonly actual: Float64Array;
  readonly predicted: Float64Array;
}

function agreementOf({ counts, side }: ConfusionMatrix): Agreement | null {
  const actual = new Float64Array(side);
  const predicted = new Float64Array(side);
  let rows = 0;
  let diagonal = 0;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const count = counts[row * side + column] ?? 0;
      rows += count;
      if (row === column) diagonal += count;
      actual[row] = (actual[row] ?? 0) + count;
      predicted[column] = (predicted[column] ?? 0) + count;
    }
  }
  if (!(rows > 0)) return null;
  const expected = actual.reduce((sum, count, c) => sum + (count / rows) * ((predicted[c] ?? 0) / rows), 0);
  return { observed: diagonal / rows, expected, rows, actual, predicted };
}

/**
 * Cohen's kappa: how much more often decisions agree with the truth than chance with the same margins would,
 * (p_o − p_e) ÷ (1 − p_e).
 *
 * In [−1, 1]; 0 is chance, 1 all right. Null without rows, and when truth and decision are one and the same class
 * throughout (p_e = 1). Cohen 1960.
 *
 * @example cohensKappa({ counts: [130, 10, 20, 40], side: 2 }) // 0.625
 */
export function cohensKappa(matrix: ConfusionMatrix): number | null {
  const found = agreementOf(matrix);
  if (found === null || !(found.expected < 1)) return null;
  return (found.observed - found.expected) / (1 - found.expected);
}

/**
 * Standard error of kappa by the multinomial delta method, which gives the large-sample formula of Fleiss, Cohen and
 * Everitt (1969). Null where kappa is.
 *
 * @example kappaStandardError({ counts: [130, 10, 20, 40], side: 2 }) // 0.06168412794734962
 */
export function kappaStandardError(matrix: ConfusionMatrix): number | null {
  const found = agreementOf(matrix);
  const kappa = cohensKappa(matrix);
  if (found === null || kappa === null) return null;
  const { rows, expected, observed, actual, predicted } = found;
  const { side } = matrix;
  const gradient = Float64Array.from({ length: side * side }, (_, cell) => {
    const row = Math.floor(cell / side);
    const column = cell % side;
    const hit = ((row === column ? 1 : 0) - observed) / rows;
    const chance = ((predicted[row] ?? 0) + (actual[column] ?? 0)) / rows ** 2 - (2 * expected) / rows;
    return (hit * (1 - expected) - chance * (1 - observed)) / (1 - expected) ** 2;
  });
  return multinomialDeltaError(matrix.counts, gradient);
}

/**
 * Kappa with its interval, κ ± z · se, cut to [−1, 1]; without errors at all there is none. No rows: `EMPTY`; one
 * class throughout: `UNDEFINED`; below 30 rows: `LOW_N`.
 *
 * @example kappaEstimate({ counts: [0, 0, 0, 7], side: 2 }).status // "UNDEFINED"
 */
export function kappaEstimate(matrix: ConfusionMatrix, level = DEFAULT_LEVEL): Estimate {
  const found = agreementOf(matrix);
  if (found === null) return EMPTY;
  const value = cohensKappa(matrix);
  const error = kappaStandardError(matrix);
  if (value === null || error === null) return UNDEFINED;
  const status = found.rows < SHARE_TRIALS_MIN ? "LOW_N" : "OK";
  if (!(error > 1e-12)) return { value, interval: null, status };
  const reach = twoSidedZ(level) * error;
  const bounds = { lo: value - reach, hi: value + reach, min: -1, max: 1 };
  return { value, interval: shownInterval(value, bounds, { level, method: "multinomial-delta" }), status };
}
