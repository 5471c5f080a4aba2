import type { AppendGroup } from "#server/store/append.ts";
import { groupOf, NOON } from "#server/store/testing/groups.ts";

export const LANES = 4;
export const ROWS_PER_BATCH = 40;

export function idOf(lane: number, batch: number, row: number): string {
  return `lane${lane}-batch${batch}-row${row}`;
}

/** A lane's batch: its rows, and labels for some of the rows of the batch before. */
export function batchOf(lane: number, batch: number): AppendGroup {
  const rows = Array.from({ length: ROWS_PER_BATCH }, (_, row) => ({
    id: idOf(lane, batch, row),
    ts: NOON + batch * 60_000 + row,
    cells: { "features.x": batch * row, "features.lane": `lane ${lane}` },
  }));
  const labels = rows
    .filter((_, row) => batch > 0 && row % 2 === 0)
    .map((_, at) => ({ id: idOf(lane, batch - 1, at * 2), value: 1, ts: NOON + batch }));
  return groupOf([{ predictions: [{ rows }], labels: [{ labels }] }], NOON + batch);
}
