import { ByteReader } from "#server/store/codec/byte-reader.ts";
import { ByteWriter } from "#server/store/codec/byte-writer.ts";
import { readColumn, writeColumn } from "#server/store/codec/column-codec.ts";
import { compress, decompress } from "#server/store/codec/compress.ts";
import { packNumbers, unpackNumbers } from "#server/store/codec/number-packing.ts";
import {
  CELL_TEXT,
  CELL_VALUE,
  CODE_FIRST_VALUE,
  type Column,
  type LabelValue,
} from "#server/store/columns.ts";
import { cellAt } from "#server/store/rows/cells.ts";

/** Labels that were set for rows of one chunk, ascending by position. A later patch of a chunk overrides an earlier one. */
export interface LabelPatch {
  readonly positions: Uint32Array;
  readonly values: readonly LabelValue[];
  readonly ts: Float64Array;
  readonly receivedAt: Float64Array;
}

export function encodePatch(patch: LabelPatch): Buffer {
  const count = patch.positions.length;
  const writer = new ByteWriter(64 + count * 8);
  writer.varint(count);
  packNumbers(writer, Float64Array.from(patch.positions), count, true);
  packNumbers(writer, patch.ts, count, true);
  packNumbers(writer, patch.receivedAt, count, true);
  writeColumn(writer, columnOf(patch.values), count);
  const prefix = new ByteWriter(8);
  prefix.varint(writer.length);
  return Buffer.concat([prefix.view(), compress(writer.view(), 1)]);
}

export function decodePatch(bytes: Uint8Array): LabelPatch {
  const prefix = new ByteReader(bytes);
  const rawBytes = prefix.varint();
  const reader = new ByteReader(decompress(bytes.subarray(prefix.at), rawBytes));
  const count = reader.varint();
  const positions = Uint32Array.from(unpackNumbers(reader, count));
  const ts = unpackNumbers(reader, count);
  const receivedAt = unpackNumbers(reader, count);
  const column = readColumn(reader, count);
  const values: LabelValue[] = [];
  for (let row = 0; row < count; row++) values.push(cellAt(column, row) ?? "");
  return { positions, values, ts, receivedAt };
}

function columnOf(values: readonly LabelValue[]): Column {
  return values.some((value) => typeof value === "number") ? numbersOf(values) : textsOf(values);
}

function textsOf(values: readonly LabelValue[]): Column {
  const codeOf = new Map<string, number>();
  const codes = Uint32Array.from(values, (value) => {
    const text = String(value);
    const code = codeOf.get(text) ?? codeOf.size + CODE_FIRST_VALUE;
    codeOf.set(text, code);
    return code;
  });
  return { kind: "category", codes, dictionary: [...codeOf.keys()] };
}

/** A model's labels are of one type; that a number and a text meet in one patch is possible but rare. */
function numbersOf(values: readonly LabelValue[]): Column {
  const texts = new Map<number, string>();
  const numbers = Float64Array.from(values, (value, row) => {
    if (typeof value === "number") return value;
    texts.set(row, value);
    return Number.NaN;
  });
  const states = Uint8Array.from(values, (value) => (typeof value === "number" ? CELL_VALUE : CELL_TEXT));
  return { kind: "number", values: numbers, states: texts.size > 0 ? states : null, texts };
}
