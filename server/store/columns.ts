/** Rows as columns: the one in-memory form from the door to the disk, and back. */

/** A cell's state in a number column. */
export const CELL_VALUE = 0;
/** The row had no such key. */
export const CELL_ABSENT = 1;
/** The row said null. */
export const CELL_NULL = 2;
/** Not usable as a number ("NaN", "Infinity", a text): what was sent is in `texts`. */
export const CELL_TEXT = 3;

export interface NumberColumn {
  readonly kind: "number";
  /** NaN where the state is not CELL_VALUE. */
  readonly values: Float64Array;
  /** One state a row; null when every row has a value. */
  readonly states: Uint8Array | null;
  /** Row → text as it was sent, for rows in state CELL_TEXT. */
  readonly texts: ReadonlyMap<number, string> | null;
  /** Rows (ascending) whose value was read from a text such as "12.5"; left out or null when none was. */
  readonly fromText?: Uint32Array | null;
}

/** Codes below CODE_FIRST_VALUE say why there is no value; code k stands for dictionary[k − CODE_FIRST_VALUE]. */
export const CODE_ABSENT = 0;
export const CODE_NULL = 1;
export const CODE_FIRST_VALUE = 2;

export interface CategoryColumn {
  readonly kind: "category";
  readonly codes: Uint32Array;
  readonly dictionary: readonly string[];
}

export type Column = NumberColumn | CategoryColumn;

/** UTF-8 texts, one after the other: text i is bytes[offsets[i] .. offsets[i+1]). */
export interface TextColumn {
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
}

/**
 * Column names, the same as in the wire's `map=` and `where=`:
 * `features.NAME`, `segments.NAME`, `output.value`, `output.probability`, `output.probabilities.CLASS`,
 * `output.items` and `output.scores` (ranking, as JSON text), `latency_ms`.
 */
export type ColumnName = string;

/** Anything that has rows in columns: a batch on its way in, or a chunk read back. Columns may be decoded on first use. */
export interface Rows {
  readonly count: number;
  /** Event time of each row, milliseconds since 1970 (fractions kept). */
  readonly ts: Float64Array;
  readonly columnNames: readonly ColumnName[];
  column(name: ColumnName): Column | null;
}

/** Predictions of one model and version, as the door hands them to the writer. Buffers are transferred, not cloned. */
export interface PredictionBatch {
  readonly modelId: number;
  readonly version: string;
  readonly count: number;
  readonly ids: TextColumn;
  readonly ts: Float64Array;
  /** 1 where the server set `ts` because the row had none; null when none. Such a `ts` is no part of the content hash. */
  readonly tsFromServer: Uint8Array | null;
  /** `ts` as it was sent, for rows whose time was clamped to the receive time. */
  readonly tsRaw: ReadonlyMap<number, number> | null;
  readonly columns: ReadonlyArray<{ readonly name: ColumnName; readonly column: Column }>;
}

/** A label's value: a class as text, a number for regression, JSON text for ranking. */
export type LabelValue = string | number;

export interface LabelBatch {
  readonly modelId: number;
  readonly count: number;
  readonly ids: TextColumn;
  /** When the truth became known. The latest wins; ties go to the later arrival. */
  readonly ts: Float64Array;
  readonly tsFromServer: Uint8Array | null;
  readonly values: readonly LabelValue[];
}
