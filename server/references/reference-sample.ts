import { ByteReader } from "#server/store/codec/byte-reader.ts";
import { ByteWriter } from "#server/store/codec/byte-writer.ts";
import { readColumn, writeColumn } from "#server/store/codec/column-codec.ts";
import { compress, decompress } from "#server/store/codec/compress.ts";
import { CODE_FIRST_VALUE, type Column, type ColumnName, type Rows } from "#server/store/columns.ts";

/** Rows of a reference that are kept beside its profile at most. */
export const SAMPLE_ROWS = 5_000;

/**
 * Rows of a reference itself, for what no histogram can answer: all features at once. A uniform sample without
 * replacement, the same for the same content. Read it as any `Rows`: `sample.column("features.distance")`,
 * `"output.value"`, `"output.probability"`, `"label"`, `"segments.carrier"`; numberReader and textReader of
 * server/windows/read-columns.ts give a row's value. `ts` is 0 where the file had no times. Ids are not kept.
 *
 *     const kept = source.referenceSample(modelId, version);   // MetricsSource; null: profiled before samples were kept
 *     const distance = numberReader(kept.sample.column("features.distance"));
 *     for (let row = 0; row < kept.sample.count; row++) distance(row);
 */
export interface ReferenceSample extends Rows {
  /** Rows of the reference that these were drawn from. */
  readonly ofRows: number;
}

export type SampledColumn = readonly [name: ColumnName, column: Column];

const FORMAT = 1;
const LEVEL = 9;

/** A format byte and the raw size, then everything compressed together. */
export function encodeSample(
  ts: Float64Array,
  columns: readonly SampledColumn[],
  ofRows: number,
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(64 * 1_024);
  writer.varint(ts.length);
  writer.varint(ofRows);
  writeColumn(writer, { kind: "number", values: ts, states: null, texts: null }, ts.length);
  writer.varint(columns.length);
  for (const [name, column] of columns) {
    writer.text(name);
    writeColumn(writer, compacted(column), ts.length);
  }
  const framed = new ByteWriter(writer.length);
  framed.byte(FORMAT);
  framed.varint(writer.length);
  framed.bytes(compress(writer.view(), LEVEL));
  return Uint8Array.from(framed.view());
}

export function decodeSample(stored: Uint8Array): ReferenceSample {
  const frame = new ByteReader(stored);
  if (frame.byte() !== FORMAT) throw new RangeError("A reference's sample is of an unknown format.");
  const rawBytes = frame.varint();
  const reader = new ByteReader(decompress(stored.subarray(frame.at), rawBytes));
  const count = reader.varint();
  const ofRows = reader.varint();
  const times = readColumn(reader, count);
  const columns = new Map<ColumnName, Column>();
  for (let left = reader.varint(); left > 0; left--) columns.set(reader.text(), readColumn(reader, count));
  return {
    count,
    ofRows,
    ts: times.kind === "number" ? times.values : new Float64Array(count),
    columnNames: [...columns.keys()],
    column: (name) => columns.get(name) ?? null,
  };
}

/** Without the texts that only rows left behind had, and without texts that are no numbers. */
function compacted(column: Column): Column {
  if (column.kind === "number") return { ...column, texts: null, fromText: null };
  const places = new Map<number, number>();
  const codes = column.codes.map((code) => {
    if (code < CODE_FIRST_VALUE) return code;
    const place = places.get(code) ?? CODE_FIRST_VALUE + places.size;
    places.set(code, place);
    return place;
  });
  const dictionary = [...places.keys()].map((code) => column.dictionary[code - CODE_FIRST_VALUE] ?? "");
  return { kind: "category", codes, dictionary };
}
