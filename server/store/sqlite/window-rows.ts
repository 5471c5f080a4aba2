import type { WindowRecord, WindowTable } from "#server/store/event-store.ts";
import type { Connection } from "#server/store/sqlite/open-database.ts";
import type { VersionTable } from "#server/store/sqlite/version-table.ts";

/** Windows of a series (version × level) lie side by side in time: its number times this, plus the window's. */
export const WINDOWS_PER_SERIES = 2 ** 34;

export interface WindowRow {
  window_key: number;
  start: number;
  revision: number;
  layout_id: number;
  predictions: number;
  labelled: number;
  summary: Buffer;
  segments: Buffer | null;
}

/** What the folder reads and writes, inside the writer's transaction. */
export class WindowRows implements WindowTable {
  readonly #versions: VersionTable;
  readonly #series = new Map<string, number>();
  readonly #findSeries;
  readonly #addSeries;
  readonly #get;
  readonly #put;
  readonly #delete;
  readonly #layout;
  readonly #addLayout;
  readonly #useLayout;

  constructor(db: Connection, versions: VersionTable) {
    this.#versions = versions;
    this.#findSeries = db
      .prepare<[number, number], number>(
        "SELECT series_id FROM window_series WHERE version_id = ? AND level_ms = ?",
      )
      .pluck();
    this.#addSeries = db.prepare<[number, number]>(
      "INSERT INTO window_series (version_id, level_ms) VALUES (?, ?)",
    );
    this.#get = db.prepare<[number], WindowRow>("SELECT * FROM windows WHERE window_key = ?");
    this.#put = db.prepare(
      `INSERT OR REPLACE INTO windows (window_key, start, revision, layout_id, predictions, labelled, summary, segments)
       VALUES (@key, @start, @revision, @layoutId, @predictions, @labelled, @summary, @segments)`,
    );
    this.#delete = db.prepare<[number, number, number, number]>(
      "DELETE FROM windows WHERE window_key >= ? AND window_key < ? AND start >= ? AND start < ?",
    );
    this.#layout = db.prepare<[number], { layoutId: number; json: string }>(
      `SELECT layout_id AS layoutId, json FROM layouts
       WHERE layout_id = (SELECT layout_id FROM versions WHERE version_id = ?)`,
    );
    this.#addLayout = db.prepare<[number, string]>("INSERT INTO layouts (version_id, json) VALUES (?, ?)");
    this.#useLayout = db.prepare<[number, number]>("UPDATE versions SET layout_id = ? WHERE version_id = ?");
  }

  get(modelId: number, version: string, levelMs: number, start: number): WindowRecord | null {
    const seriesId = this.#seriesOf(modelId, version, levelMs);
    if (seriesId === null) return null;
    const row = this.#get.get(windowKey(seriesId, levelMs, start));
    return row === undefined ? null : recordOf(row, { modelId, version, levelMs });
  }

  put(record: WindowRecord): void {
    const seriesId = this.#ensureSeries(record.modelId, record.version, record.levelMs);
    this.#put.run({
      key: windowKey(seriesId, record.levelMs, record.start),
      start: record.start,
      revision: record.revision,
      layoutId: record.layoutId,
      predictions: record.predictions,
      labelled: record.labelled,
      summary: record.summary,
      segments: record.segments,
    });
  }

  deleteWindows(modelId: number, version: string, levelMs: number, from: number, to: number): void {
    const seriesId = this.#seriesOf(modelId, version, levelMs);
    if (seriesId === null) return;
    this.#delete.run(...windowRange(seriesId, levelMs, from, to), from, to);
  }

  getLayout(modelId: number, version: string): { layoutId: number; json: string } | null {
    const versionId = this.#versions.find(modelId, version);
    return versionId === null ? null : (this.#layout.get(versionId) ?? null);
  }

  putLayout(modelId: number, version: string, json: string): number {
    const versionId = this.#versions.ensure(modelId, version);
    const layoutId = Number(this.#addLayout.run(versionId, json).lastInsertRowid);
    this.#useLayout.run(layoutId, versionId);
    return layoutId;
  }

  /** After a rollback: numbers that were given out may not exist. */
  forget(): void {
    this.#series.clear();
  }

  #seriesOf(modelId: number, version: string, levelMs: number): number | null {
    const versionId = this.#versions.find(modelId, version);
    if (versionId === null) return null;
    const name = `${versionId}/${levelMs}`;
    const known = this.#series.get(name) ?? this.#findSeries.get(versionId, levelMs);
    if (known === undefined) return null;
    this.#series.set(name, known);
    return known;
  }

  #ensureSeries(modelId: number, version: string, levelMs: number): number {
    const known = this.#seriesOf(modelId, version, levelMs);
    if (known !== null) return known;
    const versionId = this.#versions.ensure(modelId, version);
    const seriesId = Number(this.#addSeries.run(versionId, levelMs).lastInsertRowid);
    this.#series.set(`${versionId}/${levelMs}`, seriesId);
    return seriesId;
  }
}

export function windowKey(seriesId: number, levelMs: number, start: number): number {
  return seriesId * WINDOWS_PER_SERIES + Math.floor(start / levelMs);
}

/** Keys among which the windows with from ≤ start < to are; weeks start on Mondays, so `start` has the last word. */
export function windowRange(seriesId: number, levelMs: number, from: number, to: number): [number, number] {
  const base = seriesId * WINDOWS_PER_SERIES;
  const index = (at: number) => Math.min(Math.max(at, 0), WINDOWS_PER_SERIES - 1);
  return [base + index(Math.floor(from / levelMs)), base + index(Math.ceil(to / levelMs))];
}

export function recordOf(
  row: WindowRow,
  of: { modelId: number; version: string; levelMs: number },
): WindowRecord {
  return {
    ...of,
    start: row.start,
    layoutId: row.layout_id,
    revision: row.revision,
    predictions: row.predictions,
    labelled: row.labelled,
    summary: row.summary,
    segments: row.segments,
  };
}
