import type { ModelSchema } from "#server/models/schema.ts";
import {
  CELL_ABSENT,
  CELL_NULL,
  CELL_TEXT,
  CELL_VALUE,
  CODE_ABSENT,
  CODE_FIRST_VALUE,
  CODE_NULL,
  type Column,
  type Rows,
} from "#server/store/columns.ts";
import type { WindowRecord, WindowTable } from "#server/store/event-store.ts";

/** For tests: undefined is an absent key, a number NaN one that cannot be used. */
type TestCell = number | string | null | undefined;

export interface TestRow {
  readonly ts: number;
  readonly [column: string]: TestCell;
}

/** Columns from rows; a column is of numbers when its first value is a number. */
export function rowsOf(rows: readonly TestRow[]): Rows {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => name !== "ts");
  const columns = new Map(names.map((name) => [name, columnOf(rows.map((row) => row[name]))]));
  return {
    count: rows.length,
    ts: Float64Array.from(rows, (row) => row.ts),
    columnNames: names,
    column: (name) => columns.get(name) ?? null,
  };
}

export function allPositions(rows: Rows): Uint32Array {
  return Uint32Array.from({ length: rows.count }, (_, index) => index);
}

function columnOf(cells: readonly TestCell[]): Column {
  const first = cells.find((cell) => cell !== null && cell !== undefined);
  return typeof first === "string" ? categoryColumn(cells) : numberColumn(cells);
}

function categoryColumn(cells: readonly TestCell[]): Column {
  const dictionary: string[] = [];
  const codes = Uint32Array.from(cells, (cell) => {
    if (cell === undefined) return CODE_ABSENT;
    if (cell === null) return CODE_NULL;
    const known = dictionary.indexOf(String(cell));
    return CODE_FIRST_VALUE + (known >= 0 ? known : dictionary.push(String(cell)) - 1);
  });
  return { kind: "category", codes, dictionary };
}

function numberColumn(cells: readonly TestCell[]): Column {
  const texts = new Map<number, string>();
  const states = Uint8Array.from(cells, (cell, row) => {
    if (cell === undefined) return CELL_ABSENT;
    if (cell === null) return CELL_NULL;
    if (typeof cell === "number" && Number.isFinite(cell)) return CELL_VALUE;
    texts.set(row, String(cell));
    return CELL_TEXT;
  });
  const values = Float64Array.from(cells, (cell, row) =>
    states[row] === CELL_VALUE ? Number(cell) : Number.NaN,
  );
  return { kind: "number", values, states, texts };
}

export function schemaOf(part: Partial<ModelSchema>): ModelSchema {
  return {
    modelId: 1,
    slug: "model",
    task: "binary",
    windowMs: 3_600_000,
    positiveClass: null,
    threshold: 0.5,
    features: [],
    dimensions: [],
    revision: 1,
    ...part,
  };
}

export interface MemoryWindowTable extends WindowTable {
  readonly windows: Map<string, WindowRecord>;
  readonly layouts: string[];
}

export function memoryWindowTable(): MemoryWindowTable {
  const windows = new Map<string, WindowRecord>();
  const layouts: string[] = [];
  const current = new Map<string, number>();
  const keyOf = (...parts: readonly (string | number)[]) => parts.join("|");
  return {
    windows,
    layouts,
    get: (...key) => windows.get(keyOf(...key)) ?? null,
    put: (record) => {
      windows.set(keyOf(record.modelId, record.version, record.levelMs, record.start), record);
    },
    getLayout: (modelId, version) => {
      const layoutId = current.get(keyOf(modelId, version));
      return layoutId === undefined ? null : { layoutId, json: layouts[layoutId] ?? "" };
    },
    putLayout: (modelId, version, json) => {
      const layoutId = layouts.push(json) - 1;
      current.set(keyOf(modelId, version), layoutId);
      return layoutId;
    },
    deleteWindows: (modelId, version, levelMs, from, to) => {
      for (const [key, record] of windows) {
        const isOf = record.modelId === modelId && record.version === version && record.levelMs === levelMs;
        if (isOf && record.start >= from && record.start < to) windows.delete(key);
      }
    },
  };
}
