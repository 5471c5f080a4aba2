import {
  type CategoryColumn,
  CELL_ABSENT,
  CELL_NULL,
  CELL_TEXT,
  CELL_VALUE,
  CODE_FIRST_VALUE,
  CODE_NULL,
  type Column,
  type NumberColumn,
} from "#server/store/columns.ts";
import { FEATURE_CELL } from "#server/windows/cells.ts";
import type { LiveCategory, LiveFeature, LiveNumber } from "#server/windows/live-layout.ts";
import { binOf } from "#server/windows/number-bins.ts";
import { parseNumber, type TextOf, textReader } from "#server/windows/read-columns.ts";
import { NO_CELL } from "#server/windows/tally-builder.ts";

/** What one feature's rows count, by local row. */
export interface FeatureCells {
  readonly cells: Uint16Array;
  /** Further cells of some rows: out of range, read from text. */
  readonly extras: readonly Uint16Array[];
  /** Usable numbers, NaN elsewhere; null for categories. */
  readonly values: Float64Array | null;
  /** For rows in the cell of unseen values: which; null for numbers. */
  readonly textOf: TextOf | null;
}

export function featureCells(feature: LiveFeature, column: Column, positions: Uint32Array): FeatureCells {
  if (feature.kind === "number") {
    return column.kind === "number"
      ? numbersOf(feature, column, positions)
      : numbersOfTexts(feature, column, positions);
  }
  return column.kind === "category"
    ? categoriesOf(feature, column, positions)
    : categoriesOfNumbers(feature, column, positions);
}

function numbersOf(feature: LiveNumber, column: NumberColumn, positions: Uint32Array): FeatureCells {
  const cells = new Uint16Array(positions.length);
  const values = new Float64Array(positions.length);
  let outside: Uint16Array | null = null;
  const { states } = column;
  const { edges } = feature;
  const min = feature.range?.min ?? Number.NEGATIVE_INFINITY;
  const max = feature.range?.max ?? Number.POSITIVE_INFINITY;
  for (let j = 0; j < positions.length; j += 1) {
    const row = positions[j] as number;
    const value = column.values[row] as number;
    const state = states === null ? CELL_VALUE : (states[row] as number);
    // A difference that is not zero is NaN: of NaN itself, and of the infinities.
    if (state !== CELL_VALUE || value - value !== 0) {
      cells[j] = stateCell(state);
      values[j] = Number.NaN;
      continue;
    }
    cells[j] = FEATURE_CELL.firstBin + binOf(edges, value);
    values[j] = value;
    if (value < min || value > max) outside = mark(outside, cells.length, j, FEATURE_CELL.outOfRange);
  }
  const extras = [outside, coercedCells(column, positions)].filter((cellsOrNone) => cellsOrNone !== null);
  return { cells, extras, values, textOf: null };
}

/** Absence is not counted: see FEATURE_CELL. */
function stateCell(state: number): number {
  if (state === CELL_ABSENT) return NO_CELL;
  return state === CELL_NULL ? FEATURE_CELL.nulls : FEATURE_CELL.invalid;
}

function coercedCells(column: NumberColumn, positions: Uint32Array): Uint16Array | null {
  const fromText = column.fromText ?? null;
  if (fromText === null || fromText.length === 0) return null;
  const rows = new Set(fromText);
  let cells: Uint16Array | null = null;
  for (let j = 0; j < positions.length; j += 1) {
    if (rows.has(positions[j] as number)) cells = mark(cells, positions.length, j, FEATURE_CELL.coerced);
  }
  return cells;
}

/** Most batches need no further cells: the array is made for the first. */
function mark(cells: Uint16Array | null, length: number, j: number, cell: number): Uint16Array {
  const marked = cells ?? new Uint16Array(length).fill(NO_CELL);
  marked[j] = cell;
  return marked;
}

/** A number's column that was stored as texts (its type was changed): each distinct text is read once. */
function numbersOfTexts(feature: LiveNumber, column: CategoryColumn, positions: Uint32Array): FeatureCells {
  const numbers = column.dictionary.map(parseNumber);
  const cells = new Uint16Array(positions.length);
  const values = new Float64Array(positions.length).fill(Number.NaN);
  let coerced: Uint16Array | null = null;
  for (let j = 0; j < positions.length; j += 1) {
    const code = column.codes[positions[j] as number] as number;
    const value = numbers[code - CODE_FIRST_VALUE] ?? Number.NaN;
    if (Number.isNaN(value)) {
      cells[j] = code >= CODE_FIRST_VALUE ? FEATURE_CELL.invalid : codeCell(code);
      continue;
    }
    cells[j] = FEATURE_CELL.firstBin + binOf(feature.edges, value);
    values[j] = value;
    coerced = mark(coerced, cells.length, j, FEATURE_CELL.coerced);
  }
  return { cells, extras: coerced === null ? [] : [coerced], values, textOf: null };
}

function codeCell(code: number): number {
  return code === CODE_NULL ? FEATURE_CELL.nulls : NO_CELL;
}

const UNKNOWN = 0xfffe;

/** Each distinct text is looked up once, when a row first has it: a dictionary may hold texts that no row here has. */
function categoriesOf(feature: LiveCategory, column: CategoryColumn, positions: Uint32Array): FeatureCells {
  const cellOfCode = new Uint16Array(column.dictionary.length + CODE_FIRST_VALUE).fill(UNKNOWN);
  cellOfCode[0] = NO_CELL;
  cellOfCode[CODE_NULL] = FEATURE_CELL.nulls;
  const cells = new Uint16Array(positions.length);
  for (let j = 0; j < positions.length; j += 1) {
    const code = column.codes[positions[j] as number] as number;
    let cell = cellOfCode[code] ?? NO_CELL;
    if (cell === UNKNOWN) {
      cell = feature.cellOf(column.dictionary[code - CODE_FIRST_VALUE] ?? "");
      cellOfCode[code] = cell;
    }
    cells[j] = cell;
  }
  return { cells, extras: [], values: null, textOf: textReader(column) };
}

/** A category's column that was stored as numbers: 16 is the category "16". */
function categoriesOfNumbers(
  feature: LiveCategory,
  column: NumberColumn,
  positions: Uint32Array,
): FeatureCells {
  const cells = new Uint16Array(positions.length);
  const textOf = textReader(column);
  for (let j = 0; j < positions.length; j += 1) {
    const row = positions[j] as number;
    const text = textOf(row);
    const state = column.states === null ? CELL_VALUE : column.states[row];
    if (text !== null) cells[j] = feature.cellOf(text);
    else cells[j] = state === CELL_NULL || state === CELL_TEXT ? FEATURE_CELL.nulls : NO_CELL;
  }
  return { cells, extras: [], values: null, textOf };
}
