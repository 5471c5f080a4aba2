import { GrownColumn } from "#server/references/grown-column.ts";
import type { TableColumn, TableSource } from "#server/references/table-source.ts";
import type { Column } from "#server/store/columns.ts";

const MAX_REPORTED_ROWS = 20;

export interface GrownTableOptions {
  readonly isText: (name: string) => boolean;
  /** Told now and then how many rows were read. */
  readonly onRows: (rows: number) => void;
}

/** A table that is read row by row and then column by column. A column is let go once it was read. */
export class GrownTable implements TableSource {
  private readonly byName = new Map<string, GrownColumn>();
  private readonly unusable = new Map<string, string>();
  private readonly reported: Array<{ what: string; reason: string }> = [];
  private readonly isText: (name: string) => boolean;
  private skippedRows = 0;
  rowCount = 0;

  /** `isText`: columns that are declared categories. */
  constructor(isText: (name: string) => boolean) {
    this.isText = isText;
  }

  column(name: string): GrownColumn {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    const column = new GrownColumn(this.isText(name));
    column.catchUp(this.rowCount);
    this.byName.set(name, column);
    return column;
  }

  endRow(): void {
    this.rowCount += 1;
  }

  /** The column holds something that is neither number nor text: it is left out, whatever other rows have. */
  refuseColumn(name: string, reason: string): void {
    this.column(name);
    this.unusable.set(name, reason);
  }

  skipRow(what: string, reason: string): void {
    this.skippedRows += 1;
    if (this.reported.length < MAX_REPORTED_ROWS) this.reported.push({ what, reason });
  }

  skippedCount(): number {
    return this.skippedRows;
  }

  get skipped(): ReadonlyArray<{ what: string; reason: string }> {
    const more = this.skippedRows - this.reported.length;
    if (more === 0) return this.reported;
    return [...this.reported, { what: `${more} more rows`, reason: "They could not be read either." }];
  }

  get columns(): readonly TableColumn[] {
    return [...this.byName.keys()].map((name) => {
      const reason = this.unusable.get(name);
      return { name, kind: reason === undefined ? "values" : "unusable", reason: reason ?? "" };
    });
  }

  async read(name: string, wanted: "number" | "category" | null): Promise<Column> {
    const column = this.column(name);
    column.catchUp(this.rowCount);
    this.byName.set(name, new GrownColumn());
    return column.finish(wanted);
  }
}
