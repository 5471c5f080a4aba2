import { hyperLogLogError } from "../sketch/hyper-log-log.ts";
import { wilsonInterval } from "../uncertainty/wilson.ts";

/** Rows that it takes to say that a column never varies. */
export const CONSTANT_ROWS_MIN = 50;
/** Half of at least twenty rows is a broken pipe, whatever the statistics say. */
export const IMMEDIATE_RATE = 0.5;
export const IMMEDIATE_ROWS_MIN = 20;
/** A column that was unique may be said not to be below this ratio; the sketch alone errs by 3.3 %. */
const UNIQUE_RATIO = 0.95;

/** A reference that is half one value is often that value alone for a while. */
const ATOM_SHARE = 0.5;

/**
 * Whether a column has stopped varying: one value in at least fifty rows, where the reference had several. A column that
 * never varied is as expected, and one without a reference is not judged.
 *
 * Nor is one whose commonest value holds half of the reference: rows of an hour or a day belong together, so a dry day's
 * rain is 0 in every row, and nothing is broken. Drift of the shares is what to watch there.
 *
 * @example hasTurnedConstant({ rows: 50, distinct: 1, referenceDistinct: 7, referenceTopShare: 0.3 }) // true
 */
export function hasTurnedConstant(column: {
  readonly rows: number;
  readonly distinct: number;
  readonly referenceDistinct: number | null;
  /** Share of the reference's commonest value, or of the bin that holds it. */
  readonly referenceTopShare: number;
}): boolean {
  const { rows, distinct, referenceDistinct, referenceTopShare } = column;
  const varies = referenceDistinct !== null && referenceDistinct > 1 && referenceTopShare < ATOM_SHARE;
  return distinct === 1 && rows >= CONSTANT_ROWS_MIN && varies;
}

/**
 * Whether a column that should be unique may be said not to be: distinct ÷ rows below 0.95, and below what the sketch's
 * own error (two standard errors, ± 3.3 % at p = 12) would explain. With an exact count pass `error` 0. No rows: false.
 *
 * @example isClearlyNotUnique({ rows: 10000, distinct: 9600 }) // false
 */
export function isClearlyNotUnique(
  column: { readonly rows: number; readonly distinct: number },
  error = hyperLogLogError(),
): boolean {
  const { rows, distinct } = column;
  if (!(rows > 0)) return false;
  const ratio = distinct / rows;
  return ratio < UNIQUE_RATIO && ratio * (1 + 2 * error) < 1;
}

/**
 * The rule that waits for nothing: at least half of at least twenty rows are bad, and Wilson's interval of the rate lies
 * wholly beyond what the reference allows, so that a column which is mostly empty by nature does not trip it.
 *
 * @example isImmediate({ bad: 20, rows: 20, limit: 0.01 }) // true
 */
export function isImmediate(window: {
  readonly bad: number;
  readonly rows: number;
  /** The rate that is still allowed. */
  readonly limit: number;
}): boolean {
  const { bad, rows, limit } = window;
  if (rows < IMMEDIATE_ROWS_MIN || bad < IMMEDIATE_RATE * rows) return false;
  const interval = wilsonInterval(bad, rows);
  return interval !== null && interval.lo > limit;
}

/**
 * What a reference says of values outside its own range: none was, but the next of N exchangeable rows is a new minimum
 * or maximum with chance 2 ÷ (N + 1). As counts to compare with: 2 of N + 1.
 *
 * @example rangeBaseline(999) // 2 of 1000
 */
export function rangeBaseline(referenceRows: number): { successes: number; trials: number } {
  return { successes: 2, trials: referenceRows + 1 };
}
