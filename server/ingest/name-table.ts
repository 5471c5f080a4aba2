import type { ColumnBuilder } from "#server/ingest/column-builder.ts";

/** Spellings kept of names; beyond, a sender makes up forms of one name, and they are looked up anew each time. */
const KEPT_SPELLINGS = 20_000;

/**
 * Columns of one kind by the key as it was sent and by its NFC form. The `shape` lists remember the keys of the last row
 * in their order: a row of the same keys needs no look-up. Names are a sender's: they live in Maps, never as object keys.
 */
export class NameTable {
  readonly prefix: string;
  shapeNames: string[] = [];
  shapeColumns: ColumnBuilder[] = [];
  private readonly bySpelling = new Map<string, ColumnBuilder>();
  private readonly byName = new Map<string, ColumnBuilder>();

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  get size(): number {
    return this.byName.size;
  }

  /** The column of a key that is not in the shape at this position; the shape learns it. */
  find(key: string, position: number): ColumnBuilder | undefined {
    const column = this.bySpelling.get(key);
    if (column !== undefined) this.remember(key, position, column);
    return column;
  }

  named(name: string): ColumnBuilder | undefined {
    return this.byName.get(name);
  }

  add(key: string, name: string, position: number, column: ColumnBuilder): void {
    if (this.bySpelling.size >= KEPT_SPELLINGS) this.bySpelling.clear();
    this.bySpelling.set(key, column);
    this.byName.set(name, column);
    this.remember(key, position, column);
  }

  /** Puts a column of the same name in another's place. */
  replace(old: ColumnBuilder, column: ColumnBuilder): void {
    this.byName.set(old.name.slice(this.prefix.length), column);
    this.forgetSpellings(old);
  }

  remove(column: ColumnBuilder): void {
    const name = column.name.slice(this.prefix.length);
    if (this.byName.get(name) !== column) return;
    this.byName.delete(name);
    this.forgetSpellings(column);
  }

  columns(): IterableIterator<ColumnBuilder> {
    return this.byName.values();
  }

  clear(): void {
    this.bySpelling.clear();
    this.byName.clear();
    this.shapeNames = [];
    this.shapeColumns = [];
  }

  private remember(key: string, position: number, column: ColumnBuilder): void {
    if (position > this.shapeNames.length) return;
    this.shapeNames[position] = key;
    this.shapeColumns[position] = column;
  }

  private forgetSpellings(column: ColumnBuilder): void {
    const name = column.name.slice(this.prefix.length);
    this.bySpelling.delete(name);
    if (this.bySpelling.size >= this.byName.size) {
      for (const [key, known] of this.bySpelling) if (known === column) this.bySpelling.delete(key);
    }
    const position = this.shapeColumns.lastIndexOf(column);
    if (position < 0) return;
    this.shapeNames.length = position;
    this.shapeColumns.length = position;
  }
}
