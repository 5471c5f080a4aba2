import { type MetaDatabase, openMeta } from "#db/open-meta.ts";
import { metaPath, prepareDataFolder } from "#server/kernel/data-folder.ts";
import type { Env } from "#server/kernel/env.ts";

/** Commands may wait for a running server's transaction. */
const BUSY_TIMEOUT_MS = 5_000;

/** Runs a command's work on meta.db, which is made when there is none. */
export function withMeta<Result>(env: Env, work: (meta: MetaDatabase) => Result): Result {
  prepareDataFolder(env.dataFolder);
  const meta = openMeta(metaPath(env.dataFolder), { busyTimeoutMs: BUSY_TIMEOUT_MS });
  try {
    return work(meta);
  } finally {
    meta.$client.close();
  }
}
