import type { ModelSchema } from "#server/models/schema.ts";
import type { LabelBatch, PredictionBatch } from "#server/store/columns.ts";

/** The rows of one request inside the batches of its group. */
export interface RequestSlice {
  /** Position of the batch in `predictions` or `labels`. */
  readonly batch: number;
  readonly from: number;
  readonly to: number;
}

/** One request: stored whole or not at all. */
export interface AppendRequest {
  readonly requestId: string;
  readonly keyId: string | null;
  readonly idempotencyKey: string | null;
  /** SHA-256 of the decoded body, hex; only when an idempotency key came with it. */
  readonly bodyHash: string | null;
  readonly predictions: readonly RequestSlice[];
  readonly labels: readonly RequestSlice[];
}

/** What one commit takes in: the batches of every request that waited, built at the door. */
export interface AppendGroup {
  readonly groupId: number;
  readonly receivedAt: number;
  /** Records that changed since the writer was last told. */
  readonly schemas: readonly ModelSchema[];
  readonly predictions: readonly PredictionBatch[];
  readonly labels: readonly LabelBatch[];
  readonly requests: readonly AppendRequest[];
}

export interface AppendedRequest {
  readonly requestId: string;
  /**
   * Rows by outcome; `conflicts` and `duplicates` list positions as [slice, row within the slice]. Slices are
   * counted over the request's `predictions` and then its `labels`.
   */
  readonly accepted: number;
  readonly duplicates: ReadonlyArray<readonly [slice: number, row: number]>;
  readonly conflicts: ReadonlyArray<readonly [slice: number, row: number]>;
  /** Set when the request could not be stored: nothing of it was. */
  readonly failure: {
    readonly reason: "storage_full" | "read_only" | "io_error" | "poison" | "idempotency_conflict";
    readonly message: string;
  } | null;
  readonly batchId: string;
  /** True when the idempotency key was known and this is the first answer again. */
  readonly replayed?: boolean;
}

export interface WindowChange {
  readonly modelId: number;
  readonly version: string;
  /** First and last changed window starts at the model's own width, milliseconds. */
  readonly from: number;
  readonly to: number;
}

export interface AppendResult {
  readonly groupId: number;
  /** Ledger sequence of the commit. */
  readonly seq: number;
  readonly requests: readonly AppendedRequest[];
  readonly changes: readonly WindowChange[];
}
