import { ByteWriter } from "#server/store/codec/byte-writer.ts";
import {
  type DirectoryEntry,
  encodeHead,
  IDS,
  RECEIVED,
  SEQ,
  type Section,
  SOURCE,
  TS,
} from "#server/store/codec/chunk-head.ts";
import { writeColumn, writeTexts } from "#server/store/codec/column-codec.ts";
import { compress } from "#server/store/codec/compress.ts";
import { packNumbers } from "#server/store/codec/number-packing.ts";
import { type Zone, zoneOf } from "#server/store/codec/zone.ts";
import type { ColumnName } from "#server/store/columns.ts";
import type { ChunkRows } from "#server/store/rows/chunk-rows.ts";

export interface EncodedChunk {
  readonly head: Buffer;
  readonly data: Buffer;
}

export interface EncodingOptions {
  readonly level: number;
  /** Columns share a compressed section until it holds this much; 0 gives every column its own. */
  readonly sectionBytes: number;
}

/** Fresh chunks are small and zstd costs about 11 µs a call: few sections. */
export const FRESH_ENCODING: EncodingOptions = { level: 1, sectionBytes: 65_536 };
/** Final chunks are read by filters that look at few columns: one section each. */
export const FINAL_ENCODING: EncodingOptions = { level: 3, sectionBytes: 0 };

export function encodeChunk(rows: ChunkRows, options: EncodingOptions): EncodedChunk {
  const steps = encodeChunkInSteps(rows, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Yields between columns, so that a large chunk can be encoded in slices of time. */
export function* encodeChunkInSteps(
  rows: ChunkRows,
  options: EncodingOptions,
): Generator<undefined, EncodedChunk, undefined> {
  const sections = new SectionWriter(options);
  for (const name of [TS, RECEIVED, SEQ, SOURCE, IDS]) {
    sections.add(name, null, (writer) => writeOwn(writer, name, rows));
    yield;
  }
  for (const name of rows.columnNames) {
    const column = rows.column(name);
    if (column === null) continue;
    sections.add(name, zoneOf(column, rows.count), (writer) => writeColumn(writer, column, rows.count));
    yield;
  }
  return sections.finish(rows.count);
}

function writeOwn(writer: ByteWriter, name: ColumnName, rows: ChunkRows): void {
  if (name === TS) packNumbers(writer, rows.ts, rows.count, true);
  else if (name === RECEIVED) packNumbers(writer, rows.receivedAt, rows.count, true);
  else if (name === SEQ) packNumbers(writer, rows.seq, rows.count, true);
  else if (name === IDS) writeTexts(writer, rows.ids, rows.count);
  else writeSource(writer, rows);
}

function writeSource(writer: ByteWriter, rows: ChunkRows): void {
  const flags = rows.tsFromServer?.subarray(0, rows.count) ?? null;
  const hasFlags = flags?.includes(1) === true;
  writer.byte(hasFlags ? 1 : 0);
  if (hasFlags && flags !== null) writer.bytes(flags);
  writer.varint(rows.tsRaw?.size ?? 0);
  for (const [row, ts] of rows.tsRaw ?? []) {
    writer.varint(row);
    writer.float(ts);
  }
}

class SectionWriter {
  readonly #options: EncodingOptions;
  readonly #current = new ByteWriter(16_384);
  readonly #sections: Section[] = [];
  readonly #packed: Buffer[] = [];
  readonly #entries = new Map<ColumnName, DirectoryEntry>();
  #bytes = 0;

  constructor(options: EncodingOptions) {
    this.#options = options;
  }

  add(name: ColumnName, zone: Zone | null, write: (writer: ByteWriter) => void): void {
    const from = this.#current.length;
    write(this.#current);
    const entry = { name, section: this.#sections.length, from, to: this.#current.length, zone };
    this.#entries.set(name, entry);
    if (this.#current.length >= this.#options.sectionBytes) this.#close();
  }

  finish(count: number): EncodedChunk {
    if (this.#current.length > 0) this.#close();
    const head = encodeHead({ count, sections: this.#sections, entries: this.#entries });
    return { head, data: Buffer.concat(this.#packed, this.#bytes) };
  }

  #close(): void {
    const packed = compress(this.#current.view(), this.#options.level);
    this.#sections.push({ from: this.#bytes, bytes: packed.length, rawBytes: this.#current.length });
    this.#packed.push(packed);
    this.#bytes += packed.length;
    this.#current.clear();
  }
}
