import type { ModelSchema } from "#server/models/schema.ts";
import type { AppendGroup, AppendResult, WindowChange } from "#server/store/append.ts";
import type { Column, ColumnName, LabelValue, Rows, TextColumn } from "#server/store/columns.ts";

/** A window's stored state. Bytes are the business of `server/windows`. */
export interface WindowRecord {
  readonly modelId: number;
  readonly version: string;
  readonly levelMs: number;
  /** Start of the window, as `server/windows/levels.ts` counts them (days from midnight UTC, weeks from Monday). */
  readonly start: number;
  readonly layoutId: number;
  /** Grows by one with every commit that changed the window. */
  readonly revision: number;
  readonly predictions: number;
  readonly labelled: number;
  readonly summary: Uint8Array;
  /** Summaries by segment value, compressed together; null when the model has no segments. */
  readonly segments: Uint8Array | null;
}

export interface WindowQuery {
  readonly modelId: number;
  /** All versions when left out. */
  readonly versions?: readonly string[];
  readonly levelMs: number;
  /** Windows with from ≤ start < to. */
  readonly from: number;
  readonly to: number;
  readonly withSegments: boolean;
}

/** A window's rows, without what they looked like. */
export type WindowCount = Pick<WindowRecord, "version" | "start" | "predictions" | "labelled">;

/** What the folder reads and writes inside the writer's transaction. */
export interface WindowTable {
  get(modelId: number, version: string, levelMs: number, start: number): WindowRecord | null;
  put(record: WindowRecord): void;
  /** The layout in force for a version, as its folder wrote it; null before the first row. */
  getLayout(modelId: number, version: string): { readonly layoutId: number; readonly json: string } | null;
  putLayout(modelId: number, version: string, json: string): number;
  /** Removes the windows of one level with from ≤ start < to. */
  deleteWindows(modelId: number, version: string, levelMs: number, from: number, to: number): void;
}

/** A version's bins change, because a reference came: the message from the importer to the writer. */
export interface LayoutChange {
  readonly modelId: number;
  readonly version: string;
  /** The reference's layout as stringifyLayout wrote it. */
  readonly referenceLayout: string;
}

/** When the labels of `before` and `after` were made, milliseconds since 1970; any number where there is none. */
export interface LabelTimes {
  readonly before: ArrayLike<number>;
  readonly after: ArrayLike<number>;
}

/**
 * Keeps window summaries in step with rows, inside the transaction that stores the rows.
 * Implemented by `server/windows`; the store calls it and knows nothing of statistics.
 */
export interface WindowFolder {
  foldPredictions(modelId: number, version: string, rows: Rows, positions: Uint32Array): void;
  /** A label changed from `before[i]` (null: none) to `after[i]` for the row at `positions[i]`. */
  foldLabels(
    modelId: number,
    version: string,
    rows: Rows,
    positions: Uint32Array,
    before: ReadonlyArray<LabelValue | null>,
    after: ReadonlyArray<LabelValue | null>,
    times?: LabelTimes,
  ): void;
  /**
   * Names of the columns that foldLabels reads, so that the store can keep them at hand; one that ends in a dot
   * stands for all that begin so. They change with the model's record.
   */
  labelColumns(modelId: number): readonly ColumnName[];
  /** Writes every touched window and grown layout; says which windows (at the model's own width). */
  flush(table: WindowTable): ReadonlyArray<{ modelId: number; version: string; from: number; to: number }>;
  /** The transaction was rolled back: forget what was folded since the last flush that committed. */
  rollback(): void;
  /**
   * Adopts a reference's bins and stores the new layout through `table` (inside a transaction). True when windows
   * of an older layout may exist: the store then rebuilds the version. Rows that are folded meanwhile are left out
   * of stale windows, the rebuild brings them.
   */
  changeLayout(table: WindowTable, change: LayoutChange): boolean;
  /**
   * One slice of a rebuild, from and to where a day and a window both start: empties every window in it at every level. The store
   * then folds all rows of the slice again (foldPredictions, then foldLabels from null) and flushes, all in one transaction.
   */
  resetWindows(table: WindowTable, modelId: number, version: string, from: number, to: number): void;
  /**
   * A model's record changed: to be called for every version of it that has rows, then flush. Without it a version
   * notices at its next row.
   */
  followSchema(modelId: number, version: string): void;
  /**
   * Versions whose windows went stale since the last call (a schema change: positive class, threshold, types,
   * segments), for the store to rebuild. Ask after each flush.
   */
  takeStaleVersions(): ReadonlyArray<{ modelId: number; version: string }>;
}

export type Comparison = "=" | "!=" | "<" | "<=" | ">" | ">=";

/** One condition on a row; all must hold. */
export type RowCondition =
  | { readonly column: ColumnName; readonly op: Comparison; readonly value: string | number }
  | { readonly column: ColumnName; readonly op: "null" | "not-null" }
  | { readonly column: ColumnName; readonly op: "in"; readonly values: readonly string[] };

export interface RowQuery {
  readonly modelId: number;
  readonly versions?: readonly string[];
  /** from ≤ ts < to, milliseconds. */
  readonly from: number;
  readonly to: number;
  /** `column` may also be `label`, `prediction_id`, `ts`. */
  readonly where: readonly RowCondition[];
  readonly labelled?: boolean;
  readonly order: "newest" | "oldest";
  readonly limit: number;
  readonly cursor: string | null;
  /** Stop after this long and answer with what was found and a cursor, milliseconds. */
  readonly budgetMs: number;
}

export interface StoredPrediction {
  readonly modelId: number;
  readonly version: string;
  readonly predictionId: string;
  readonly ts: number;
  readonly tsSource: "client" | "server" | "clamped";
  readonly receivedAt: number;
  readonly features: Readonly<Record<string, string | number | null>>;
  readonly segments: Readonly<Record<string, string | null>>;
  readonly output: {
    readonly value?: string | number | null;
    readonly probability?: number | null;
    readonly probabilities?: Readonly<Record<string, number>>;
    readonly items?: readonly string[];
    readonly scores?: readonly number[];
  };
  readonly latencyMs: number | null;
  readonly label: { readonly value: LabelValue; readonly ts: number; readonly receivedAt: number } | null;
}

export interface RowPage {
  readonly rows: readonly StoredPrediction[];
  /** Where to go on; null at the end of the range. */
  readonly cursor: string | null;
  /** True when the budget ran out before the page was full. */
  readonly partial: boolean;
  /** Rows looked at, and the event time reached, for a progress line. */
  readonly scanned: number;
  readonly reachedTs: number | null;
}

export interface ModelCounts {
  readonly version: string;
  readonly predictions: number;
  readonly labelled: number;
  readonly firstTs: number | null;
  /** Watermark: the latest event time seen. */
  readonly lastTs: number | null;
  readonly lastReceivedAt: number | null;
  readonly conflicts: number;
  readonly duplicates: number;
}

/** Readers use their own read-only connection and see whole commits only. */
export interface EventReader {
  readWindows(query: WindowQuery): WindowRecord[];
  /** As readWindows, but for counts alone: months of hours cost next to nothing. */
  readWindowCounts(query: Omit<WindowQuery, "withSegments">): WindowCount[];
  readLayout(layoutId: number): string | null;
  currentLayout(modelId: number, version: string): { layoutId: number; json: string } | null;
  readRows(query: RowQuery): RowPage;
  /** Every version's row of one id. */
  readPrediction(modelId: number, predictionId: string): StoredPrediction[];
  counts(modelId: number): ModelCounts[];
  /** Chunks of a range, decoded one at a time, oldest first: for references from the past, rebuilds, exports. */
  scan(query: { modelId: number; versions?: readonly string[]; from: number; to: number }): IterableIterator<{
    version: string;
    rows: Rows & { readonly ids: TextColumn };
    labels: ReadonlyArray<LabelValue | null>;
    positions: Uint32Array;
  }>;
  close(): void;
}

export interface WriterStats {
  /** Predictions stored, and chunks that hold them. */
  readonly rows: number;
  readonly chunks: number;
  /** Labels that wait for their prediction. */
  readonly orphanLabels: number;
  readonly walBytes: number;
  readonly indexBytes: number;
  readonly cacheBytes: number;
  /** Batches acknowledged before the last start and not found at it; anything but 0 is a loss to be shown. */
  readonly ledgerGap: number;
  /** Why nothing is written; null while writes are accepted. */
  readonly readOnly: string | null;
  readonly pendingRebuilds: number;
}

/** The only read-write connection; lives in the writer thread. */
export interface EventWriter {
  append(group: AppendGroup): AppendResult;
  /** Records that changed while no rows came. */
  followSchemas(schemas: readonly ModelSchema[]): void;
  /** Does at most one slice of background work (compaction, label folding, rebuilds, expiry, checkpoints); false when nothing is left. */
  maintain(budgetMs: number): boolean;
  /** A reference's bins replace a version's; its windows are folded again in the background. */
  changeLayout(change: LayoutChange): void;
  /** Windows of this version are folded again from its rows, because its layout changed. */
  rebuildWindows(modelId: number, version: string): void;
  /** Removes every version's row of these ids for good; windows that counted them are folded again. Returns the rows removed. */
  erase(modelId: number, predictionIds: readonly string[]): number;
  /** Windows that background work changed since the last call. */
  takeChanges(): WindowChange[];
  stats(): WriterStats;
  close(): void;
}

export type { Column };
