import type { AlertListItem, SegmentRow } from "#server/api/contract.ts";

export const isJudged = ({ point }: SegmentRow) =>
  point.value !== null && point.status !== "LOW_N" && point.status !== "EMPTY";

/** What the rows say on average, by their n: the level that one of them is held against. */
export function averageOf(rows: readonly SegmentRow[]): number | null {
  const judged = rows.filter(isJudged);
  const total = judged.reduce((sum, row) => sum + row.point.nCur, 0);
  if (total === 0) return null;
  return judged.reduce((sum, row) => sum + (row.point.value ?? 0) * row.point.nCur, 0) / total;
}

export interface Standout {
  readonly row: SegmentRow;
  /** The average of the others. */
  readonly rest: number;
}

/** Segments whose whole interval is worse than the others are on average: only these stand out. */
export function standouts(rows: readonly SegmentRow[], op: AlertListItem["op"]): Standout[] {
  const judged = rows.filter(isJudged);
  return judged.flatMap((row) => {
    const rest = averageOf(judged.filter((other) => other !== row));
    const ci = row.point.ci;
    if (rest === null || ci === null) return [];
    const worse = op === "above" ? ci.lo > rest : ci.hi < rest;
    return worse ? [{ row, rest }] : [];
  });
}
