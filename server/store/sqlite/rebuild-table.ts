import type { Connection } from "#server/store/sqlite/open-database.ts";

export interface RebuildRow {
  readonly versionId: number;
  readonly modelId: number;
  readonly version: string;
  /** What is left: whole days with from ≤ day < to; the newest is done first. */
  readonly fromTs: number;
  readonly toTs: number;
}

export const DAY_MS = 86_400_000;

/** Versions whose windows are to be folded again; on disk, so that a restart goes on. */
export class RebuildTable {
  readonly #request;
  readonly #first;
  readonly #count;
  readonly #progress;
  readonly #done;
  readonly #span;

  constructor(db: Connection) {
    this.#request = db.prepare<[number, number, number]>(
      `INSERT INTO rebuilds VALUES (?, ?, ?) ON CONFLICT (version_id) DO UPDATE SET
       from_ts = min(from_ts, excluded.from_ts), to_ts = max(to_ts, excluded.to_ts)`,
    );
    this.#first = db.prepare<[], RebuildRow>(
      `SELECT version_id AS versionId, model_id AS modelId, version, from_ts AS fromTs, to_ts AS toTs
       FROM rebuilds JOIN versions USING (version_id) ORDER BY version_id LIMIT 1`,
    );
    this.#count = db.prepare<[], number>("SELECT count(*) FROM rebuilds").pluck();
    this.#progress = db.prepare<[number, number]>("UPDATE rebuilds SET to_ts = ? WHERE version_id = ?");
    this.#done = db.prepare<[number]>("DELETE FROM rebuilds WHERE version_id = ?");
    this.#span = db.prepare<
      [number],
      { firstTs: number | null; lastTs: number | null; expiredTo: number | null }
    >(
      "SELECT first_ts AS firstTs, last_ts AS lastTs, expired_to AS expiredTo FROM versions WHERE version_id = ?",
    );
  }

  /** All days of the version, or those that the range touches; days whose rows were expired keep their windows. */
  request(versionId: number, range: { fromTs: number; toTs: number } | null): void {
    const span = this.#span.get(versionId);
    if (span?.firstTs == null || span.lastTs == null) return;
    const from = Math.max(dayOf(range?.fromTs ?? span.firstTs), firstWholeDay(span.expiredTo));
    const to = dayOf(range?.toTs ?? span.lastTs) + DAY_MS;
    if (from < to) this.#request.run(versionId, from, to);
  }

  first(): RebuildRow | null {
    return this.#first.get() ?? null;
  }

  count(): number {
    return this.#count.get() ?? 0;
  }

  /** Inside the transaction that folded the day: the days before it are left. */
  progress(row: RebuildRow, dayDone: number): void {
    if (dayDone > row.fromTs) this.#progress.run(dayDone, row.versionId);
    else this.#done.run(row.versionId);
  }
}

export function dayOf(ts: number): number {
  return Math.floor(ts / DAY_MS) * DAY_MS;
}

function firstWholeDay(expiredTo: number | null): number {
  return expiredTo === null ? Number.NEGATIVE_INFINITY : dayOf(expiredTo) + DAY_MS;
}
