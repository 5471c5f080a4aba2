import { type BufferPacker, packedSize } from "#server/ingest/buffer-packer.ts";
import { INACTIVE } from "#server/ingest/number-column-builder.ts";
import {
  type CategoryColumn,
  CODE_ABSENT,
  CODE_FIRST_VALUE,
  CODE_NULL,
  type ColumnName,
} from "#server/store/columns.ts";

/** Grows a column of categories. The owner writes `codes[row]` with `codeOf`, then sets `filled`. */
export class CategoryColumnBuilder {
  readonly kind = "category";
  readonly name: ColumnName;
  filled = INACTIVE;
  bornRow = 0;
  typedRow = INACTIVE;
  codes: Uint32Array = new Uint32Array(0);
  lookup = new Map<string, number>();
  private dictionary: string[] = [];
  /** Row that brought each dictionary entry: what a refused row added is taken out again. */
  private firstRows: number[] = [];

  constructor(name: ColumnName) {
    this.name = name;
  }

  activate(row: number, capacity: number): void {
    this.reserve(capacity);
    if (this.dictionary.length > 0) this.lookup = clearedMap(this.lookup);
    this.dictionary = [];
    this.firstRows = [];
    this.filled = 0;
    this.bornRow = row;
    this.typedRow = INACTIVE;
  }

  reserve(capacity: number): void {
    if (this.codes.length >= capacity) return;
    const larger = new Uint32Array(capacity);
    larger.set(this.codes);
    this.codes = larger;
  }

  catchUp(row: number): void {
    if (this.filled >= row) return;
    this.codes.fill(CODE_ABSENT, this.filled, row);
    this.filled = row;
  }

  putNull(row: number): void {
    this.codes[row] = CODE_NULL;
  }

  putText(row: number, text: string): void {
    this.codes[row] = this.lookup.get(text) ?? this.add(row, text);
  }

  /** Gives a text that is not in `lookup` its code. */
  add(row: number, text: string): number {
    const code = CODE_FIRST_VALUE + this.dictionary.length;
    this.lookup.set(text, code);
    this.dictionary.push(text);
    this.firstRows.push(row);
    return code;
  }

  truncate(count: number): void {
    this.filled = Math.min(this.filled, count);
    while ((this.firstRows.at(-1) ?? -1) >= count) {
      this.firstRows.pop();
      const text = this.dictionary.pop();
      if (text !== undefined) this.lookup.delete(text);
    }
  }

  /** What a row without a usable value said; undefined when it lacked the key. */
  textAt(row: number): string | null | undefined {
    const code = this.codes[row] ?? CODE_ABSENT;
    if (code < CODE_FIRST_VALUE) return code === CODE_NULL ? null : undefined;
    return this.dictionary[code - CODE_FIRST_VALUE];
  }

  packedBytes(count: number): number {
    return packedSize(count * 4);
  }

  pack(packer: BufferPacker, count: number): CategoryColumn {
    return { kind: "category", codes: packer.uint32(this.codes, count), dictionary: this.dictionary };
  }

  capacityBytes(): number {
    return this.codes.byteLength;
  }
}

/** Clearing a Map that once was large keeps its table; a new one is cheaper to hold. */
function clearedMap(map: Map<string, number>): Map<string, number> {
  if (map.size > 4_096) return new Map();
  map.clear();
  return map;
}
