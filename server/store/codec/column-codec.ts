import type { ByteReader } from "#server/store/codec/byte-reader.ts";
import type { ByteWriter } from "#server/store/codec/byte-writer.ts";
import { readPlanes, widthOf, writePlanes } from "#server/store/codec/integer-planes.ts";
import { packNumbers, unpackNumbers } from "#server/store/codec/number-packing.ts";
import {
  type CategoryColumn,
  CELL_VALUE,
  type Column,
  type NumberColumn,
  type TextColumn,
} from "#server/store/columns.ts";

const KIND_NUMBER = 1;
const KIND_CATEGORY = 2;
const HAS_STATES = 1;
const HAS_FROM_TEXT = 2;

export function writeColumn(writer: ByteWriter, column: Column, count: number): void {
  if (column.kind === "number") writeNumbers(writer, column, count);
  else writeCategories(writer, column, count);
}

export function readColumn(reader: ByteReader, count: number): Column {
  const kind = reader.byte();
  if (kind === KIND_NUMBER) return readNumbers(reader, count);
  if (kind === KIND_CATEGORY) return readCategories(reader, count);
  throw new RangeError("A stored column is of an unknown kind.");
}

function writeNumbers(writer: ByteWriter, column: NumberColumn, count: number): void {
  writer.byte(KIND_NUMBER);
  const states = usedStates(column, count);
  const fromText = column.fromText ?? new Uint32Array(0);
  writer.byte((states === null ? 0 : HAS_STATES) | (fromText.length > 0 ? HAS_FROM_TEXT : 0));
  if (fromText.length > 0) writeRowNumbers(writer, fromText);
  if (states === null) {
    packNumbers(writer, column.values, count, false);
    return;
  }
  writer.bytes(states.subarray(0, count));
  const present = presentValues(column.values, states, count);
  packNumbers(writer, present, present.length, false);
  const texts = column.texts ?? new Map<number, string>();
  writer.varint(texts.size);
  for (const [row, text] of texts) {
    writer.varint(row);
    writer.text(text);
  }
}

function usedStates(column: NumberColumn, count: number): Uint8Array | null {
  const states = column.states;
  if (states === null) return null;
  for (let row = 0; row < count; row++) if (states[row] !== CELL_VALUE) return states;
  return null;
}

function presentValues(values: Float64Array, states: Uint8Array, count: number): Float64Array {
  const present = new Float64Array(count);
  let at = 0;
  for (let row = 0; row < count; row++) if (states[row] === CELL_VALUE) present[at++] = values[row] ?? 0;
  return present.subarray(0, at);
}

function readNumbers(reader: ByteReader, count: number): NumberColumn {
  const flags = reader.byte();
  const fromText = flags & HAS_FROM_TEXT ? readRowNumbers(reader) : null;
  if ((flags & HAS_STATES) === 0) {
    return { kind: "number", values: unpackNumbers(reader, count), states: null, texts: null, fromText };
  }
  const states = Uint8Array.from(reader.bytes(count));
  let presentCount = 0;
  for (let row = 0; row < count; row++) if (states[row] === CELL_VALUE) presentCount++;
  const present = unpackNumbers(reader, presentCount);
  const values = new Float64Array(count).fill(Number.NaN);
  let at = 0;
  for (let row = 0; row < count; row++) if (states[row] === CELL_VALUE) values[row] = present[at++] ?? 0;
  const texts = new Map<number, string>();
  for (let left = reader.varint(); left > 0; left--) texts.set(reader.varint(), reader.text());
  return { kind: "number", values, states, texts: texts.size > 0 ? texts : null, fromText };
}

/** Ascending row numbers, as steps. */
function writeRowNumbers(writer: ByteWriter, rows: Uint32Array): void {
  writer.varint(rows.length);
  let last = 0;
  for (const row of rows) {
    writer.varint(row - last);
    last = row;
  }
}

function readRowNumbers(reader: ByteReader): Uint32Array {
  const rows = new Uint32Array(reader.varint());
  let last = 0;
  for (let at = 0; at < rows.length; at++) {
    last += reader.varint();
    rows[at] = last;
  }
  return rows;
}

function writeCategories(writer: ByteWriter, column: CategoryColumn, count: number): void {
  writer.byte(KIND_CATEGORY);
  writer.varint(column.dictionary.length);
  for (const text of column.dictionary) writer.text(text);
  const width = widthOf(column.dictionary.length + 1);
  writer.byte(width);
  writePlanes(writer, column.codes, count, width);
}

function readCategories(reader: ByteReader, count: number): CategoryColumn {
  const dictionary: string[] = [];
  for (let left = reader.varint(); left > 0; left--) dictionary.push(reader.text());
  return { kind: "category", codes: readPlanes(reader, count, reader.byte()), dictionary };
}

/** Lengths first, then all bytes: ids are alike in length, so the lengths cost next to nothing. */
export function writeTexts(writer: ByteWriter, column: TextColumn, count: number): void {
  const lengths = new Uint32Array(count);
  let longest = 0;
  for (let row = 0; row < count; row++) {
    const length = (column.offsets[row + 1] ?? 0) - (column.offsets[row] ?? 0);
    lengths[row] = length;
    if (length > longest) longest = length;
  }
  const width = widthOf(longest);
  writer.byte(width);
  writePlanes(writer, lengths, count, width);
  writer.bytes(column.bytes.subarray(column.offsets[0] ?? 0, column.offsets[count] ?? 0));
}

export function readTexts(reader: ByteReader, count: number): TextColumn {
  const lengths = readPlanes(reader, count, reader.byte());
  const offsets = new Uint32Array(count + 1);
  let size = 0;
  for (let row = 0; row < count; row++) {
    size += lengths[row] ?? 0;
    offsets[row + 1] = size;
  }
  return { bytes: Uint8Array.from(reader.bytes(size)), offsets };
}
