import Database from "better-sqlite3";
import { ServiceError } from "#server/kernel/errors.ts";

export type Connection = Database.Database;

const LEAST_SQLITE = [3, 51, 3] as const;
const WRITER_BUSY_MS = 5_000;
const READER_BUSY_MS = 50;

/** Read-write; there is one of these a file, and it lives in the writer thread. */
export function openForWriting(path: string): Connection {
  const db = new Database(path, { timeout: WRITER_BUSY_MS });
  assertSqliteVersion(db);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  setCommonPragmas(db);
  db.pragma("wal_autocheckpoint = 0");
  // Chunks are deleted when they are merged: without this, erased rows would live on in free pages.
  db.pragma("secure_delete = ON");
  db.pragma("journal_size_limit = 67108864");
  return db;
}

export function openForReading(path: string): Connection {
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout: READER_BUSY_MS });
  assertSqliteVersion(db);
  setCommonPragmas(db);
  db.pragma("query_only = ON");
  return db;
}

function setCommonPragmas(db: Connection): void {
  db.pragma("foreign_keys = ON");
  db.pragma("trusted_schema = OFF");
  db.pragma("cell_size_check = ON");
  db.pragma("mmap_size = 0");
}

/** Asked again once the schema exists: on an empty file `synchronous` reads FULL and then falls back to NORMAL. */
export function assertDurable(db: Connection): void {
  const expected = {
    journal_mode: "wal",
    synchronous: 2,
    foreign_keys: 1,
    trusted_schema: 0,
    cell_size_check: 1,
    wal_autocheckpoint: 0,
    mmap_size: 0,
  };
  for (const [name, value] of Object.entries(expected)) {
    const actual = db.pragma(name, { simple: true });
    // A build without memory mapping answers nothing at all for mmap_size.
    if (actual === value || (name === "mmap_size" && actual === undefined)) continue;
    throw new ServiceError(
      "unavailable",
      `SQLite runs with ${name} = ${String(actual)} where Plumbline needs ${value}; rows could be lost. Use the SQLite that comes with better-sqlite3.`,
      { reason: "unsafe_storage" },
    );
  }
}

/** Older releases have a race in the reset of the write-ahead log that can lose committed rows. */
function assertSqliteVersion(db: Connection): void {
  const version = String(db.prepare("SELECT sqlite_version()").pluck().get());
  if (isAtLeast(version.split(".").map(Number), LEAST_SQLITE)) return;
  db.close();
  throw new ServiceError(
    "unavailable",
    `SQLite ${version} can lose committed rows; Plumbline needs ${LEAST_SQLITE.join(".")} or newer. Reinstall better-sqlite3.`,
    { reason: "unsafe_storage" },
  );
}

function isAtLeast(version: readonly number[], least: readonly number[]): boolean {
  for (const [index, part] of least.entries()) {
    const own = version[index] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}
