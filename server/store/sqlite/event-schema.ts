import { ServiceError } from "#server/kernel/errors.ts";
import { assertDurable, type Connection } from "#server/store/sqlite/open-database.ts";

const SCHEMA_VERSION = 1;

/**
 * Small columns come before blobs: SQLite reads a row's overflow pages in order. Patches and windows are keyed so
 * that what is read together lies together, without a second index.
 */
const SCHEMA = `
CREATE TABLE versions (
  version_id INTEGER PRIMARY KEY,
  model_id INTEGER NOT NULL,
  version TEXT NOT NULL,
  layout_id INTEGER,
  predictions INTEGER NOT NULL DEFAULT 0,
  labelled INTEGER NOT NULL DEFAULT 0,
  conflicts INTEGER NOT NULL DEFAULT 0,
  duplicates INTEGER NOT NULL DEFAULT 0,
  first_ts REAL,
  last_ts REAL,
  last_received_at REAL,
  expired_to REAL,
  UNIQUE (model_id, version)
) STRICT;

CREATE TABLE chunks (
  chunk_id INTEGER PRIMARY KEY AUTOINCREMENT,
  version_id INTEGER NOT NULL REFERENCES versions (version_id),
  is_final INTEGER NOT NULL,
  count INTEGER NOT NULL,
  from_ts REAL NOT NULL,
  to_ts REAL NOT NULL,
  seq INTEGER NOT NULL,
  head BLOB NOT NULL,
  fingerprints BLOB,
  data BLOB NOT NULL
) STRICT;
CREATE INDEX chunks_by_time ON chunks (version_id, to_ts, from_ts, count, is_final);

CREATE TABLE label_patches (
  patch_key INTEGER PRIMARY KEY,
  count INTEGER NOT NULL,
  patch BLOB NOT NULL
) STRICT;

CREATE TABLE orphan_labels (
  orphan_id INTEGER PRIMARY KEY,
  model_id INTEGER NOT NULL,
  prediction_id TEXT NOT NULL,
  ts REAL NOT NULL,
  received_at REAL NOT NULL,
  value ANY NOT NULL
) STRICT;

CREATE TABLE window_series (
  series_id INTEGER PRIMARY KEY,
  version_id INTEGER NOT NULL REFERENCES versions (version_id),
  level_ms INTEGER NOT NULL,
  UNIQUE (version_id, level_ms)
) STRICT;

CREATE TABLE windows (
  window_key INTEGER PRIMARY KEY,
  start REAL NOT NULL,
  revision INTEGER NOT NULL,
  layout_id INTEGER NOT NULL,
  predictions INTEGER NOT NULL,
  labelled INTEGER NOT NULL,
  summary BLOB NOT NULL,
  segments BLOB
) STRICT;

CREATE TABLE layouts (
  layout_id INTEGER PRIMARY KEY AUTOINCREMENT,
  version_id INTEGER NOT NULL REFERENCES versions (version_id),
  json TEXT NOT NULL
) STRICT;

CREATE TABLE rebuilds (
  version_id INTEGER PRIMARY KEY REFERENCES versions (version_id),
  from_ts REAL NOT NULL,
  to_ts REAL NOT NULL
) STRICT;

CREATE TABLE ledger (
  seq INTEGER PRIMARY KEY,
  committed_at REAL NOT NULL,
  predictions INTEGER NOT NULL,
  labels INTEGER NOT NULL,
  digest BLOB NOT NULL
) STRICT;

CREATE TABLE idempotency (
  key TEXT PRIMARY KEY,
  body_hash TEXT NOT NULL,
  committed_at REAL NOT NULL,
  answer TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (committed_at);
`;

export function ensureSchema(db: Connection): void {
  const found = Number(db.pragma("user_version", { simple: true }));
  if (found > SCHEMA_VERSION) {
    throw new ServiceError(
      "unavailable",
      `events.db was written by a newer Plumbline (schema ${found}, this release knows ${SCHEMA_VERSION}). Start that release again, or restore a backup.`,
      { reason: "newer_schema" },
    );
  }
  if (found === 0) {
    db.transaction(() => {
      db.exec(SCHEMA);
      db.pragma(`user_version = ${SCHEMA_VERSION}`);
    }).immediate();
  }
  assertDurable(db);
}
