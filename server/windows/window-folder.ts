import type { ModelSchema } from "#server/models/schema.ts";
import type { WindowFolder, WindowTable } from "#server/store/event-store.ts";

export interface WindowFolderOptions {
  schemaOf(modelId: number): ModelSchema | null;
  /** Where windows and layouts that are not in memory are read, inside the writer's connection. */
  readonly table: WindowTable;
  /** Bytes of decoded windows kept in memory between commits. */
  readonly cacheBytes?: number;
}

export function createWindowFolder(_options: WindowFolderOptions): WindowFolder {
  throw new Error("Not written yet.");
}
