import type { ColumnName } from "#server/store/columns.ts";
import { cellAt, sameCell } from "#server/store/rows/cells.ts";
import type { ChunkRows } from "#server/store/rows/chunk-rows.ts";

/**
 * Decides duplicate or conflict for two rows of one identity by their cells, not by a hash: it costs nothing
 * until an id really comes twice, cannot collide, and holds across compaction.
 */
export function sameContent(left: ChunkRows, leftRow: number, right: ChunkRows, rightRow: number): boolean {
  if (!sameTime(left, leftRow, right, rightRow)) return false;
  for (const name of columnUnion(left, right)) {
    if (!sameCell(cellAt(left.column(name), leftRow), cellAt(right.column(name), rightRow))) return false;
  }
  return true;
}

/** A time that the server set is no part of what was logged. */
function sameTime(left: ChunkRows, leftRow: number, right: ChunkRows, rightRow: number): boolean {
  const leftServer = left.tsFromServer?.[leftRow] === 1;
  const rightServer = right.tsFromServer?.[rightRow] === 1;
  if (leftServer || rightServer) return leftServer === rightServer;
  return loggedTs(left, leftRow) === loggedTs(right, rightRow);
}

function loggedTs(rows: ChunkRows, row: number): number | undefined {
  return rows.tsRaw?.get(row) ?? rows.ts[row];
}

function columnUnion(left: ChunkRows, right: ChunkRows): Iterable<ColumnName> {
  return new Set([...left.columnNames, ...right.columnNames]);
}
