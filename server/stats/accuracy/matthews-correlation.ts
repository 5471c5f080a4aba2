import { twoSidedZ } from "../distributions/normal.ts";
import { DEFAULT_LEVEL, EMPTY, type Estimate, type Interval, shownInterval, UNDEFINED } from "../estimate.ts";
import { SHARE_TRIALS_MIN } from "../uncertainty/wilson.ts";
import { type Confusion, matthewsCorrelation } from "./confusion-rates.ts";
import { multinomialDeltaError } from "./multinomial-delta.ts";

/**
 * Standard error of the Matthews correlation by the multinomial delta method: its derivative by each cell is
 * (the opposite cell with its sign) ÷ √(margins) − φ/2 · (one over each of the cell's two margins). Null where the
 * correlation is; 0 when every row is right or every row is wrong.
 *
 * @example matthewsStandardError({ tp: 40, fp: 10, tn: 130, fn: 20 }) // 0.06084771105423095
 */
export function matthewsStandardError(confusion: Confusion): number | null {
  const value = matthewsCorrelation(confusion);
  if (value === null) return null;
  const { tp, fp, tn, fn } = confusion;
  const root = [tp + fp, tp + fn, tn + fp, tn + fn].reduce((all, margin) => all * Math.sqrt(margin), 1);
  const pull = (first: number, second: number): number => (value / 2) * (1 / first + 1 / second);
  const gradient = [
    tn / root - pull(tp + fp, tp + fn),
    -fn / root - pull(tp + fp, tn + fp),
    tp / root - pull(tn + fp, tn + fn),
    -fp / root - pull(tp + fn, tn + fn),
  ];
  return multinomialDeltaError([tp, fp, tn, fn], gradient);
}

/**
 * Matthews correlation with its interval on Fisher's scale, tanh(artanh φ ± z · se ÷ (1 − φ²)); at −1 and 1 it
 * reaches as far as three rows of the other kind would have moved it.
 *
 * In [−1, 1], 0 is no better than chance. No rows: `EMPTY`; a margin of 0 (one class only, or one decision only):
 * `UNDEFINED`; below 30 rows: `LOW_N`.
 *
 * @example matthewsEstimate({ tp: 40, fp: 10, tn: 130, fn: 20 }).value // 0.629940788348712
 */
export function matthewsEstimate(confusion: Confusion, level = DEFAULT_LEVEL): Estimate {
  const { tp, fp, tn, fn } = confusion;
  const rows = tp + fp + tn + fn;
  if (!(rows > 0)) return EMPTY;
  const value = matthewsCorrelation(confusion);
  const error = matthewsStandardError(confusion);
  if (value === null || error === null) return UNDEFINED;
  const isCertain = fp + fn === 0 || tp + tn === 0;
  const fisher = isCertain ? null : fisherInterval(value, error, level);
  const interval = fisher ?? withThreeMore(confusion, value, level);
  return { value, interval, status: rows < SHARE_TRIALS_MIN ? "LOW_N" : "OK" };
}

function fisherInterval(value: number, error: number, level: number): Interval | null {
  if (!(Math.abs(value) < 1) || !(error > 0)) return null;
  const reach = (twoSidedZ(level) * error) / (1 - value * value);
  const centre = Math.atanh(value);
  return { lo: Math.tanh(centre - reach), hi: Math.tanh(centre + reach), level, method: "delta-fisher" };
}

function withThreeMore({ tp, fp, tn, fn }: Confusion, value: number, level: number): Interval {
  const other =
    value > 0
      ? matthewsCorrelation({ tp, tn, fp: fp + 1.5, fn: fn + 1.5 })
      : matthewsCorrelation({ tp: tp + 1.5, tn: tn + 1.5, fp, fn });
  const far = other ?? 0;
  const bounds = { lo: Math.min(value, far), hi: Math.max(value, far), min: -1, max: 1 };
  return shownInterval(value, bounds, { level, method: "rule-of-three" });
}
