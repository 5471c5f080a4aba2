import { join } from "node:path";
import type { ModelSchema } from "#server/models/schema.ts";
import type { WindowFolder, WindowTable } from "#server/store/event-store.ts";
import type { ChunkInfo } from "#server/store/index/chunk-info.ts";
import { hashIds } from "#server/store/index/id-hash.ts";
import { IdIndex } from "#server/store/index/id-index.ts";
import { ChunkTable } from "#server/store/sqlite/chunk-table.ts";
import { ensureSchema } from "#server/store/sqlite/event-schema.ts";
import { IdempotencyTable } from "#server/store/sqlite/idempotency-table.ts";
import { Ledger, ledgerGap } from "#server/store/sqlite/ledger.ts";
import { assertLocalDisk } from "#server/store/sqlite/local-disk.ts";
import { type Connection, openForWriting } from "#server/store/sqlite/open-database.ts";
import { OrphanTable } from "#server/store/sqlite/orphan-table.ts";
import { PatchTable } from "#server/store/sqlite/patch-table.ts";
import { RebuildTable } from "#server/store/sqlite/rebuild-table.ts";
import { VersionTable } from "#server/store/sqlite/version-table.ts";
import { WindowRows } from "#server/store/sqlite/window-rows.ts";

export type CreateFolder = (options: {
  schemaOf(modelId: number): ModelSchema | null;
  readonly table: WindowTable;
}) => WindowFolder;

export interface CacheSizes {
  readonly rowsBytes: number;
  readonly labelsBytes: number;
  readonly idTablesBytes: number;
}

export const DEFAULT_CACHES: CacheSizes = {
  rowsBytes: 32 * 2 ** 20,
  labelsBytes: 12 * 2 ** 20,
  idTablesBytes: 16 * 2 ** 20,
};

/** Everything that one connection to events.db holds; opened anew after an I/O error. */
export interface OpenStore {
  readonly db: Connection;
  readonly path: string;
  readonly versions: VersionTable;
  readonly chunks: ChunkTable;
  readonly patches: PatchTable;
  readonly windows: WindowRows;
  readonly orphans: OrphanTable;
  readonly ledger: Ledger;
  readonly idempotency: IdempotencyTable;
  readonly rebuilds: RebuildTable;
  readonly index: IdIndex;
  readonly folder: WindowFolder;
  readonly infos: Map<number, ChunkInfo>;
  schemaOf(modelId: number): ModelSchema | null;
  /** Patches written to a chunk since they were last merged. */
  readonly patchCounts: Map<number, number>;
  readonly ledgerGap: number;
}

export function eventsPath(directory: string): string {
  return join(directory, "events.db");
}

export function openStore(options: {
  directory: string;
  createFolder: CreateFolder;
  schemaOf(modelId: number): ModelSchema | null;
  caches: CacheSizes;
}): OpenStore {
  const { directory, caches } = options;
  assertLocalDisk(directory);
  const path = eventsPath(directory);
  const db = openForWriting(path);
  try {
    ensureSchema(db);
    const versions = new VersionTable(db);
    const chunks = new ChunkTable(db, caches.rowsBytes);
    const windows = new WindowRows(db, versions);
    const index = new IdIndex(chunks, caches.idTablesBytes);
    const infos = learnChunks(chunks, index);
    return {
      db,
      path,
      versions,
      chunks,
      windows,
      index,
      infos,
      schemaOf: options.schemaOf,
      patchCounts: new Map(),
      patches: new PatchTable(db, caches.labelsBytes),
      orphans: new OrphanTable(db),
      ledgerGap: ledgerGap(db, directory),
      ledger: new Ledger(db, directory),
      idempotency: new IdempotencyTable(db),
      rebuilds: new RebuildTable(db),
      folder: options.createFolder({ schemaOf: options.schemaOf, table: windows }),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The index is derived from what is committed, so it can never claim a row that is not stored. */
function learnChunks(chunks: ChunkTable, index: IdIndex): Map<number, ChunkInfo> {
  const infos = new Map<number, ChunkInfo>();
  const list = chunks.list();
  const finalRows = list.reduce((sum, info) => sum + (info.isFinal ? info.count : 0), 0);
  for (const _ of index.makeRoomForFinal(finalRows));
  for (const info of list) {
    infos.set(info.chunkId, info);
    if (info.isFinal) index.activateFinal(index.prepareFinal(chunks.fingerprintsOf(info)), info);
    else index.addFresh(info, hashIds(info.modelId, chunks.readRows(info).ids, info.count));
  }
  return infos;
}
