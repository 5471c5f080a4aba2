import type { ByteReader } from "#server/store/codec/byte-reader.ts";
import type { ByteWriter } from "#server/store/codec/byte-writer.ts";
import { CELL_VALUE, type Column } from "#server/store/columns.ts";

/** What a reader may know of a column without decoding it. */
export interface Zone {
  /** Smallest and largest number; null for categories and for columns without a value. */
  readonly range: { readonly min: number; readonly max: number } | null;
  /** True when some row has a text where numbers are, so that `range` does not speak for all rows. */
  readonly hasTexts: boolean;
  /** True when some row has no value. */
  readonly hasGaps: boolean;
}

const HAS_RANGE = 1;
const HAS_TEXTS = 2;
const HAS_GAPS = 4;

export function zoneOf(column: Column, count: number): Zone {
  if (column.kind === "category") return { range: null, hasTexts: true, hasGaps: true };
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let present = 0;
  for (let row = 0; row < count; row++) {
    if (column.states !== null && column.states[row] !== CELL_VALUE) continue;
    const value = column.values[row] ?? Number.NaN;
    present++;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return {
    range: min <= max ? { min, max } : null,
    hasTexts: (column.texts?.size ?? 0) > 0,
    hasGaps: present < count,
  };
}

export function writeZone(writer: ByteWriter, zone: Zone): void {
  const flags =
    (zone.range ? HAS_RANGE : 0) | (zone.hasTexts ? HAS_TEXTS : 0) | (zone.hasGaps ? HAS_GAPS : 0);
  writer.byte(flags);
  if (zone.range === null) return;
  writer.float(zone.range.min);
  writer.float(zone.range.max);
}

export function readZone(reader: ByteReader): Zone {
  const flags = reader.byte();
  const range = flags & HAS_RANGE ? { min: reader.float(), max: reader.float() } : null;
  return { range, hasTexts: (flags & HAS_TEXTS) !== 0, hasGaps: (flags & HAS_GAPS) !== 0 };
}
