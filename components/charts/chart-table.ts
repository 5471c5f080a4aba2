/** The same numbers as the chart, for reading as a table and for export. */
export interface ChartTable {
  caption: string;
  columns: string[];
  /** Indexes of columns that are aligned right. */
  numeric: number[];
  rows: { key: string; shown: string[]; exact: (string | number | null)[] }[];
  csvColumns: string[];
}

export function chartCsv(table: ChartTable): string {
  const lines = [table.csvColumns, ...table.rows.map((row) => row.exact)];
  return `${lines.map((cells) => cells.map(csvCell).join(",")).join("\r\n")}\r\n`;
}

/** Texts that a spreadsheet would run as a formula get a quote in front. */
export function csvCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A file name out of words. */
export function fileName(...words: (string | null | undefined)[]): string {
  const slug = words
    .filter(Boolean)
    .join("-")
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return slug || "chart";
}
