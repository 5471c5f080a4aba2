import type { MulticlassCurves } from "#server/api/contract.ts";
import { type Share, shareOf } from "./share-interval.ts";

export interface ConfusionCell {
  readonly predicted: string;
  readonly count: number;
  /** Of the row: of all that truly were this class. */
  readonly share: Share;
  readonly right: boolean;
}
interface ConfusionRow {
  readonly actual: string;
  readonly total: number;
  readonly cells: readonly ConfusionCell[];
}
export interface ConfusionModel {
  readonly classes: readonly string[];
  readonly rows: readonly ConfusionRow[];
  /** Classes folded into the last row and column; 0 when all are shown. */
  readonly folded: number;
}

const CLASSES_MAX = 20;
export const OTHER = "all others";

/** The classes with most labels by themselves, the rest summed: counts add up, so nothing is lost. */
export function confusionModel(curves: MulticlassCurves, max = CLASSES_MAX): ConfusionModel {
  const totals = curves.confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  const order = curves.classes
    .map((_, index) => index)
    .sort((a, b) => (totals[b] ?? 0) - (totals[a] ?? 0) || a - b);
  const kept = order.length > max ? order.slice(0, max - 1) : order;
  const rest = order.slice(kept.length);
  const groups = [...kept.map((index) => [index]), ...(rest.length > 0 ? [rest] : [])];
  const names = groups.map((group, at) => (at < kept.length ? (curves.classes[group[0] ?? 0] ?? "") : OTHER));
  const sum = (from: readonly number[], to: readonly number[]) =>
    from.reduce(
      (total, row) => total + to.reduce((part, column) => part + (curves.confusion[row]?.[column] ?? 0), 0),
      0,
    );
  return {
    classes: names,
    folded: rest.length,
    rows: groups.map((from, at) => {
      const counts = groups.map((to) => sum(from, to));
      const total = counts.reduce((all, count) => all + count, 0);
      return {
        actual: names[at] ?? "",
        total,
        cells: counts.map((count, to) => ({
          predicted: names[to] ?? "",
          count,
          share: shareOf(count, total),
          right: to === at && at < kept.length,
        })),
      };
    }),
  };
}

/** The pair of classes that is mixed up most, by count. */
export function worstMixUp(model: ConfusionModel): { actual: string; cell: ConfusionCell } | null {
  let worst: { actual: string; cell: ConfusionCell } | null = null;
  for (const row of model.rows) {
    for (const cell of row.cells) {
      if (cell.right || cell.count === 0 || row.actual === cell.predicted) continue;
      if (worst === null || cell.count > worst.cell.count) worst = { actual: row.actual, cell };
    }
  }
  return worst;
}
