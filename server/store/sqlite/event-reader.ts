import type { TextColumn } from "#server/store/columns.ts";
import type {
  EventReader,
  RowPage,
  RowQuery,
  StoredPrediction,
  WindowCount,
  WindowQuery,
  WindowRecord,
} from "#server/store/event-store.ts";
import { hasFingerprint } from "#server/store/index/fingerprints.ts";
import { hashIds } from "#server/store/index/id-hash.ts";
import { storedPrediction } from "#server/store/rows/stored-prediction.ts";
import { packTexts, sameText } from "#server/store/rows/text-column.ts";
import { type ChunkEntry, ChunkReads } from "#server/store/sqlite/chunk-reads.ts";
import { type Connection, openForReading } from "#server/store/sqlite/open-database.ts";
import { eventsPath } from "#server/store/sqlite/open-store.ts";
import { searchRows } from "#server/store/sqlite/row-search.ts";
import { type ScannedChunk, type ScanQuery, scanChunks } from "#server/store/sqlite/scan-chunks.ts";
import { readCounts } from "#server/store/sqlite/version-table.ts";
import { recordOf, type WindowRow, windowRange } from "#server/store/sqlite/window-rows.ts";

/** Reads on a connection of its own; every call sees one whole commit. */
export function openEventReader(directory: string): EventReader {
  return new SqliteEventReader(openForReading(eventsPath(directory)));
}

type WindowBounds = [fromKey: number, toKey: number, from: number, to: number];

interface SeriesRow {
  seriesId: number;
  version: string;
}

class SqliteEventReader implements EventReader {
  readonly #db: Connection;
  readonly #chunks: ChunkReads;
  readonly #series;
  readonly #windows;
  readonly #windowsWithoutSegments;
  readonly #windowCounts;
  readonly #layout;
  readonly #currentLayout;

  constructor(db: Connection) {
    this.#db = db;
    this.#chunks = new ChunkReads(db);
    this.#series = db.prepare<[number, number], SeriesRow>(
      `SELECT series_id AS seriesId, version FROM window_series JOIN versions USING (version_id)
       WHERE model_id = ? AND level_ms = ? ORDER BY version`,
    );
    const columns = "window_key, start, revision, layout_id, predictions, labelled, summary";
    const range =
      "FROM windows WHERE window_key >= ? AND window_key < ? AND start >= ? AND start < ? ORDER BY window_key";
    this.#windows = db.prepare<WindowBounds, WindowRow>(`SELECT ${columns}, segments ${range}`);
    this.#windowsWithoutSegments = db.prepare<WindowBounds, WindowRow>(
      `SELECT ${columns}, NULL AS segments ${range}`,
    );
    this.#windowCounts = db.prepare<WindowBounds, Omit<WindowCount, "version">>(
      `SELECT start, predictions, labelled ${range}`,
    );
    this.#layout = db.prepare<[number], string>("SELECT json FROM layouts WHERE layout_id = ?").pluck();
    this.#currentLayout = db.prepare<[number, string], { layoutId: number; json: string }>(
      `SELECT layout_id AS layoutId, json FROM layouts
       WHERE layout_id = (SELECT layout_id FROM versions WHERE model_id = ? AND version = ?)`,
    );
  }

  readWindows(query: WindowQuery): WindowRecord[] {
    const statement = query.withSegments ? this.#windows : this.#windowsWithoutSegments;
    return this.#snapshot(() =>
      this.#series
        .all(query.modelId, query.levelMs)
        .filter(({ version }) => query.versions === undefined || query.versions.includes(version))
        .flatMap(({ seriesId, version }) => {
          const { modelId, levelMs, from, to } = query;
          const rows = statement.all(...windowRange(seriesId, levelMs, from, to), from, to);
          return rows.map((row) => recordOf(row, { modelId, version, levelMs }));
        }),
    );
  }

  readWindowCounts({
    modelId,
    versions,
    levelMs,
    from,
    to,
  }: Omit<WindowQuery, "withSegments">): WindowCount[] {
    return this.#snapshot(() =>
      this.#series
        .all(modelId, levelMs)
        .filter(({ version }) => versions === undefined || versions.includes(version))
        .flatMap(({ seriesId, version }) =>
          this.#windowCounts
            .all(...windowRange(seriesId, levelMs, from, to), from, to)
            .map((row) => ({ version, ...row })),
        ),
    );
  }

  readLayout(layoutId: number): string | null {
    return this.#layout.get(layoutId) ?? null;
  }

  currentLayout(modelId: number, version: string): { layoutId: number; json: string } | null {
    return this.#currentLayout.get(modelId, version) ?? null;
  }

  readRows(query: RowQuery): RowPage {
    return this.#snapshot(() => searchRows(this.#chunks, query, () => performance.now()));
  }

  readPrediction(modelId: number, predictionId: string): StoredPrediction[] {
    const id = packTexts([predictionId]);
    return this.#snapshot(() =>
      this.#chunks
        .list(modelId, undefined, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
        .filter((entry) => this.#mayHold(entry, modelId, id))
        .flatMap((entry) => this.#rowsOfId(entry, modelId, id)),
    );
  }

  counts(modelId: number) {
    return readCounts(this.#db, modelId);
  }

  scan(query: ScanQuery): IterableIterator<ScannedChunk> {
    return scanChunks(this.#chunks, query, (work) => this.#snapshot(work));
  }

  close(): void {
    this.#db.close();
  }

  #mayHold(entry: ChunkEntry, modelId: number, id: TextColumn): boolean {
    if (entry.isFinal !== 1) return true;
    const { lo, hi } = hashIds(modelId, id, 1);
    return hasFingerprint(this.#chunks.fingerprints(entry), lo[0] ?? 0, hi[0] ?? 0);
  }

  #rowsOfId(entry: ChunkEntry, modelId: number, id: TextColumn): StoredPrediction[] {
    const rows = this.#chunks.open(entry);
    const { version } = entry;
    for (let row = 0; row < rows.count; row++) {
      if (!sameText(rows.ids, row, id, 0)) continue;
      const label = this.#chunks.labels(entry).at(row);
      return [storedPrediction(rows, row, { modelId, version, label })];
    }
    return [];
  }

  #snapshot<T>(work: () => T): T {
    this.#db.exec("BEGIN");
    try {
      return work();
    } finally {
      this.#db.exec("COMMIT");
    }
  }
}
