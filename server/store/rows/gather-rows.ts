import {
  type CategoryColumn,
  CELL_ABSENT,
  CELL_NULL,
  CELL_TEXT,
  CELL_VALUE,
  CODE_ABSENT,
  CODE_FIRST_VALUE,
  CODE_NULL,
  type Column,
  type ColumnName,
  type NumberColumn,
} from "#server/store/columns.ts";
import type { ChunkRows } from "#server/store/rows/chunk-rows.ts";
import { gatherTexts } from "#server/store/rows/text-column.ts";

/** Which rows make up the new ones: row i is row `rows[i]` of source `sources[i]`. */
export interface Selection {
  readonly sources: Uint32Array;
  readonly rows: Uint32Array;
}

/** Rows of several sources as one, in the order of the selection. Columns are gathered when they are asked for. */
export function gatherRows(parts: readonly ChunkRows[], selection: Selection): ChunkRows {
  const names = unionOfNames(parts);
  const known = new Set(names);
  const ids = gatherTexts(
    parts.map((part) => part.ids),
    selection.sources,
    selection.rows,
  );
  return {
    count: selection.rows.length,
    ids,
    ts: gatherFloats(parts, selection, (part) => part.ts),
    receivedAt: gatherFloats(parts, selection, (part) => part.receivedAt),
    seq: gatherFloats(parts, selection, (part) => part.seq),
    tsFromServer: gatherFlags(parts, selection),
    tsRaw: gatherRaw(parts, selection),
    columnNames: names,
    column: (name) => (known.has(name) ? gatherColumn(parts, selection, name) : null),
  };
}

function unionOfNames(parts: readonly ChunkRows[]): ColumnName[] {
  const names = new Set<ColumnName>();
  for (const part of parts) for (const name of part.columnNames) names.add(name);
  return [...names];
}

function gatherFloats(
  parts: readonly ChunkRows[],
  { sources, rows }: Selection,
  pick: (part: ChunkRows) => Float64Array,
): Float64Array {
  const columns = parts.map(pick);
  const values = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at++) values[at] = columns[sources[at] ?? 0]?.[rows[at] ?? 0] ?? 0;
  return values;
}

function gatherFlags(parts: readonly ChunkRows[], { sources, rows }: Selection): Uint8Array | null {
  const columns = parts.map((part) => part.tsFromServer);
  if (columns.every((column) => column === null)) return null;
  const flags = new Uint8Array(rows.length);
  for (let at = 0; at < rows.length; at++) flags[at] = columns[sources[at] ?? 0]?.[rows[at] ?? 0] ?? 0;
  return flags;
}

function gatherRaw(
  parts: readonly ChunkRows[],
  { sources, rows }: Selection,
): ReadonlyMap<number, number> | null {
  const maps = parts.map((part) => part.tsRaw);
  if (maps.every((map) => map === null)) return null;
  const raw = new Map<number, number>();
  for (let at = 0; at < rows.length; at++) {
    const ts = maps[sources[at] ?? 0]?.get(rows[at] ?? 0);
    if (ts !== undefined) raw.set(at, ts);
  }
  return raw.size > 0 ? raw : null;
}

function gatherColumn(parts: readonly ChunkRows[], selection: Selection, name: ColumnName): Column {
  const columns = parts.map((part) => part.column(name));
  const categories: Array<CategoryColumn | null> = [];
  for (const column of columns) {
    // One part that holds numbers makes the whole a number column: its texts are kept as they were sent.
    if (column?.kind === "number") return gatherNumbers(columns, selection);
    categories.push(column);
  }
  return gatherCategories(categories, selection);
}

function gatherCategories(
  columns: ReadonlyArray<CategoryColumn | null>,
  { sources, rows }: Selection,
): CategoryColumn {
  const dictionary: string[] = [];
  const codeOf = new Map<string, number>();
  const maps = columns.map((column) => new Uint32Array((column?.dictionary.length ?? 0) + CODE_FIRST_VALUE));
  const codes = new Uint32Array(rows.length);
  for (let at = 0; at < rows.length; at++) {
    const source = sources[at] ?? 0;
    const column = columns[source];
    const map = maps[source];
    const old = column?.codes[rows[at] ?? 0] ?? CODE_ABSENT;
    if (old < CODE_FIRST_VALUE || !column || !map) {
      codes[at] = old === CODE_NULL ? CODE_NULL : CODE_ABSENT;
      continue;
    }
    codes[at] = map[old] || translate(column, old, map, dictionary, codeOf);
  }
  return { kind: "category", codes, dictionary };
}

/** First time that a source's code is met: finds or adds its text in the new dictionary. */
function translate(
  column: CategoryColumn,
  old: number,
  map: Uint32Array,
  dictionary: string[],
  codeOf: Map<string, number>,
): number {
  const text = column.dictionary[old - CODE_FIRST_VALUE] ?? "";
  let code = codeOf.get(text);
  if (code === undefined) {
    code = dictionary.push(text) - 1 + CODE_FIRST_VALUE;
    codeOf.set(text, code);
  }
  map[old] = code;
  return code;
}

function gatherNumbers(columns: ReadonlyArray<Column | null>, selection: Selection): NumberColumn {
  const { sources, rows } = selection;
  const values = new Float64Array(rows.length);
  const dense = columns.map((column) => (isDense(column) ? column.values : null));
  if (dense.every((own) => own !== null)) {
    for (let at = 0; at < rows.length; at++) values[at] = dense[sources[at] ?? 0]?.[rows[at] ?? 0] ?? 0;
    return {
      kind: "number",
      values,
      states: null,
      texts: null,
      fromText: gatherFromText(columns, selection),
    };
  }
  const states = new Uint8Array(rows.length);
  const texts = new Map<number, string>();
  for (let at = 0; at < rows.length; at++) {
    const source = sources[at] ?? 0;
    const row = rows[at] ?? 0;
    const own = dense[source];
    const column = columns[source] ?? null;
    const state = own ? CELL_VALUE : numberState(column, row);
    states[at] = state;
    values[at] = state === CELL_VALUE && column?.kind === "number" ? (column.values[row] ?? 0) : Number.NaN;
    if (state === CELL_TEXT) texts.set(at, textOf(column, row));
  }
  return {
    kind: "number",
    values,
    states,
    texts: texts.size > 0 ? texts : null,
    fromText: gatherFromText(columns, selection),
  };
}

function isDense(column: Column | null): column is NumberColumn {
  return column?.kind === "number" && column.states === null;
}

function gatherFromText(
  columns: ReadonlyArray<Column | null>,
  { sources, rows }: Selection,
): Uint32Array | null {
  const known = columns.map((column) => new Set(column?.kind === "number" ? column.fromText : null));
  if (known.every((set) => set.size === 0)) return null;
  const found: number[] = [];
  for (let at = 0; at < rows.length; at++) {
    if (known[sources[at] ?? 0]?.has(rows[at] ?? 0)) found.push(at);
  }
  return found.length > 0 ? Uint32Array.from(found) : null;
}

function numberState(column: Column | null, row: number): number {
  if (column === null) return CELL_ABSENT;
  if (column.kind === "number") return column.states === null ? CELL_VALUE : (column.states[row] ?? 0);
  const code = column.codes[row] ?? CODE_ABSENT;
  if (code === CODE_ABSENT) return CELL_ABSENT;
  return code === CODE_NULL ? CELL_NULL : CELL_TEXT;
}

function textOf(column: Column | null, row: number): string {
  if (column === null) return "";
  if (column.kind === "number") return column.texts?.get(row) ?? "";
  return column.dictionary[(column.codes[row] ?? 0) - CODE_FIRST_VALUE] ?? "";
}
