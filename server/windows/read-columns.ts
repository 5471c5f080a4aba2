import { CELL_TEXT, CELL_VALUE, CODE_FIRST_VALUE, type Column } from "#server/store/columns.ts";

/** A row's number; NaN where it has none. Texts are read as numbers. */
export type NumberOf = (row: number) => number;
/** A row's text; null where it has none. */
export type TextOf = (row: number) => string | null;

/** A finite number from a text; NaN where it is none. */
export function parseNumber(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}

export function numberReader(column: Column | null): NumberOf {
  if (column === null) return () => Number.NaN;
  if (column.kind === "number") {
    const { values } = column;
    return (row) => values[row] ?? Number.NaN;
  }
  const { codes } = column;
  const numbers = column.dictionary.map(parseNumber);
  return (row) => numbers[(codes[row] ?? 0) - CODE_FIRST_VALUE] ?? Number.NaN;
}

export function textReader(column: Column | null): TextOf {
  if (column === null) return () => null;
  if (column.kind === "category") {
    const { codes, dictionary } = column;
    return (row) => dictionary[(codes[row] ?? 0) - CODE_FIRST_VALUE] ?? null;
  }
  const { values, states, texts } = column;
  return (row) => {
    const state = states === null ? CELL_VALUE : states[row];
    if (state === CELL_TEXT) return texts?.get(row) ?? null;
    return state === CELL_VALUE ? String(values[row]) : null;
  };
}
