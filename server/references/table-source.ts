import type { Column } from "#server/store/columns.ts";

export interface TableColumn {
  readonly name: string;
  /** `unusable` columns cannot be read; `reason` says why. Times are numbers of milliseconds that make no feature. */
  readonly kind: "values" | "time" | "unusable";
  readonly reason: string;
}

/** An uploaded table, or past rows, column by column. */
export interface TableSource {
  readonly rowCount: number;
  /** In the order of the file. */
  readonly columns: readonly TableColumn[];
  /** Rows that could not be read, with reasons. */
  readonly skipped: ReadonlyArray<{ readonly what: string; readonly reason: string }>;
  /** A column in the type that its values have: numbers, else texts. `wanted` decides where both would do. */
  read(name: string, wanted: "number" | "category" | null): Promise<Column>;
}
