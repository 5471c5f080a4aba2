import { DEFAULT_LEVEL, EMPTY, type Estimate, type Interval, shownInterval, UNDEFINED } from "../estimate.ts";
import { logitInterval } from "../uncertainty/logit-interval.ts";
import { SHARE_TRIALS_MIN } from "../uncertainty/wilson.ts";
import type { Confusion } from "./confusion-rates.ts";

/** With 95 %, something that was never seen happened at most three times in expectation. */
const UNSEEN_MAX = 3;

/**
 * F1 score: harmonic mean of precision and recall, 2TP ÷ (2TP + FP + FN). In [0, 1]. Null when nothing is or was
 * called positive; 0 when nothing of it was right.
 *
 * @example fScore({ tp: 40, fp: 10, tn: 130, fn: 20 }) // 0.7272727272727273
 */
export function fScore({ tp, fp, fn }: Confusion): number | null {
  const weight = 2 * tp + fp + fn;
  return weight > 0 ? (2 * tp) / weight : null;
}

/**
 * Standard error of F1 by the multinomial delta method, √(4 TP (FP + FN)(TP + FP + FN)) ÷ (2TP + FP + FN)².
 * 0 when every positive was right or none was; null where F1 is.
 *
 * @example fScoreStandardError({ tp: 40, fp: 10, tn: 130, fn: 20 }) // 0.04790537767335351
 */
export function fScoreStandardError({ tp, fp, fn }: Confusion): number | null {
  const weight = 2 * tp + fp + fn;
  if (!(weight > 0)) return null;
  return Math.sqrt(4 * tp * (fp + fn) * (tp + fp + fn)) / weight ** 2;
}

/**
 * F1 with its interval: on the logit scale from the delta method; at 0 and at 1, where that has no width, by the
 * rule of three (three unseen events). No rows: `EMPTY`; no positives anywhere: `UNDEFINED`; fewer than 30 rows in
 * TP + FP + FN: `LOW_N`.
 *
 * @example fScoreEstimate({ tp: 0, fp: 5, tn: 5, fn: 5 }).interval?.hi // 6 ÷ 16 = 0.375
 */
export function fScoreEstimate(confusion: Confusion, level = DEFAULT_LEVEL): Estimate {
  const { tp, fp, tn, fn } = confusion;
  if (!(tp + fp + tn + fn > 0)) return EMPTY;
  const value = fScore(confusion);
  const error = fScoreStandardError(confusion);
  if (value === null || error === null) return UNDEFINED;
  const status = tp + fp + fn < SHARE_TRIALS_MIN ? "LOW_N" : "OK";
  const interval =
    logitInterval(value, error, "multinomial-delta-logit", level) ?? ruleOfThree(confusion, value, level);
  return { value, interval, status };
}

function ruleOfThree({ tp, fp, fn }: Confusion, value: number, level: number): Interval {
  const unseen = UNSEEN_MAX;
  const bounds =
    tp === 0
      ? { lo: 0, hi: (2 * unseen) / (2 * unseen + fp + fn) }
      : { lo: (2 * tp) / (2 * tp + unseen), hi: 1 };
  return shownInterval(value, { ...bounds, min: 0, max: 1 }, { level, method: "rule-of-three" });
}
