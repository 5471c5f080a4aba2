import { stringify } from "csv-stringify/sync";

export type CsvCell = string | number | null | undefined;

/** A spreadsheet would run a text that starts like a formula, so such texts get an apostrophe. */
export function toCsv(rows: readonly (readonly CsvCell[])[]): string {
  return rows.length === 0
    ? ""
    : stringify(
        rows.map((row) => [...row]),
        { escape_formulas: true },
      );
}
