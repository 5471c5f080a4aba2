import { ServiceError } from "#server/kernel/errors.ts";
import type { ColumnMap } from "#server/references/column-map.ts";
import type { TableSource } from "#server/references/table-source.ts";
import { textReader } from "#server/windows/read-columns.ts";

export interface VersionRows {
  /** Null: all rows are meant. */
  readonly positions: Uint32Array | null;
  readonly note: { readonly what: string; readonly reason: string } | null;
}

/** A file may hold several versions: where a column says which, the rows of this one are taken. */
export async function versionRows(
  source: TableSource,
  map: ColumnMap,
  version: string,
  isAsked: boolean,
): Promise<VersionRows> {
  const column = map.columns.get("version");
  if (column === undefined) return { positions: null, note: null };
  const text = textReader(await source.read(column, "category"));
  const rows: number[] = [];
  for (let row = 0; row < source.rowCount; row += 1) if (text(row) === version) rows.push(row);
  if (rows.length === source.rowCount) return { positions: null, note: null };
  if (rows.length > 0) {
    const reason = `It says which version a row is of: ${source.rowCount - rows.length} rows of other versions were left out.`;
    return { positions: Uint32Array.from(rows), note: { what: column, reason } };
  }
  if (isAsked) {
    throw new ServiceError(
      "bad_request",
      `No row of the file has the version \`${version}\` in its column \`${column}\`; check \`version\` and \`map\`.`,
      { reason: "no_rows" },
    );
  }
  const reason = `It names the version of each row, but never \`${version}\`: all rows were taken, the column was not.`;
  return { positions: null, note: { what: column, reason } };
}
