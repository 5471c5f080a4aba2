import type { ModelCounts } from "#server/store/event-store.ts";
import type { Connection } from "#server/store/sqlite/open-database.ts";

export interface CountsChange {
  predictions: number;
  labelled: number;
  conflicts: number;
  duplicates: number;
  firstTs: number;
  lastTs: number;
  receivedAt: number;
}

export function noChange(): CountsChange {
  return {
    predictions: 0,
    labelled: 0,
    conflicts: 0,
    duplicates: 0,
    firstTs: Number.POSITIVE_INFINITY,
    lastTs: Number.NEGATIVE_INFINITY,
    receivedAt: Number.NEGATIVE_INFINITY,
  };
}

export interface VersionRow {
  readonly versionId: number;
  readonly modelId: number;
  readonly version: string;
}

interface CountsRow {
  version: string;
  predictions: number;
  labelled: number;
  conflicts: number;
  duplicates: number;
  firstTs: number | null;
  lastTs: number | null;
  lastReceivedAt: number | null;
}

const COUNT = `
UPDATE versions SET
  predictions = predictions + @predictions, labelled = labelled + @labelled,
  conflicts = conflicts + @conflicts, duplicates = duplicates + @duplicates,
  first_ts = CASE WHEN @predictions > 0 THEN min(coalesce(first_ts, @firstTs), @firstTs) ELSE first_ts END,
  last_ts = CASE WHEN @predictions > 0 THEN max(coalesce(last_ts, @lastTs), @lastTs) ELSE last_ts END,
  last_received_at = CASE WHEN @predictions > 0 THEN max(coalesce(last_received_at, 0), @receivedAt) ELSE last_received_at END
WHERE version_id = @versionId`;

/** One row a model × version: its number inside this file, its counts, its layout. */
export class VersionTable {
  readonly #idOf = new Map<number, Map<string, number>>();
  readonly #find;
  readonly #insert;
  readonly #count;
  readonly #list;
  readonly #expire;

  constructor(db: Connection) {
    this.#find = db.prepare<[number, string], { version_id: number }>(
      "SELECT version_id FROM versions WHERE model_id = ? AND version = ?",
    );
    this.#insert = db.prepare<[number, string]>("INSERT INTO versions (model_id, version) VALUES (?, ?)");
    this.#count = db.prepare(COUNT);
    this.#list = db
      .prepare<[number], string>("SELECT version FROM versions WHERE model_id = ? ORDER BY version")
      .pluck();
    this.#expire = db.prepare<{
      versionId: number;
      predictions: number;
      labelled: number;
      expiredTo: number | null;
    }>(
      `UPDATE versions SET predictions = predictions - @predictions, labelled = labelled - @labelled,
       expired_to = CASE WHEN @expiredTo IS NULL THEN expired_to
         ELSE max(coalesce(expired_to, @expiredTo), @expiredTo) END WHERE version_id = @versionId`,
    );
  }

  find(modelId: number, version: string): number | null {
    const known = this.#idOf.get(modelId)?.get(version);
    if (known !== undefined) return known;
    const row = this.#find.get(modelId, version);
    return row === undefined ? null : this.#remember(modelId, version, row.version_id);
  }

  /** Inside a transaction: adds the version when it is new. */
  ensure(modelId: number, version: string): number {
    const known = this.find(modelId, version);
    if (known !== null) return known;
    return this.#remember(modelId, version, Number(this.#insert.run(modelId, version).lastInsertRowid));
  }

  /** Versions that have rows. */
  list(modelId: number): string[] {
    return this.#list.all(modelId);
  }

  count(versionId: number, change: CountsChange): void {
    this.#count.run({ versionId, ...change });
  }

  /** Rows left: by age (then up to `expiredTo` windows can no longer be folded again) or by erasure (null). */
  expire(versionId: number, gone: { predictions: number; labelled: number; expiredTo: number | null }): void {
    this.#expire.run({ versionId, ...gone });
  }

  /** After a rollback: numbers that were given out may not exist. */
  forget(): void {
    this.#idOf.clear();
  }

  #remember(modelId: number, version: string, versionId: number): number {
    let versions = this.#idOf.get(modelId);
    if (versions === undefined) {
      versions = new Map();
      this.#idOf.set(modelId, versions);
    }
    versions.set(version, versionId);
    return versionId;
  }
}

export function readCounts(db: Connection, modelId: number): ModelCounts[] {
  return db
    .prepare<[number], CountsRow>(
      `SELECT version, predictions, labelled, conflicts, duplicates, first_ts AS firstTs, last_ts AS lastTs,
       last_received_at AS lastReceivedAt FROM versions WHERE model_id = ? ORDER BY version`,
    )
    .all(modelId);
}
