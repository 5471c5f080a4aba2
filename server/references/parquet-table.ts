import { type FileHandle, open } from "node:fs/promises";
import {
  type AsyncBuffer,
  type ParquetScan,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { ServiceError } from "#server/kernel/errors.ts";
import { toCategoryColumn, toNumberColumn } from "#server/references/grown-column.ts";
import type { TableColumn, TableSource } from "#server/references/table-source.ts";
import { CELL_NULL, CODE_FIRST_VALUE, CODE_NULL, type Column } from "#server/store/columns.ts";

type SchemaTree = ReturnType<typeof parquetSchema>;
type Decoded = Awaited<ReturnType<ParquetScan["readColumn"]>>;

export interface ParquetTable extends TableSource {
  close(): Promise<void>;
}

/** Opens a Parquet file; its columns are read one at a time, row group by row group. */
export async function openParquetTable(path: string): Promise<ParquetTable> {
  const handle = await open(path, "r");
  try {
    const file = await bufferOf(handle);
    const metadata = await parquetMetadataAsync(file).catch((error: unknown) => {
      throw unreadable(error);
    });
    const rowCount = Number(metadata.num_rows);
    const columns = parquetSchema(metadata).children.map(describe);
    // A scan keeps what it last read of each column, so each column gets one of its own to be let go with.
    const scanOf = (name: string) => parquetScan({ file, metadata, compressors, columns: [name] });
    return {
      rowCount,
      columns,
      skipped: [],
      read: async (name, wanted) => readColumn(await scanOf(name), name, rowCount, wanted),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function bufferOf(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    slice: async (start, end = size) => {
      const from = start < 0 ? Math.max(0, size + start) : start;
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - from));
      await handle.read(bytes, 0, bytes.length, from);
      return bytes.buffer;
    },
  };
}

function unreadable(error: unknown): ServiceError {
  const message =
    "The file is no readable Parquet file: its end, where Parquet keeps its table of contents, is damaged or missing.";
  return new ServiceError("bad_request", message, { reason: "bad_parquet", facts: { kind: nameOf(error) } });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown";
}

function describe({ element, children }: SchemaTree): TableColumn {
  const { name } = element;
  const logical = element.logical_type?.type;
  const converted = element.converted_type;
  if (children.length > 0 || element.repetition_type === "REPEATED") {
    return unusable(name, "It holds lists or objects; a feature is a number, a text or a boolean.");
  }
  if (
    logical === "TIMESTAMP" ||
    logical === "DATE" ||
    converted?.startsWith("TIMESTAMP") ||
    converted === "DATE"
  ) {
    return { name, kind: "time", reason: "" };
  }
  if (element.type === "INT96") return { name, kind: "time", reason: "" };
  const isText = converted === "UTF8" || converted === "ENUM" || logical === "STRING" || logical === "ENUM";
  const isNumber = converted === "DECIMAL" || logical === "DECIMAL" || logical === "FLOAT16";
  const isBytes = element.type === "BYTE_ARRAY" || element.type === "FIXED_LEN_BYTE_ARRAY";
  const isPlain =
    isText ||
    isNumber ||
    logical === "UUID" ||
    (isBytes && element.type === "BYTE_ARRAY" && logical === undefined && converted === undefined);
  if (isBytes && !isPlain) return unusable(name, "It holds bytes that are neither numbers nor text.");
  return { name, kind: "values", reason: "" };
}

function unusable(name: string, reason: string): TableColumn {
  return { name, kind: "unusable", reason };
}

async function readColumn(
  scan: ParquetScan,
  name: string,
  rowCount: number,
  wanted: "number" | "category" | null,
): Promise<Column> {
  const filler = new ColumnFiller(rowCount);
  for (const range of scan.ranges) {
    let part: Decoded;
    try {
      part = await scan.readColumn({ column: name, ...range });
    } catch (error) {
      throw new ServiceError(
        "bad_request",
        `The column \`${name}\` of the Parquet file cannot be read; it is damaged or uses an encoding that is not supported.`,
        {
          reason: "bad_parquet_column",
          facts: { column: name, kind: nameOf(error) },
        },
      );
    }
    filler.add(part);
  }
  return filler.finish(wanted);
}

/** Numbers go straight into a typed array; the first text turns the column into a dictionary. */
class ColumnFiller {
  private readonly values: Float64Array;
  private readonly states: Uint8Array;
  private hasStates = false;
  private row = 0;
  private texts: TextFiller | null = null;

  constructor(rowCount: number) {
    this.values = new Float64Array(rowCount);
    this.states = new Uint8Array(rowCount);
  }

  add(part: Decoded): void {
    if (
      part instanceof Float64Array ||
      part instanceof Float32Array ||
      part instanceof Int32Array ||
      part instanceof Uint32Array
    ) {
      this.addNumbers(part);
      return;
    }
    for (const value of part) this.addValue(value);
  }

  finish(wanted: "number" | "category" | null): Column {
    if (this.texts !== null) return this.texts.finish(wanted);
    const column: Column = {
      kind: "number",
      values: this.values,
      states: this.hasStates ? this.states : null,
      texts: null,
    };
    return wanted === "category" ? toCategoryColumn(column) : column;
  }

  private addNumbers(part: ArrayLike<number>): void {
    if (this.texts !== null) {
      for (let index = 0; index < part.length; index += 1) this.addValue(part[index]);
      return;
    }
    this.values.set(part, this.row);
    for (let index = 0; index < part.length; index += 1) {
      if (Number.isNaN(part[index])) this.markNull(this.row + index);
    }
    this.row += part.length;
  }

  private addValue(value: unknown): void {
    const cell = cellOf(value);
    if (this.texts === null && typeof cell === "string") this.texts = this.toTexts();
    if (this.texts !== null) {
      this.texts.add(cell === null ? null : String(cell));
      return;
    }
    if (cell === null) this.markNull(this.row);
    this.values[this.row] = typeof cell === "number" ? cell : Number.NaN;
    this.row += 1;
  }

  private markNull(row: number): void {
    this.hasStates = true;
    this.states[row] = CELL_NULL;
  }

  private toTexts(): TextFiller {
    const texts = new TextFiller(this.values.length);
    for (let row = 0; row < this.row; row += 1) {
      texts.add(this.states[row] === CELL_NULL ? null : String(this.values[row]));
    }
    return texts;
  }
}

function cellOf(value: unknown): number | string | null {
  if (typeof value === "number") return Number.isNaN(value) ? null : value;
  if (typeof value === "string") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "boolean") return String(value);
  if (value instanceof Date) return value.getTime();
  return null;
}

class TextFiller {
  private readonly codes: Uint32Array;
  private readonly dictionary: string[] = [];
  private readonly known = new Map<string, number>();
  private row = 0;

  constructor(rowCount: number) {
    this.codes = new Uint32Array(rowCount);
  }

  add(text: string | null): void {
    this.codes[this.row] = text === null ? CODE_NULL : this.codeOf(text);
    this.row += 1;
  }

  finish(wanted: "number" | "category" | null): Column {
    const column: Column = { kind: "category", codes: this.codes, dictionary: this.dictionary };
    return wanted === "number" ? toNumberColumn(column) : column;
  }

  private codeOf(text: string): number {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const code = CODE_FIRST_VALUE + this.dictionary.push(text) - 1;
    this.known.set(text, code);
    return code;
  }
}
