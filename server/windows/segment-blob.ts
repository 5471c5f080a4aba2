import { BitReader } from "#server/windows/bit-reader.ts";
import { BitWriter } from "#server/windows/bit-writer.ts";
import { MAX_SEGMENT_VALUES } from "#server/windows/layout.ts";

/**
 * A window's segments: a directory of segment ids with lengths, then the encoded tallies one after the other, so
 * that one segment is read without touching the rest. The tallies are entropy-coded already, so they are not
 * compressed once more: each reader would have to undo it.
 */
const FORMAT = 1;
/** Room for every named value of a key and `__other__`. */
const VALUES_A_KEY = 256;

/** `valueIndex` MAX_SEGMENT_VALUES stands for `__other__`. */
export function segmentId(keyIndex: number, valueIndex: number): number {
  return keyIndex * VALUES_A_KEY + Math.min(valueIndex, MAX_SEGMENT_VALUES);
}
export function keyOfSegment(id: number): number {
  return Math.floor(id / VALUES_A_KEY);
}
export function valueOfSegment(id: number): number {
  return id % VALUES_A_KEY;
}

export interface SegmentEntry {
  readonly id: number;
  readonly bytes: Uint8Array;
}

/** Entries by ascending id; null when there are none. */
export function encodeSegments(entries: readonly SegmentEntry[]): Uint8Array | null {
  if (entries.length === 0) return null;
  const writer = new BitWriter();
  writer.bits(FORMAT, 8);
  writer.golomb(entries.length - 1, 4);
  let before = -1;
  for (const { id, bytes } of entries) {
    writer.golomb(id - before - 1, 0);
    writer.golomb(bytes.length, 6);
    before = id;
  }
  writer.align();
  for (const { bytes } of entries) writer.append(bytes);
  return writer.finish();
}

/** The entries whose id is wanted; their bytes are views into the blob. */
export function readSegments(blob: Uint8Array, wanted: (id: number) => boolean): SegmentEntry[] {
  const reader = new BitReader(blob);
  const format = reader.bits(8);
  if (format !== FORMAT) {
    throw new Error(`Stored segments have format ${format}, this release reads format ${FORMAT}.`);
  }
  const count = reader.golomb(4) + 1;
  const directory: Array<{ id: number; offset: number; length: number }> = [];
  let id = -1;
  let offset = 0;
  for (let index = 0; index < count; index += 1) {
    id += reader.golomb(0) + 1;
    const length = reader.golomb(6);
    if (wanted(id)) directory.push({ id, offset, length });
    offset += length;
  }
  const start = reader.align();
  return directory.map((entry) => ({
    id: entry.id,
    bytes: blob.subarray(start + entry.offset, start + entry.offset + entry.length),
  }));
}
