import { type BufferPacker, packedSize } from "#server/ingest/buffer-packer.ts";
import {
  CELL_ABSENT,
  CELL_NULL,
  CELL_TEXT,
  CELL_VALUE,
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
