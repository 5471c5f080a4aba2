import type { ModelSchema } from "#server/models/schema.ts";
import type { AppendGroup, AppendResult, WindowChange } from "#server/store/append.ts";
import type { LayoutChange, WriterStats } from "#server/store/event-store.ts";

/** The writer as the pipeline uses it, wherever it runs. */
export interface WriterHandle {
  append(group: AppendGroup): Promise<AppendResult>;
  changeLayout(schema: ModelSchema, change: LayoutChange): Promise<void>;
  stats(): WriterStats | null;
  close(): Promise<void>;
}

export interface WriterHandleOptions {
  readonly dataFolder: string;
  readonly retentionDays: number;
  readonly lockToken: string;
  readonly schemas: readonly ModelSchema[];
  /** Windows that background work changed. */
  readonly onChanges: (changes: readonly WindowChange[]) => void;
}
