import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { type CsvError, parse } from "csv-parse";
import { ServiceError } from "#server/kernel/errors.ts";
import type { GrownColumn } from "#server/references/grown-column.ts";
import { GrownTable, type GrownTableOptions } from "#server/references/grown-table.ts";

/** Cells of a table that is held in memory while its types are found out. */
const MAX_CELLS = 60_000_000;

/** Reads a CSV file with a header line. Rows of another length than the header are left out and reported. */
export async function readCsvTable(path: string, { isText, onRows }: GrownTableOptions): Promise<GrownTable> {
  const table = new GrownTable(isText);
  const parser = parse({
    bom: true,
    delimiter: await delimiterOf(path),
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error !== undefined) table.skipRow(`row ${lineOf(error)}`, reasonOf(error));
    },
  });
  const input = createReadStream(path);
  input.on("error", (error) => parser.destroy(error));
  input.pipe(parser);
  let columns: readonly GrownColumn[] | null = null;
  for await (const record of parser) {
    const cells: readonly string[] = record;
    if (columns === null) columns = checkedHeader(cells).map((name) => table.column(name));
    else addRow(table, columns, cells);
    if (table.rowCount % 65_536 === 0) onRows(table.rowCount);
  }
  if (columns === null) {
    throw new ServiceError(
      "bad_request",
      "The file is empty; send a CSV file whose first line names the columns.",
      {
        reason: "empty_file",
      },
    );
  }
  return table;
}

const DELIMITERS = [",", ";", "\t", "|"] as const;
const SNIFFED_BYTES = 65_536;

/** The one that the header line has most of; a comma where it has none. */
async function delimiterOf(path: string): Promise<string> {
  const handle = await open(path, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0);
    const [header = ""] = buffer.toString("utf8", 0, bytesRead).split(/[\r\n]/, 1);
    const counts = DELIMITERS.map((delimiter) => header.split(delimiter).length);
    return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ",";
  } finally {
    await handle.close();
  }
}

function checkedHeader(cells: readonly string[]): readonly string[] {
  const names = cells.map((cell) => cell.trim());
  const nameless = names.indexOf("");
  if (nameless >= 0) {
    throw badHeader(
      `Column ${nameless + 1} of the header line has no name; name it, or leave it out of the file.`,
    );
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw badHeader(
      `The header line names the column \`${twice}\` twice; every column needs a name of its own.`,
    );
  }
  return names;
}

function badHeader(message: string): ServiceError {
  return new ServiceError("bad_request", message, { reason: "bad_header" });
}

function addRow(table: GrownTable, columns: readonly GrownColumn[], cells: readonly string[]): void {
  for (let index = 0; index < columns.length; index += 1) columns[index]?.addText(cells[index] ?? "");
  table.endRow();
  checkSize(table.rowCount, columns.length);
}

export function checkSize(rows: number, columns: number): void {
  if (rows * columns <= MAX_CELLS) return;
  const limit = Math.floor(MAX_CELLS / columns);
  throw new ServiceError(
    "too_large",
    `The file has more than ${limit} rows of ${columns} columns; send a sample of it, or a Parquet file, which is read column by column.`,
    { reason: "too_many_rows", facts: { limit } },
  );
}

function lineOf(error: CsvError): string {
  const line: unknown = Reflect.get(error, "lines");
  return typeof line === "number" ? String(line) : "?";
}

function reasonOf(error: CsvError): string {
  if (error.code === "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH")
    return "It has another number of cells than the header line.";
  if (error.code === "CSV_QUOTE_NOT_CLOSED") return "A quotation mark opens in it and never closes.";
  return "Its quotation marks do not fit the CSV format.";
}
