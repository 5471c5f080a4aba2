import { ServiceError } from "#server/kernel/errors.ts";
import { ByteReader } from "#server/store/codec/byte-reader.ts";
import {
  type ChunkHead,
  type DirectoryEntry,
  IDS,
  RECEIVED,
  SEQ,
  SOURCE,
  TS,
} from "#server/store/codec/chunk-head.ts";
import { readColumn, readTexts } from "#server/store/codec/column-codec.ts";
import { decompress } from "#server/store/codec/compress.ts";
import { unpackNumbers } from "#server/store/codec/number-packing.ts";
import type { Column, ColumnName, TextColumn } from "#server/store/columns.ts";
import type { ChunkRows } from "#server/store/rows/chunk-rows.ts";

/** A chunk read back: every column is decompressed and decoded when it is first asked for. */
export class DecodedChunk implements ChunkRows {
  readonly head: ChunkHead;
  readonly count: number;
  readonly columnNames: readonly ColumnName[];
  readonly #data: Uint8Array;
  /** The section read last: columns that share one are mostly read one after the other. */
  #section: { readonly index: number; readonly raw: Uint8Array } | null = null;
  readonly #columns = new Map<ColumnName, Column>();
  #ids: TextColumn | null = null;
  #ts: Float64Array | null = null;
  #receivedAt: Float64Array | null = null;
  #seq: Float64Array | null = null;
  #source: { flags: Uint8Array | null; raw: ReadonlyMap<number, number> | null } | null = null;

  constructor(head: ChunkHead, data: Uint8Array) {
    this.head = head;
    this.count = head.count;
    this.#data = data;
    this.columnNames = [...head.entries.keys()].filter((name) => !name.startsWith("#"));
  }

  get ids(): TextColumn {
    this.#ids ??= readTexts(this.#reader(IDS), this.count);
    return this.#ids;
  }

  get ts(): Float64Array {
    this.#ts ??= unpackNumbers(this.#reader(TS), this.count);
    return this.#ts;
  }

  get receivedAt(): Float64Array {
    this.#receivedAt ??= unpackNumbers(this.#reader(RECEIVED), this.count);
    return this.#receivedAt;
  }

  get seq(): Float64Array {
    this.#seq ??= unpackNumbers(this.#reader(SEQ), this.count);
    return this.#seq;
  }

  get tsFromServer(): Uint8Array | null {
    return this.#sources().flags;
  }

  get tsRaw(): ReadonlyMap<number, number> | null {
    return this.#sources().raw;
  }

  column(name: ColumnName): Column | null {
    const known = this.#columns.get(name);
    if (known) return known;
    const entry = this.head.entries.get(name);
    if (entry === undefined || name.startsWith("#")) return null;
    const column = readColumn(this.#entryReader(entry), this.count);
    this.#columns.set(name, column);
    return column;
  }

  #sources() {
    this.#source ??= readSource(this.#reader(SOURCE), this.count);
    return this.#source;
  }

  #reader(name: ColumnName): ByteReader {
    const entry = this.head.entries.get(name);
    if (entry === undefined) throw new RangeError(`A chunk lacks its column ${name}.`);
    return this.#entryReader(entry);
  }

  #entryReader(entry: DirectoryEntry): ByteReader {
    return new ByteReader(this.#open(entry.section), entry.from, entry.to);
  }

  #open(index: number): Uint8Array {
    if (this.#section?.index === index) return this.#section.raw;
    const section = this.head.sections[index];
    if (section === undefined) throw new RangeError("A chunk's directory names a section that it lacks.");
    const packed = this.#data.subarray(section.from, section.from + section.bytes);
    const raw = unpacked(packed, section.rawBytes);
    this.#section = { index, raw };
    return raw;
  }
}

/** The checksum of a section, or its length, says when bits have changed on the disk. */
function unpacked(packed: Uint8Array, rawBytes: number): Uint8Array {
  let raw: Uint8Array | null = null;
  try {
    raw = decompress(packed, rawBytes);
  } catch {
    // Told below, in words.
  }
  if (raw?.length === rawBytes) return raw;
  throw new ServiceError(
    "unavailable",
    "A block of events.db is damaged, so rows of this range cannot be read. Restore events.db from a backup, or ask for another range.",
    { reason: "damaged_storage" },
  );
}

function readSource(reader: ByteReader, count: number) {
  const flags = reader.byte() === 1 ? Uint8Array.from(reader.bytes(count)) : null;
  const raw = new Map<number, number>();
  for (let left = reader.varint(); left > 0; left--) raw.set(reader.varint(), reader.float());
  return { flags, raw: raw.size > 0 ? raw : null };
}
