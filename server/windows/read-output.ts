import { readBinaryClass } from "#server/models/binary-class.ts";
import type { Rows } from "#server/store/columns.ts";
import type { LiveLayout } from "#server/windows/live-layout.ts";
import { type NumberOf, numberReader, textReader } from "#server/windows/read-columns.ts";

/** What rows of a binary model put out. */
export interface BinaryRows {
  /** Within 0 and 1; NaN where there is none. */
  readonly probability: NumberOf;
  /** The logged decision, else the one that the threshold makes; null where neither is possible. */
  readonly decision: (row: number) => boolean | null;
}

export function binaryRows(rows: Rows, live: LiveLayout): BinaryRows {
  const { positiveClass, threshold } = live.base;
  const raw = numberReader(rows.column("output.probability"));
  const text = textReader(rows.column("output.value"));
  const classes = new Map<string, boolean | null>();
  const probability: NumberOf = (row) => {
    const value = raw(row);
    return value >= 0 && value <= 1 ? value : Number.NaN;
  };
  const logged = (row: number): boolean | null => {
    const value = text(row);
    if (value === null) return null;
    const known = classes.get(value);
    if (known !== undefined) return known;
    const read = readBinaryClass(value, positiveClass);
    classes.set(value, read);
    return read;
  };
  const decision = (row: number): boolean | null => {
    const said = logged(row);
    if (said !== null) return said;
    const value = probability(row);
    return Number.isNaN(value) ? null : value >= threshold;
  };
  return { probability, decision };
}

export interface MulticlassRows {
  /** Index of the predicted class, by value else the most probable (ties: the first column); −1 where there is none. */
  readonly predicted: NumberOf;
  readonly probabilities: readonly ClassProbability[];
}

export interface ClassProbability {
  readonly classIndex: number;
  readonly probability: NumberOf;
}

export const PROBABILITIES_PREFIX = "output.probabilities.";

export function multiclassRows(rows: Rows, live: LiveLayout): MulticlassRows {
  const probabilities = rows.columnNames
    .filter((name) => name.startsWith(PROBABILITIES_PREFIX))
    .sort()
    .map((name) => ({
      classIndex: live.classes.indexOf(name.slice(PROBABILITIES_PREFIX.length)),
      probability: numberReader(rows.column(name)),
    }));
  const text = textReader(rows.column("output.value"));
  const predicted = (row: number): number => {
    const value = text(row);
    return value === null ? mostProbable(probabilities, row) : live.classes.indexOf(value);
  };
  return { predicted, probabilities };
}

function mostProbable(probabilities: readonly ClassProbability[], row: number): number {
  let best = Number.NEGATIVE_INFINITY;
  let index = -1;
  for (const { classIndex, probability } of probabilities) {
    const value = probability(row);
    if (value > best) {
      best = value;
      index = classIndex;
    }
  }
  return index;
}
