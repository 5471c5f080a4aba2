import { ByteReader } from "#server/store/codec/byte-reader.ts";
import { ByteWriter } from "#server/store/codec/byte-writer.ts";
import { compress, decompress } from "#server/store/codec/compress.ts";
import { readZone, writeZone, type Zone } from "#server/store/codec/zone.ts";
import type { ColumnName } from "#server/store/columns.ts";

/** Columns that every chunk has; `#` keeps them apart from logged names. */
export const IDS = "#ids";
export const TS = "#ts";
export const RECEIVED = "#received";
export const SEQ = "#seq";
export const SOURCE = "#source";

export interface Section {
  readonly from: number;
  readonly bytes: number;
  readonly rawBytes: number;
}

export interface DirectoryEntry {
  readonly name: ColumnName;
  readonly section: number;
  /** Where the column lies in the section once decompressed. */
  readonly from: number;
  readonly to: number;
  readonly zone: Zone | null;
}

export interface ChunkHead {
  readonly count: number;
  readonly sections: readonly Section[];
  readonly entries: ReadonlyMap<ColumnName, DirectoryEntry>;
}

const FORMAT = 1;

export function encodeHead(head: ChunkHead): Buffer {
  const writer = new ByteWriter(256 + head.entries.size * 40);
  writer.varint(head.count);
  writer.varint(head.sections.length);
  for (const section of head.sections) {
    writer.varint(section.bytes);
    writer.varint(section.rawBytes);
  }
  writer.varint(head.entries.size);
  for (const entry of head.entries.values()) {
    writer.text(entry.name);
    writer.varint(entry.section);
    writer.varint(entry.from);
    writer.varint(entry.to - entry.from);
    writer.byte(entry.zone === null ? 0 : 1);
    if (entry.zone !== null) writeZone(writer, entry.zone);
  }
  const prefix = new ByteWriter(16);
  prefix.byte(FORMAT);
  prefix.varint(writer.length);
  // Names and bounds are short; only a head of hundreds of columns is worth a call of zstd.
  const body = writer.length > 4_096 ? compress(writer.view(), 1) : storedBody(writer.view());
  return Buffer.concat([prefix.view(), body]);
}

function storedBody(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([0]), bytes]);
}

export function decodeHead(bytes: Uint8Array): ChunkHead {
  const prefix = new ByteReader(bytes);
  const format = prefix.byte();
  if (format !== FORMAT) {
    throw new RangeError(
      `A chunk has format ${format}; this release reads ${FORMAT}. Use a newer Plumbline to open it.`,
    );
  }
  const rawBytes = prefix.varint();
  const reader = new ByteReader(decompress(bytes.subarray(prefix.at), rawBytes));
  const count = reader.varint();
  const sections = readSections(reader);
  const entries = new Map<ColumnName, DirectoryEntry>();
  for (let left = reader.varint(); left > 0; left--) {
    const name = reader.text();
    const section = reader.varint();
    const from = reader.varint();
    const to = from + reader.varint();
    entries.set(name, { name, section, from, to, zone: reader.byte() === 1 ? readZone(reader) : null });
  }
  return { count, sections, entries };
}

function readSections(reader: ByteReader): Section[] {
  const sections: Section[] = [];
  let from = 0;
  for (let left = reader.varint(); left > 0; left--) {
    const bytes = reader.varint();
    sections.push({ from, bytes, rawBytes: reader.varint() });
    from += bytes;
  }
  return sections;
}
