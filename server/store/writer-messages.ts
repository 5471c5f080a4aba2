import { ServiceError, type ServiceErrorCode } from "#server/kernel/errors.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import type { AppendGroup, AppendResult, WindowChange } from "#server/store/append.ts";
import type { Column, TextColumn } from "#server/store/columns.ts";
import type { LayoutChange, WriterStats } from "#server/store/event-store.ts";

/** What the writer thread starts with. */
export interface WriterThreadData {
  readonly directory: string;
  readonly retentionDays: number;
  readonly lockToken: string;
  readonly schemas: readonly ModelSchema[];
  readonly minFreeBytes?: number;
  /** A module that exports `createWindowFolder`; the real one when left out. */
  readonly folderModule?: string;
}

export type WriterCall =
  | { readonly kind: "append"; readonly group: AppendGroup }
  | { readonly kind: "layout"; readonly schema: ModelSchema; readonly change: LayoutChange }
  | { readonly kind: "rebuild"; readonly modelId: number; readonly version: string }
  | { readonly kind: "erase"; readonly modelId: number; readonly predictionIds: readonly string[] }
  | { readonly kind: "close" };

export type ToWriter = WriterCall & { readonly call: number };

export type FromWriter =
  | { readonly kind: "ready"; readonly stats: WriterStats }
  | { readonly kind: "refused"; readonly failure: Failure }
  | { readonly kind: "answer"; readonly call: number; readonly value: AppendResult | number | null }
  | { readonly kind: "failed"; readonly call: number; readonly failure: Failure }
  | { readonly kind: "changes"; readonly changes: readonly WindowChange[] }
  | { readonly kind: "stats"; readonly stats: WriterStats }
  | { readonly kind: "trouble"; readonly what: string; readonly text: string };

/** Errors lose their class on the way between threads. */
export interface Failure {
  readonly code: ServiceErrorCode | null;
  readonly message: string;
  readonly reason: string;
  readonly stack: string;
}

export function toFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  if (error instanceof ServiceError) return { code: error.code, message, reason: error.reason, stack };
  return { code: null, message, reason: "", stack };
}

export function fromFailure(failure: Failure): Error {
  if (failure.code !== null) {
    return new ServiceError(failure.code, failure.message, { reason: failure.reason });
  }
  const error = new Error(failure.message);
  error.stack = failure.stack;
  return error;
}

/** The buffers of a group, each once: batches lay several arrays into one. */
export function buffersOf(group: AppendGroup): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const add = (view: ArrayBufferView | null | undefined) => {
    if (view && view.buffer instanceof ArrayBuffer) buffers.add(view.buffer);
  };
  for (const batch of group.predictions) {
    addTexts(batch.ids, add);
    add(batch.ts);
    add(batch.tsFromServer);
    for (const { column } of batch.columns) addColumn(column, add);
  }
  for (const batch of group.labels) {
    addTexts(batch.ids, add);
    add(batch.ts);
    add(batch.tsFromServer);
  }
  return [...buffers];
}

function addTexts(texts: TextColumn, add: (view: ArrayBufferView) => void): void {
  add(texts.bytes);
  add(texts.offsets);
}

function addColumn(column: Column, add: (view: ArrayBufferView | null | undefined) => void): void {
  if (column.kind === "category") {
    add(column.codes);
    return;
  }
  add(column.values);
  add(column.states);
  add(column.fromText);
}
