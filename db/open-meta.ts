import Sqlite from "better-sqlite3";
import { type BetterSQLite3Database, drizzle } from "drizzle-orm/better-sqlite3";
import { migrateMeta } from "#db/migrate-meta.ts";
import { ServiceError } from "#server/kernel/errors.ts";

export type MetaDatabase = BetterSQLite3Database & { $client: Sqlite.Database };

export interface OpenMetaOptions {
  readonly readonly?: boolean;
  /** How long a statement may wait for another thread's transaction. Small in threads that serve requests. */
  readonly busyTimeoutMs?: number;
}

const SQLITE_VERSION_MIN = [3, 51, 3] as const;
const BUSY_TIMEOUT_MS = 2_000;

/** Opens meta.db, creating and migrating it unless read-only. Every thread opens its own; close with `$client.close()`. */
export function openMeta(path: string, options: OpenMetaOptions = {}): MetaDatabase {
  const isReadonly = options.readonly ?? false;
  const sqlite = new Sqlite(path, {
    readonly: isReadonly,
    fileMustExist: isReadonly,
    timeout: options.busyTimeoutMs ?? BUSY_TIMEOUT_MS,
  });
  try {
    requireSqliteVersion(sqlite);
    if (!isReadonly) sqlite.pragma("journal_mode = WAL");
    const meta = drizzle(sqlite);
    applyPragmas(sqlite, isReadonly);
    if (!isReadonly) migrateMeta(meta, path);
    requireDurable(sqlite, isReadonly);
    return meta;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

function applyPragmas(sqlite: Sqlite.Database, isReadonly: boolean): void {
  sqlite.pragma("synchronous = FULL");
  sqlite.pragma("foreign_keys = ON");
  sqlite.pragma("trusted_schema = OFF");
  sqlite.pragma("cell_size_check = ON");
  sqlite.pragma("mmap_size = 0");
  sqlite.pragma("journal_size_limit = 67108864");
  if (isReadonly) sqlite.pragma("query_only = ON");
}

/** Older versions can lose committed rows when a checkpoint races a commit. */
function requireSqliteVersion(sqlite: Sqlite.Database): void {
  const text = String(sqlite.prepare("select sqlite_version()").pluck().get());
  const parts = text.split(".").map(Number);
  for (const [index, least] of SQLITE_VERSION_MIN.entries()) {
    const part = parts[index] ?? 0;
    if (part > least) return;
    if (part < least) {
      throw new ServiceError(
        "unavailable",
        `SQLite ${SQLITE_VERSION_MIN.join(".")} or newer is needed, this is ${text}; install the pinned better-sqlite3.`,
      );
    }
  }
}

/** A fresh file reports FULL until its first page exists, so this is asked once the schema is there. */
function requireDurable(sqlite: Sqlite.Database, isReadonly: boolean): void {
  if (isReadonly) return;
  const mode = sqlite.pragma("journal_mode", { simple: true });
  const synchronous = sqlite.pragma("synchronous", { simple: true });
  if (mode !== "wal" || synchronous !== 2) {
    throw new ServiceError(
      "unavailable",
      "meta.db cannot be opened durably (WAL with synchronous=FULL); keep the data folder on a local disk.",
    );
  }
}

/** Runs a read-check-write as one transaction that never has to upgrade its lock. `work` must not await. */
export function inTransaction<Result>(meta: MetaDatabase, work: (meta: MetaDatabase) => Result): Result {
  return meta.$client.transaction(() => work(meta)).immediate();
}
