import { badBody, tooManyRows } from "#server/ingest/body-refusals.ts";
import type { IngestLimits } from "#server/ingest/ingest-limits.ts";
import { isPlainObject } from "#server/ingest/json-tree.ts";

type Json = Readonly<Record<string, unknown>>;

/** One list, and the object and key under which rows show its values. */
interface Cell {
  readonly list: readonly unknown[];
  readonly object: Record<string, unknown>;
  readonly key: string;
}

/** Keys whose value is an object of lists, by the key that they are under. */
const NESTED: Readonly<Record<string, readonly string[]>> = {
  columns: ["features", "segments", "output"],
  output: ["probabilities"],
};

/** A columnar body read as rows, so that the same checks apply to both. */
export class ColumnRows {
  readonly count: number;
  private readonly cells: Cell[] = [];
  private readonly row: Record<string, unknown> = {};

  /** `listOf` gives the list that stands at a place of the tree; null where there is none. */
  constructor(columns: unknown, listOf: (value: unknown) => readonly unknown[] | null, limits: IngestLimits) {
    if (!isPlainObject(columns)) throw badBody("bad_envelope", "`columns` is not an object of lists.");
    this.collect(columns, "columns", this.row, listOf);
    this.count = this.commonLength();
    if (this.count > limits.rows) throw tooManyRows(limits, this.count);
  }

  /** The row at a position. The object is the same each time: read it before the next one. */
  at(position: number): Json {
    for (const { list, object, key } of this.cells) object[key] = list[position];
    return this.row;
  }

  private collect(
    columns: Json,
    path: string,
    object: Record<string, unknown>,
    listOf: (value: unknown) => readonly unknown[] | null,
  ): void {
    for (const key of Object.keys(columns)) {
      const value = columns[key];
      const list = listOf(value);
      if (list === null && !(isPlainObject(value) && NESTED[path]?.includes(key))) {
        throw badBody("bad_envelope", `\`${path}\` has a member that is not a list.`);
      }
      const inner: Record<string, unknown> = {};
      // An assignment to __proto__ would set the prototype; once defined, it is a key like any other.
      Object.defineProperty(object, key, {
        value: inner,
        writable: true,
        enumerable: true,
        configurable: true,
      });
      if (list !== null) this.cells.push({ list, object, key });
      else if (isPlainObject(value)) this.collect(value, key, inner, listOf);
    }
  }

  private commonLength(): number {
    const count = this.cells[0]?.list.length ?? 0;
    const odd = this.cells.find(({ list }) => list.length !== count);
    if (odd === undefined) return count;
    throw badBody(
      "unequal_columns",
      `The column \`${odd.key.slice(0, 80)}\` has ${odd.list.length} values where others have ${count}; all lists must be of one length.`,
    );
  }
}
