import { type BufferPacker, packedSize } from "#server/ingest/buffer-packer.ts";
import {
  type CategoryColumn,
  CELL_ABSENT,
  CELL_NULL,
  CELL_TEXT,
  CELL_VALUE,
  CODE_ABSENT,
  CODE_FIRST_VALUE,
  CODE_NULL,
  type ColumnName,
  type NumberColumn,
} from "#server/store/columns.ts";

/** `filled` of a column that no row of the current batch has touched. */
export const INACTIVE = -1;

/** Grows a column of numbers. The owner writes `values[row]` itself where the row has a plain number, then sets `filled`. */
export class NumberColumnBuilder {
  readonly kind = "number";
  readonly name: ColumnName;
  /** Rows that have a cell; INACTIVE while the batch has none. */
  filled = INACTIVE;
  /** First row of the batch with a cell, and the first that settled the type (INACTIVE: settled before). */
  bornRow = 0;
  typedRow = INACTIVE;
  values: Float64Array = new Float64Array(0);
  states: Uint8Array = new Uint8Array(0);
  hasStates = false;
  texts: Map<number, string> | null = null;
  fromText: number[] = [];

  constructor(name: ColumnName) {
    this.name = name;
  }

  activate(row: number, capacity: number): void {
    this.reserve(capacity);
    this.hasStates = false;
    this.texts = null;
    this.fromText = [];
    this.filled = 0;
    this.bornRow = row;
    this.typedRow = INACTIVE;
  }

  reserve(capacity: number): void {
    if (this.values.length >= capacity) return;
    this.values = grownFloat64(this.values, capacity);
    if (this.hasStates) this.states = grownUint8(this.states, capacity);
  }

  /** Marks rows without the key, up to `row`. */
  catchUp(row: number): void {
    if (this.filled >= row) return;
    this.needStates();
    this.states.fill(CELL_ABSENT, this.filled, row);
    this.values.fill(Number.NaN, this.filled, row);
    this.filled = row;
  }

  putState(row: number, state: number): void {
    this.needStates();
    this.states[row] = state;
    this.values[row] = state === CELL_VALUE ? (this.values[row] ?? Number.NaN) : Number.NaN;
  }

  putNull(row: number): void {
    this.putState(row, CELL_NULL);
  }

  putText(row: number, text: string): void {
    this.putState(row, CELL_TEXT);
    this.texts ??= new Map();
    this.texts.set(row, text);
  }

  putNumberFromText(row: number, value: number): void {
    this.putNumber(row, value);
    this.fromText.push(row);
  }

  putNumber(row: number, value: number): void {
    this.values[row] = value;
    if (this.hasStates) this.states[row] = CELL_VALUE;
  }

  /** What a row without a usable value said; undefined when it lacked the key. */
  textAt(row: number): string | null | undefined {
    const state = this.hasStates ? this.states[row] : CELL_VALUE;
    if (state === CELL_TEXT) return this.texts?.get(row);
    return state === CELL_NULL ? null : undefined;
  }

  truncate(count: number): void {
    this.filled = Math.min(this.filled, count);
    if (this.texts !== null)
      for (const row of [...this.texts.keys()]) if (row >= count) this.texts.delete(row);
    while ((this.fromText.at(-1) ?? -1) >= count) this.fromText.pop();
  }

  packedBytes(count: number): number {
    return count * 8 + (this.hasStates ? packedSize(count) : 0) + packedSize(this.fromText.length * 4);
  }

  pack(packer: BufferPacker, count: number): NumberColumn {
    const values = packer.float64(this.values, count);
    const states = this.hasStates ? packer.uint8(this.states, count) : null;
    const fromText =
      this.fromText.length > 0 ? packer.uint32(Uint32Array.from(this.fromText), this.fromText.length) : null;
    return { kind: "number", values, states, texts: this.texts, fromText };
  }

  capacityBytes(): number {
    return this.values.byteLength + this.states.byteLength;
  }

  private needStates(): void {
    if (this.hasStates) return;
    if (this.states.length < this.values.length) this.states = new Uint8Array(this.values.length);
    this.states.fill(CELL_VALUE, 0, Math.max(0, this.filled));
    this.hasStates = true;
  }
}

/** Grows a column of categories. The owner writes `codes[row]` with `codeOf`, then sets `filled`. */
export class CategoryColumnBuilder {
  readonly kind = "category";
  readonly name: ColumnName;
  filled = INACTIVE;
  bornRow = 0;
  typedRow = INACTIVE;
  codes: Uint32Array = new Uint32Array(0);
  lookup = new Map<string, number>();
  private dictionary: string[] = [];
  /** Row that brought each dictionary entry: what a refused row added is taken out again. */
  private firstRows: number[] = [];

  constructor(name: ColumnName) {
    this.name = name;
  }

  activate(row: number, capacity: number): void {
    this.reserve(capacity);
    if (this.dictionary.length > 0) this.lookup = clearedMap(this.lookup);
    this.dictionary = [];
    this.firstRows = [];
    this.filled = 0;
    this.bornRow = row;
    this.typedRow = INACTIVE;
  }

  reserve(capacity: number): void {
    if (this.codes.length >= capacity) return;
    const larger = new Uint32Array(capacity);
    larger.set(this.codes);
    this.codes = larger;
  }

  catchUp(row: number): void {
    if (this.filled >= row) return;
    this.codes.fill(CODE_ABSENT, this.filled, row);
    this.filled = row;
  }

  putNull(row: number): void {
    this.codes[row] = CODE_NULL;
  }

  putText(row: number, text: string): void {
    this.codes[row] = this.lookup.get(text) ?? this.add(row, text);
  }

  /** Gives a text that is not in `lookup` its code. */
  add(row: number, text: string): number {
    const code = CODE_FIRST_VALUE + this.dictionary.length;
    this.lookup.set(text, code);
    this.dictionary.push(text);
    this.firstRows.push(row);
    return code;
  }

  truncate(count: number): void {
    this.filled = Math.min(this.filled, count);
    while ((this.firstRows.at(-1) ?? -1) >= count) {
      this.firstRows.pop();
      const text = this.dictionary.pop();
      if (text !== undefined) this.lookup.delete(text);
    }
  }

  /** What a row without a usable value said; undefined when it lacked the key. */
  textAt(row: number): string | null | undefined {
    const code = this.codes[row] ?? CODE_ABSENT;
    if (code < CODE_FIRST_VALUE) return code === CODE_NULL ? null : undefined;
    return this.dictionary[code - CODE_FIRST_VALUE];
  }

  packedBytes(count: number): number {
    return packedSize(count * 4);
  }

  pack(packer: BufferPacker, count: number): CategoryColumn {
    return { kind: "category", codes: packer.uint32(this.codes, count), dictionary: this.dictionary };
  }

  capacityBytes(): number {
    return this.codes.byteLength;
  }
}

/** A feature that has only said null (or NaN) so far: nothing to tell its type by. Becomes one of the others at the first value. */
export class UntypedColumnBuilder {
  readonly kind = "untyped";
  readonly name: ColumnName;
  filled = INACTIVE;
  bornRow = 0;
  typedRow = INACTIVE;
  private cells: (string | null | undefined)[] = [];

  constructor(name: ColumnName) {
    this.name = name;
  }

  activate(row: number): void {
    this.cells = [];
    this.filled = 0;
    this.bornRow = row;
  }

  reserve(): void {}

  catchUp(row: number): void {
    while (this.filled < row) this.cells[this.filled++] = undefined;
  }

  putNull(row: number): void {
    this.cells[row] = null;
  }

  putText(row: number, text: string): void {
    this.cells[row] = text;
  }

  textAt(row: number): string | null | undefined {
    return this.cells[row];
  }

  copyFrom(column: ColumnBuilder, count: number): void {
    for (let row = 0; row < Math.min(count, column.filled); row++) this.cells[row] = column.textAt(row);
    this.filled = this.cells.length;
  }

  truncate(count: number): void {
    this.filled = Math.min(this.filled, count);
    this.cells.length = Math.min(this.cells.length, count);
  }

  /** Writes the cells before `row` into a column that has a type now. */
  replayInto(column: NumberColumnBuilder | CategoryColumnBuilder, row: number): void {
    for (let i = 0; i < row; i++) {
      const cell = this.cells[i];
      if (cell === undefined) continue;
      column.catchUp(i);
      if (cell === null) column.putNull(i);
      else column.putText(i, cell);
      column.filled = i + 1;
    }
  }

  packedBytes(count: number): number {
    return packedSize(count * 4);
  }

  pack(packer: BufferPacker, count: number): CategoryColumn {
    const column = new CategoryColumnBuilder(this.name);
    column.activate(0, count);
    this.replayInto(column, count);
    column.catchUp(count);
    return column.pack(packer, count);
  }

  capacityBytes(): number {
    return this.cells.length * 8;
  }
}

export type ColumnBuilder = NumberColumnBuilder | CategoryColumnBuilder | UntypedColumnBuilder;

/** Clearing a Map that once was large keeps its table; a new one is cheaper to hold. */
function clearedMap(map: Map<string, number>): Map<string, number> {
  if (map.size > 4_096) return new Map();
  map.clear();
  return map;
}

function grownFloat64(source: Float64Array, capacity: number): Float64Array {
  const larger = new Float64Array(capacity);
  larger.set(source);
  return larger;
}

function grownUint8(source: Uint8Array, capacity: number): Uint8Array {
  const larger = new Uint8Array(capacity);
  larger.set(source);
  return larger;
}
