import { DEFAULT_LEVEL, EMPTY, type Estimate, UNDEFINED } from "../estimate.ts";
import { logitInterval } from "../uncertainty/logit-interval.ts";
import { SHARE_TRIALS_MIN, wilsonInterval } from "../uncertainty/wilson.ts";
import type { Ratio } from "./confusion-rates.ts";
import { multinomialDeltaError } from "./multinomial-delta.ts";

/** Counts of labelled predictions, row-major: rows are what was, columns what was predicted. */
export interface ConfusionMatrix {
  readonly counts: ArrayLike<number>;
  readonly side: number;
}

export type MacroMetric = "precision" | "recall" | "f1";

interface Margins {
  readonly actual: Float64Array;
  readonly predicted: Float64Array;
  readonly total: number;
  /** Classes that occur on either side. */
  readonly present: readonly number[];
}

function marginsOf({ counts, side }: ConfusionMatrix): Margins {
  const actual = new Float64Array(side);
  const predicted = new Float64Array(side);
  let total = 0;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const count = counts[row * side + column] ?? 0;
      actual[row] = (actual[row] ?? 0) + count;
      predicted[column] = (predicted[column] ?? 0) + count;
      total += count;
    }
  }
  const present = Array.from(actual.keys()).filter((c) => (actual[c] ?? 0) + (predicted[c] ?? 0) > 0);
  return { actual, predicted, total, present };
}

/**
 * Share of predictions on the diagonal: accuracy, which is also micro-averaged precision, recall and F1.
 *
 * @example diagonalRatio({ counts: [3, 1, 0, 4], side: 2 }) // 7 of 8
 */
export function diagonalRatio({ counts, side }: ConfusionMatrix): Ratio {
  let successes = 0;
  let trials = 0;
  for (let cell = 0; cell < side * side; cell++) trials += counts[cell] ?? 0;
  for (let c = 0; c < side; c++) successes += counts[c * side + c] ?? 0;
  return { successes, trials };
}

/**
 * Precision and recall of one class as counts.
 *
 * @example classRatios({ counts: [3, 1, 0, 4], side: 2 }, 0).recall // 3 of 4
 */
export function classRatios(
  { counts, side }: ConfusionMatrix,
  index: number,
): { precision: Ratio; recall: Ratio } {
  const successes = counts[index * side + index] ?? 0;
  const ratios = { precision: { successes, trials: 0 }, recall: { successes, trials: 0 } };
  for (let other = 0; other < side; other++) {
    ratios.precision.trials += counts[other * side + index] ?? 0;
    ratios.recall.trials += counts[index * side + other] ?? 0;
  }
  return ratios;
}

/**
 * Macro average: the plain mean of precision, recall or F1 over the classes that occur as truth or as prediction.
 *
 * Every class weighs the same, however rare. A class that occurs but was never predicted has precision 0, one that
 * was predicted but never occurred has recall 0 (as scikit-learn with zero_division = 0). No rows: null.
 *
 * @example macroAverage({ counts: [3, 1, 0, 4], side: 2 }, "recall") // (0.75 + 1) ÷ 2 = 0.875
 */
export function macroAverage(matrix: ConfusionMatrix, metric: MacroMetric): number | null {
  const margins = marginsOf(matrix);
  if (margins.present.length === 0) return null;
  const sum = margins.present.reduce((total, c) => total + classValue(matrix, margins, metric, c), 0);
  return sum / margins.present.length;
}

function classValue(matrix: ConfusionMatrix, margins: Margins, metric: MacroMetric, c: number): number {
  const weight = denominator(margins, metric, c);
  const hits = matrix.counts[c * matrix.side + c] ?? 0;
  return weight > 0 ? ((metric === "f1" ? 2 : 1) * hits) / weight : 0;
}

function denominator(margins: Margins, metric: MacroMetric, c: number): number {
  const actual = margins.actual[c] ?? 0;
  const predicted = margins.predicted[c] ?? 0;
  if (metric === "precision") return predicted;
  return metric === "recall" ? actual : actual + predicted;
}

/**
 * Standard error of a macro average by the multinomial delta method: √(Σ g² x − (Σ g x)² ÷ n), where x are the cells
 * and g the derivative of the average by each of them. 0 when every row is right. No rows: null.
 *
 * @example macroStandardError({ counts: [5, 0, 0, 5], side: 2 }, "f1") // 0
 */
export function macroStandardError(matrix: ConfusionMatrix, metric: MacroMetric): number | null {
  const margins = marginsOf(matrix);
  if (margins.present.length === 0) return null;
  let sum = 0;
  let squares = 0;
  for (const row of margins.present) {
    for (const column of margins.present) {
      const count = matrix.counts[row * matrix.side + column] ?? 0;
      if (count === 0) continue;
      const gradient = cellGradient(matrix, margins, metric, row, column) / margins.present.length;
      sum += gradient * count;
      squares += gradient * gradient * count;
    }
  }
  return Math.sqrt(Math.max(0, squares - (sum * sum) / margins.total));
}

/**
 * Weighted average: precision, recall or F1 of each class weighted by how often the class occurs as truth.
 *
 * Common classes decide; the weighted recall is the accuracy. In [0, 1]. A class that was never predicted has
 * precision 0 (as scikit-learn with zero_division = 0). No rows: null.
 *
 * @example weightedAverage({ counts: [3, 1, 0, 4], side: 2 }, "recall") // 7 ÷ 8 = 0.875
 */
export function weightedAverage(matrix: ConfusionMatrix, metric: MacroMetric): number | null {
  const margins = marginsOf(matrix);
  if (!(margins.total > 0)) return null;
  const sum = margins.present.reduce(
    (total, c) => total + (margins.actual[c] ?? 0) * classValue(matrix, margins, metric, c),
    0,
  );
  return sum / margins.total;
}

/**
 * Standard error of a weighted average by the multinomial delta method. No rows: null.
 *
 * @example weightedStandardError({ counts: [3, 1, 0, 4], side: 2 }, "recall") // √(0.875 · 0.125 ÷ 8) = 0.11692679333668567
 */
export function weightedStandardError(matrix: ConfusionMatrix, metric: MacroMetric): number | null {
  const margins = marginsOf(matrix);
  const average = weightedAverage(matrix, metric);
  if (average === null) return null;
  const { side, counts } = matrix;
  const values = Array.from({ length: side }, (_, c) => classValue(matrix, margins, metric, c));
  const weights = Array.from(margins.actual);
  const gradient = Float64Array.from({ length: side * side }, (_, cell) => {
    const row = Math.floor(cell / side);
    const inside = weightedCellGradient(matrix, margins, metric, { row, column: cell % side, weights });
    return (inside + (values[row] ?? 0) - average) / margins.total;
  });
  return multinomialDeltaError(counts, gradient);
}

function weightedCellGradient(
  matrix: ConfusionMatrix,
  margins: Margins,
  metric: MacroMetric,
  { row, column, weights }: { row: number; column: number; weights: readonly number[] },
): number {
  const factor = metric === "f1" ? 2 : 1;
  const weightOf = (c: number): number => weights[c] ?? 0;
  const drag = (c: number): number => {
    const size = denominator(margins, metric, c);
    return size > 0 ? (weightOf(c) * factor * (matrix.counts[c * matrix.side + c] ?? 0)) / size ** 2 : 0;
  };
  const size = denominator(margins, metric, row);
  const gain = row === column && size > 0 ? (factor * weightOf(row)) / size : 0;
  if (metric === "precision") return gain - drag(column);
  return metric === "recall" ? gain - drag(row) : gain - drag(row) - drag(column);
}

/**
 * A weighted average with its interval, made as macroEstimate's. No rows: `EMPTY`; below 30: `LOW_N`.
 *
 * @example weightedEstimate({ counts: [], side: 0 }, "f1").status // "EMPTY"
 */
export function weightedEstimate(
  matrix: ConfusionMatrix,
  metric: MacroMetric,
  level = DEFAULT_LEVEL,
): Estimate {
  return averageEstimate(
    matrix,
    { value: weightedAverage(matrix, metric), error: weightedStandardError(matrix, metric) },
    level,
  );
}

/** d/dx of Σ_c factor·x_cc ÷ denominator_c: the cell itself on the diagonal, and the denominators it is part of. */
function cellGradient(
  matrix: ConfusionMatrix,
  margins: Margins,
  metric: MacroMetric,
  row: number,
  column: number,
): number {
  const factor = metric === "f1" ? 2 : 1;
  const drag = (c: number): number => {
    const weight = denominator(margins, metric, c);
    return weight > 0 ? (factor * (matrix.counts[c * matrix.side + c] ?? 0)) / weight ** 2 : 0;
  };
  const gain = row === column ? factor / denominator(margins, metric, row) : 0;
  if (metric === "precision") return gain - drag(column);
  if (metric === "recall") return gain - drag(row);
  return gain - drag(row) - drag(column);
}

/**
 * A macro average with its interval: delta method on the logit scale; where that has no width (all right or all
 * wrong), Wilson over all rows. No rows: `EMPTY`; below 30: `LOW_N`.
 *
 * @example macroEstimate({ counts: [], side: 0 }, "f1").status // "EMPTY"
 */
export function macroEstimate(matrix: ConfusionMatrix, metric: MacroMetric, level = DEFAULT_LEVEL): Estimate {
  return averageEstimate(
    matrix,
    { value: macroAverage(matrix, metric), error: macroStandardError(matrix, metric) },
    level,
  );
}

function averageEstimate(
  matrix: ConfusionMatrix,
  { value, error }: { value: number | null; error: number | null },
  level: number,
): Estimate {
  const { trials } = diagonalRatio(matrix);
  if (!(trials > 0)) return EMPTY;
  if (value === null || error === null) return UNDEFINED;
  const interval =
    logitInterval(value, error, "multinomial-delta-logit", level) ??
    wilsonInterval(Math.min(trials, value * trials), trials, level);
  return { value, interval, status: trials < SHARE_TRIALS_MIN ? "LOW_N" : "OK" };
}
