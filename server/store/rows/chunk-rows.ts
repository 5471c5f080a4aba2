import type { Column, ColumnName, PredictionBatch, Rows, TextColumn } from "#server/store/columns.ts";

/** Rows as they are stored: what the folder sees plus what makes them one log. */
export interface ChunkRows extends Rows {
  readonly ids: TextColumn;
  /** When each row came in, milliseconds since 1970. */
  readonly receivedAt: Float64Array;
  /** Ledger number of the commit that stored each row: it stays with the row when chunks are merged. */
  readonly seq: Float64Array;
  readonly tsFromServer: Uint8Array | null;
  readonly tsRaw: ReadonlyMap<number, number> | null;
}

/** The rows of a batch on its way in, without a copy. */
export function batchRows(batch: PredictionBatch, receivedAtMs: number, seq: number): ChunkRows {
  const columns = new Map<ColumnName, Column>();
  for (const { name, column } of batch.columns) columns.set(name, column);
  return {
    count: batch.count,
    ts: batch.ts,
    ids: batch.ids,
    receivedAt: new Float64Array(batch.count).fill(receivedAtMs),
    seq: new Float64Array(batch.count).fill(seq),
    tsFromServer: batch.tsFromServer,
    tsRaw: batch.tsRaw !== null && batch.tsRaw.size > 0 ? batch.tsRaw : null,
    columnNames: [...columns.keys()],
    column: (name) => columns.get(name) ?? null,
  };
}

/** A rough size in memory, for caches that are bounded by bytes. */
export function rowsBytes(rows: ChunkRows): number {
  const perRow = 8 + 8 + 8 + 4 + rows.columnNames.length * 6;
  return rows.count * perRow + rows.ids.bytes.length + 2_048;
}
