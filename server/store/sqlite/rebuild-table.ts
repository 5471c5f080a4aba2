import type { Connection } from "#server/store/sqlite/open-database.ts";

export interface RebuildRow {
  readonly versionId: number;
  readonly modelId: number;
  readonly version: string;
  /** What is left: rows with from ≤ ts < to; the newest are done first. */
  readonly fromTs: number;
  readonly toTs: number;
  /** Rows up to here were expired: their windows cannot be folded again and stay. */
  readonly expiredTo: number | null;
}

export const DAY_MS = 86_400_000;
/** Windows are counted from a Monday (5 January 1970), so that weeks start on one. */
const ORIGIN_MS = 4 * DAY_MS;

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
      `SELECT version_id AS versionId, model_id AS modelId, version, from_ts AS fromTs, to_ts AS toTs,
       expired_to AS expiredTo FROM rebuilds JOIN versions USING (version_id) ORDER BY version_id LIMIT 1`,
    );
    this.#count = db.prepare<[], number>("SELECT count(*) FROM rebuilds").pluck();
    this.#progress = db.prepare<[number, number]>("UPDATE rebuilds SET to_ts = ? WHERE version_id = ?");
    this.#done = db.prepare<[number]>("DELETE FROM rebuilds WHERE version_id = ?");
    this.#span = db.prepare<[number], { firstTs: number | null; lastTs: number | null }>(
      "SELECT first_ts AS firstTs, last_ts AS lastTs FROM versions WHERE version_id = ?",
    );
  }

  /** All windows of the version, or those that the range touches. */
  request(versionId: number, range: { fromTs: number; toTs: number } | null): void {
    const span = this.#span.get(versionId);
    if (span?.firstTs == null || span.lastTs == null) return;
    this.#request.run(versionId, range?.fromTs ?? span.firstTs, (range?.toTs ?? span.lastTs) + 1);
  }

  first(): RebuildRow | null {
    return this.#first.get() ?? null;
  }

  count(): number {
    return this.#count.get() ?? 0;
  }

  /** Inside the transaction that folded them: windows from here on are done. */
  progress(row: RebuildRow, doneFrom: number): void {
    const isLast = doneFrom <= row.fromTs || (row.expiredTo !== null && doneFrom <= row.expiredTo);
    if (isLast) this.#done.run(row.versionId);
    else this.#progress.run(doneFrom, row.versionId);
  }
}

/** The shortest span that whole days and whole windows both fill, around a time. */
export function sliceAround(ts: number, windowMs: number): { from: number; to: number } {
  const lengthMs = (DAY_MS / greatestDivisor(DAY_MS, windowMs)) * windowMs;
  const from = Math.floor((ts - ORIGIN_MS) / lengthMs) * lengthMs + ORIGIN_MS;
  return { from, to: from + lengthMs };
}

function greatestDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestDivisor(right, left % right);
}
