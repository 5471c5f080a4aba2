import {
  CELL_ABSENT,
  CELL_TEXT,
  CELL_VALUE,
  CODE_ABSENT,
  CODE_FIRST_VALUE,
  CODE_NULL,
  type Column,
} from "#server/store/columns.ts";

/** A cell as it was logged; undefined when the row had no such key. */
export type Cell = string | number | null | undefined;

export function cellAt(column: Column | null, row: number): Cell {
  if (column === null) return undefined;
  if (column.kind === "category") {
    const code = column.codes[row] ?? CODE_ABSENT;
    if (code === CODE_ABSENT) return undefined;
    return code === CODE_NULL ? null : (column.dictionary[code - CODE_FIRST_VALUE] ?? null);
  }
  const state = column.states === null ? CELL_VALUE : column.states[row];
  if (state === CELL_VALUE) return column.values[row];
  if (state === CELL_ABSENT) return undefined;
  return state === CELL_TEXT ? (column.texts?.get(row) ?? null) : null;
}

/** A category is compared as text: the number 16 and the text "16" are one value. */
export function sameCell(left: Cell, right: Cell): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined || left === null || right === null) return false;
  return typeof left !== typeof right && String(left) === String(right);
}
