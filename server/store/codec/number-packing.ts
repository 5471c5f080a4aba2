import type { ByteReader } from "#server/store/codec/byte-reader.ts";
import type { ByteWriter } from "#server/store/codec/byte-writer.ts";
import { readPlanes, widthOf, writePlanes } from "#server/store/codec/integer-planes.ts";

const MODE_EMPTY = 0;
const MODE_CONSTANT = 1;
const MODE_SCALED = 2;
const MODE_SCALED_DELTA = 3;
const MODE_FLOAT = 4;

const SCALES = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000] as const;
const LARGEST_EXACT = 2 ** 53;
const LARGEST_SPAN = 2 ** 32 - 1;

let scratch = new Float64Array(4_096);
let offsets = new Uint32Array(4_096);

/** Packs finite numbers exactly: short decimals as integers of a power of ten, everything else as doubles. */
export function packNumbers(writer: ByteWriter, values: Float64Array, count: number, ordered: boolean): void {
  if (count === 0) {
    writer.byte(MODE_EMPTY);
  } else if (isConstant(values, count)) {
    writer.byte(MODE_CONSTANT);
    writer.float(values[0] ?? 0);
  } else {
    const scale = exactScale(values, count);
    const isPacked =
      scale >= 0 && ((ordered && packDeltas(writer, count, scale)) || packScaled(writer, count, scale));
    if (!isPacked) packFloats(writer, values, count);
  }
}

export function unpackNumbers(reader: ByteReader, count: number): Float64Array {
  const mode = reader.byte();
  if (mode === MODE_EMPTY) return new Float64Array(0);
  if (mode === MODE_CONSTANT) return new Float64Array(count).fill(reader.float());
  if (mode === MODE_SCALED) return unpackScaled(reader, count);
  if (mode === MODE_SCALED_DELTA) return unpackDeltas(reader, count);
  if (mode === MODE_FLOAT) return unpackFloats(reader, count);
  throw new RangeError("A stored column of numbers has an unknown packing.");
}

function isConstant(values: Float64Array, count: number): boolean {
  const first = values[0] ?? 0;
  for (let row = 1; row < count; row++) if (!Object.is(values[row], first)) return false;
  return true;
}

/** The smallest power of ten that makes every value an integer again, exactly; −1 when there is none. Fills `scratch`. */
function exactScale(values: Float64Array, count: number): number {
  if (scratch.length < count) {
    scratch = new Float64Array(count * 2);
    offsets = new Uint32Array(count * 2);
  }
  let scale = scaleOfSample(values, count);
  while (scale >= 0 && scale < SCALES.length) {
    if (scaleAll(values, count, SCALES[scale] ?? 1)) return scale;
    scale++;
  }
  return -1;
}

function scaleOfSample(values: Float64Array, count: number): number {
  const step = Math.max(1, Math.floor(count / 16));
  let scale = 0;
  for (let row = 0; row < count; row += step) {
    while (!isExact(values[row] ?? 0, SCALES[scale] ?? 1)) {
      if (++scale === SCALES.length) return -1;
    }
  }
  return scale;
}

function isExact(value: number, power: number): boolean {
  const integer = Math.round(value * power);
  return Math.abs(integer) <= LARGEST_EXACT && Object.is(integer / power, value);
}

function scaleAll(values: Float64Array, count: number, power: number): boolean {
  for (let row = 0; row < count; row++) {
    const value = values[row] ?? 0;
    const integer = Math.round(value * power);
    // −0 is told from 0 only where it can be: comparing all by Object.is would cost three times as much.
    if (integer / power !== value || integer > LARGEST_EXACT || integer < -LARGEST_EXACT) return false;
    if (integer === 0 && Object.is(value, -0)) return false;
    scratch[row] = integer;
  }
  return true;
}

function packScaled(writer: ByteWriter, count: number, scale: number): boolean {
  let least = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < count; row++) {
    const integer = scratch[row] ?? 0;
    if (integer < least) least = integer;
    if (integer > largest) largest = integer;
  }
  if (largest - least > LARGEST_SPAN) return false;
  for (let row = 0; row < count; row++) offsets[row] = (scratch[row] ?? 0) - least;
  const width = widthOf(largest - least);
  writer.byte(MODE_SCALED);
  writer.byte(scale);
  writer.float(least);
  writer.byte(width);
  writePlanes(writer, offsets, count, width);
  return true;
}

function unpackScaled(reader: ByteReader, count: number): Float64Array {
  const power = SCALES[reader.byte()] ?? 1;
  const least = reader.float();
  const codes = readPlanes(reader, count, reader.byte());
  const values = new Float64Array(count);
  for (let row = 0; row < count; row++) values[row] = (least + (codes[row] ?? 0)) / power;
  return values;
}

/** Times: the difference to the row before, folded so that small steps back are small too. */
function packDeltas(writer: ByteWriter, count: number, scale: number): boolean {
  let largest = 0;
  for (let row = 1; row < count; row++) {
    const delta = (scratch[row] ?? 0) - (scratch[row - 1] ?? 0);
    const folded = delta >= 0 ? delta * 2 : -delta * 2 - 1;
    if (folded > LARGEST_SPAN) return false;
    if (folded > largest) largest = folded;
    offsets[row - 1] = folded;
  }
  const width = widthOf(largest);
  writer.byte(MODE_SCALED_DELTA);
  writer.byte(scale);
  writer.float(scratch[0] ?? 0);
  writer.byte(width);
  writePlanes(writer, offsets, count - 1, width);
  return true;
}

function unpackDeltas(reader: ByteReader, count: number): Float64Array {
  const power = SCALES[reader.byte()] ?? 1;
  let integer = reader.float();
  const folded = readPlanes(reader, count - 1, reader.byte());
  const values = new Float64Array(count);
  values[0] = integer / power;
  for (let row = 1; row < count; row++) {
    const step = folded[row - 1] ?? 0;
    integer += step % 2 === 0 ? step / 2 : -(step + 1) / 2;
    values[row] = integer / power;
  }
  return values;
}

function packFloats(writer: ByteWriter, values: Float64Array, count: number): void {
  writer.byte(MODE_FLOAT);
  const start = writer.reserve(count * 8);
  const raw = writer.raw;
  const source = new Uint8Array(values.buffer, values.byteOffset, count * 8);
  for (let plane = 0; plane < 8; plane++) {
    const at = start + plane * count;
    for (let row = 0, from = plane; row < count; row++, from += 8) raw[at + row] = source[from] ?? 0;
  }
}

function unpackFloats(reader: ByteReader, count: number): Float64Array {
  const bytes = reader.bytes(count * 8);
  const values = new Float64Array(count);
  const target = new Uint8Array(values.buffer);
  for (let plane = 0; plane < 8; plane++) {
    const from = plane * count;
    for (let row = 0, at = plane; row < count; row++, at += 8) target[at] = bytes[from + row] ?? 0;
  }
  return values;
}
