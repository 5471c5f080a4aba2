import { type BufferPacker, packedSize } from "#server/ingest/buffer-packer.ts";
import { CategoryColumnBuilder } from "#server/ingest/category-column-builder.ts";
import { INACTIVE, type NumberColumnBuilder } from "#server/ingest/number-column-builder.ts";
import type { CategoryColumn, ColumnName } from "#server/store/columns.ts";

export type ColumnBuilder = NumberColumnBuilder | CategoryColumnBuilder | UntypedColumnBuilder;

/** A feature that has only said null (or NaN) so far: nothing to tell its type by. Becomes one of the others at the first value. */
export class UntypedColumnBuilder {
  readonly kind = "untyped";
  readonly name: ColumnName;
  filled = INACTIVE;
  bornRow = 0;
  typedRow = INACTIVE;
  private cells: (string | null | undefined)[] = [];

  constructor(name: ColumnName) {
    this.name = name;
  }

  activate(row: number): void {
    this.cells = [];
    this.filled = 0;
    this.bornRow = row;
  }

  reserve(): void {}

  catchUp(row: number): void {
    while (this.filled < row) this.cells[this.filled++] = undefined;
  }

  putNull(row: number): void {
    this.cells[row] = null;
  }

  putText(row: number, text: string): void {
    this.cells[row] = text;
  }

  textAt(row: number): string | null | undefined {
    return this.cells[row];
  }

  copyFrom(column: ColumnBuilder, count: number): void {
    for (let row = 0; row < Math.min(count, column.filled); row++) this.cells[row] = column.textAt(row);
    this.filled = this.cells.length;
  }

  truncate(count: number): void {
    this.filled = Math.min(this.filled, count);
    this.cells.length = Math.min(this.cells.length, count);
  }

  /** Writes the cells before `row` into a column that has a type now. */
  replayInto(column: NumberColumnBuilder | CategoryColumnBuilder, row: number): void {
    for (let i = 0; i < row; i++) {
      const cell = this.cells[i];
      if (cell === undefined) continue;
      column.catchUp(i);
      if (cell === null) column.putNull(i);
      else column.putText(i, cell);
      column.filled = i + 1;
    }
  }

  packedBytes(count: number): number {
    return packedSize(count * 4);
  }

  pack(packer: BufferPacker, count: number): CategoryColumn {
    const column = new CategoryColumnBuilder(this.name);
    column.activate(0, count);
    this.replayInto(column, count);
    column.catchUp(count);
    return column.pack(packer, count);
  }

  capacityBytes(): number {
    return this.cells.length * 8;
  }
}
