import {
  CELL_ABSENT,
  CELL_NULL,
  CELL_TEXT,
  CODE_ABSENT,
  CODE_FIRST_VALUE,
  CODE_NULL,
  type Column,
  type LabelBatch,
  type LabelValue,
  type PredictionBatch,
  type TextColumn,
} from "#server/store/columns.ts";

/** One row of a batch as an object; cells that are absent are left out, cells that kept a text are `{text}`. */
export interface BatchRow {
  readonly modelId: number;
  readonly version: string | null;
  readonly id: string;
  readonly ts: number;
  readonly fromServer: boolean;
  readonly raw: number | null;
  readonly cells: ReadonlyMap<string, Cell>;
  readonly value?: LabelValue;
}
type Cell = number | string | null | { readonly text: string };

export function predictionRows(batch: PredictionBatch): BatchRow[] {
  return Array.from({ length: batch.count }, (_, row) => {
    const cells = new Map<string, Cell>();
    for (const { name, column } of batch.columns) {
      const cell = cellAt(column, row);
      if (cell !== undefined) cells.set(name, cell);
    }
    return {
      modelId: batch.modelId,
      version: batch.version,
      id: textAt(batch.ids, row),
      ts: batch.ts[row] ?? Number.NaN,
      fromServer: batch.tsFromServer?.[row] === 1,
      raw: batch.tsRaw?.get(row) ?? null,
      cells,
    };
  });
}

export function labelRows(batch: LabelBatch): BatchRow[] {
  return batch.values.map((value, row) => ({
    modelId: batch.modelId,
    version: null,
    id: textAt(batch.ids, row),
    ts: batch.ts[row] ?? Number.NaN,
    fromServer: batch.tsFromServer?.[row] === 1,
    raw: null,
    cells: new Map(),
    value,
  }));
}

function textAt(column: TextColumn, row: number): string {
  return Buffer.from(column.bytes.slice(column.offsets[row], column.offsets[row + 1])).toString();
}

function cellAt(column: Column, row: number): Cell | undefined {
  if (column.kind === "category") {
    const code = column.codes[row] ?? CODE_ABSENT;
    if (code === CODE_ABSENT) return undefined;
    return code === CODE_NULL ? null : (column.dictionary[code - CODE_FIRST_VALUE] ?? null);
  }
  const state = column.states?.[row] ?? 0;
  if (state === CELL_ABSENT) return undefined;
  if (state === CELL_NULL) return null;
  if (state === CELL_TEXT) return { text: column.texts?.get(row) ?? "" };
  return column.values[row] ?? Number.NaN;
}
