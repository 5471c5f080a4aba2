import { createReadStream } from "node:fs";
import { ServiceError } from "#server/kernel/errors.ts";
import { checkSize } from "#server/references/csv-table.ts";
import type { GrownColumn } from "#server/references/grown-column.ts";
import { GrownTable, type GrownTableOptions } from "#server/references/grown-table.ts";

const MAX_LINE_CHARS = 4 * 1024 * 1024;
/** Objects that rows of the ingest wire carry: their keys become columns such as `features.distance`. */
const NESTED = new Set(["features", "output", "segments", "probabilities"]);

/** Reads one JSON object a line: flat rows, or rows as services log them. */
export async function readNdjsonTable(
  path: string,
  { isText, onRows }: GrownTableOptions,
): Promise<GrownTable> {
  const table = new GrownTable(isText);
  let line = 0;
  for await (const text of linesOf(path)) {
    line += 1;
    if (text.trim() === "") continue;
    addLine(table, text, line);
    if (table.rowCount % 65_536 === 0) onRows(table.rowCount);
    if (table.rowCount % 4096 === 0) checkSize(table.rowCount, table.columns.length);
  }
  return table;
}

async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(path, { encoding: "utf8", highWaterMark: 1024 * 1024 })) {
    const parts = `${rest}${chunk}`.split("\n");
    rest = parts.pop() ?? "";
    if (rest.length > MAX_LINE_CHARS) {
      throw new ServiceError(
        "bad_request",
        "A line of the file is longer than 4 MiB; send one JSON object a line.",
        {
          reason: "line_too_long",
        },
      );
    }
    yield* parts;
  }
  if (rest !== "") yield rest;
}

function addLine(table: GrownTable, text: string, line: number): void {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    table.skipRow(`row ${line}`, "It is not valid JSON.");
    return;
  }
  if (!isObject(row)) {
    table.skipRow(`row ${line}`, "It is not a JSON object.");
    return;
  }
  addObject(table, row, "");
  table.endRow();
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function addObject(table: GrownTable, row: Record<string, unknown>, prefix: string): void {
  for (const [key, value] of Object.entries(row)) {
    const name = `${prefix}${key}`;
    if (isObject(value) && NESTED.has(key)) addObject(table, value, `${name}.`);
    else if (typeof value === "object" && value !== null) {
      table.refuseColumn(name, "It holds lists or objects; a feature is a number, a text or a boolean.");
    } else addCell(table.column(name), value, table.rowCount);
  }
}

function addCell(column: GrownColumn, value: unknown, row: number): void {
  column.catchUp(row);
  if (typeof value === "number") column.addNumber(value);
  else if (typeof value === "string") column.addCategory(value);
  else if (typeof value === "boolean") column.addCategory(String(value));
  else column.addNull();
}
