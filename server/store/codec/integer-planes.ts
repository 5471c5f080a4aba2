import type { ByteReader } from "#server/store/codec/byte-reader.ts";
import type { ByteWriter } from "#server/store/codec/byte-writer.ts";

/** Bytes that the largest of some unsigned 32-bit integers needs: 0 (all zero), 1, 2 or 4. */
export function widthOf(largest: number): 0 | 1 | 2 | 4 {
  if (largest === 0) return 0;
  if (largest < 0x100) return 1;
  return largest < 0x1_0000 ? 2 : 4;
}

/** Writes all low bytes, then all next bytes, and so on: equal bytes side by side compress better. */
export function writePlanes(writer: ByteWriter, values: Uint32Array, count: number, width: number): void {
  const start = writer.reserve(count * width);
  const raw = writer.raw;
  for (let plane = 0; plane < width; plane++) {
    const shift = plane * 8;
    const at = start + plane * count;
    for (let row = 0; row < count; row++) raw[at + row] = (values[row] ?? 0) >>> shift;
  }
}

export function readPlanes(reader: ByteReader, count: number, width: number): Uint32Array {
  const values = new Uint32Array(count);
  const bytes = reader.bytes(count * width);
  for (let plane = 0; plane < width; plane++) {
    const shift = plane * 8;
    const at = plane * count;
    for (let row = 0; row < count; row++) {
      values[row] = (values[row] ?? 0) | ((bytes[at + row] ?? 0) << shift);
    }
  }
  return values;
}
