import { DecodedChunk } from "#server/store/codec/chunk-decoder.ts";
import type { EncodedChunk } from "#server/store/codec/chunk-encoder.ts";
import { decodeHead } from "#server/store/codec/chunk-head.ts";
import type { TextColumn } from "#server/store/columns.ts";
import type { ChunkInfo } from "#server/store/index/chunk-info.ts";
import { decodeFingerprints, type Fingerprints } from "#server/store/index/fingerprints.ts";
import { LruByBytes } from "#server/store/lru-by-bytes.ts";
import { type ChunkRows, rowsBytes } from "#server/store/rows/chunk-rows.ts";
import type { Connection } from "#server/store/sqlite/open-database.ts";

export interface ChunkFacts {
  readonly modelId: number;
  readonly versionId: number;
  readonly version: string;
  readonly count: number;
  readonly isFinal: boolean;
  readonly fromTs: number;
  readonly toTs: number;
}

interface InfoRow {
  chunkId: number;
  modelId: number;
  versionId: number;
  version: string;
  count: number;
  isFinal: number;
  fromTs: number;
  toTs: number;
}

const INFO_COLUMNS = `chunks.chunk_id AS chunkId, versions.model_id AS modelId, versions.version_id AS versionId,
  versions.version AS version, chunks.count AS count, chunks.is_final AS isFinal,
  chunks.from_ts AS fromTs, chunks.to_ts AS toTs`;

/** Chunks of the file, with the rows used last kept in memory. */
export class ChunkTable {
  readonly #rows: LruByBytes<number, ChunkRows>;
  readonly #insert;
  readonly #load;
  readonly #fingerprints;
  readonly #remove;
  readonly #list;

  constructor(db: Connection, cacheBytes: number) {
    this.#rows = new LruByBytes(cacheBytes);
    this.#insert = db.prepare(
      `INSERT INTO chunks (version_id, is_final, count, from_ts, to_ts, seq, head, fingerprints, data)
       VALUES (@versionId, @isFinal, @count, @fromTs, @toTs, @seq, @head, @fingerprints, @data)`,
    );
    this.#load = db.prepare<[number], { head: Buffer; data: Buffer }>(
      "SELECT head, data FROM chunks WHERE chunk_id = ?",
    );
    this.#fingerprints = db
      .prepare<[number], Buffer | null>("SELECT fingerprints FROM chunks WHERE chunk_id = ?")
      .pluck();
    this.#remove = db.prepare<[number]>("DELETE FROM chunks WHERE chunk_id = ?");
    this.#list = db.prepare<[], InfoRow>(
      `SELECT ${INFO_COLUMNS} FROM chunks JOIN versions USING (version_id) ORDER BY chunks.chunk_id`,
    );
  }

  get cacheBytes(): number {
    return this.#rows.bytes;
  }

  insert(facts: ChunkFacts, chunk: EncodedChunk, fingerprints: Buffer | null, seq: number): ChunkInfo {
    const { lastInsertRowid } = this.#insert.run({
      versionId: facts.versionId,
      isFinal: facts.isFinal ? 1 : 0,
      count: facts.count,
      fromTs: facts.fromTs,
      toTs: facts.toTs,
      seq,
      head: chunk.head,
      fingerprints,
      data: chunk.data,
    });
    return { chunkId: Number(lastInsertRowid), ...facts };
  }

  list(): ChunkInfo[] {
    return this.#list.all().map((row) => ({ ...row, isFinal: row.isFinal === 1 }));
  }

  /** Rows that were just written need not be read again. */
  keep(info: ChunkInfo, rows: ChunkRows): void {
    this.#rows.set(info.chunkId, rows, rowsBytes(rows));
  }

  rowsOf(info: ChunkInfo): ChunkRows {
    const known = this.#rows.get(info.chunkId);
    if (known) return known;
    const rows = this.readRows(info);
    this.#rows.set(info.chunkId, rows, rowsBytes(rows));
    return rows;
  }

  /** Past the cache: for work that touches every chunk once. */
  readRows(info: ChunkInfo): DecodedChunk {
    const row = this.#load.get(info.chunkId);
    if (row === undefined)
      throw new RangeError(`Chunk ${info.chunkId} is in the index but not in events.db.`);
    return new DecodedChunk(decodeHead(row.head), row.data);
  }

  idsOf(info: ChunkInfo): TextColumn {
    return this.rowsOf(info).ids;
  }

  fingerprintsOf(info: ChunkInfo): Fingerprints {
    return decodeFingerprints(this.#fingerprints.get(info.chunkId) ?? Buffer.alloc(0));
  }

  remove(info: ChunkInfo): void {
    this.#remove.run(info.chunkId);
    this.#rows.delete(info.chunkId);
  }

  /** After a rollback: the number may be given to another chunk. */
  drop(info: ChunkInfo): void {
    this.#rows.delete(info.chunkId);
  }
}

export function timeRange(ts: Float64Array, count: number): { fromTs: number; toTs: number } {
  let fromTs = Number.POSITIVE_INFINITY;
  let toTs = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < count; row++) {
    const value = ts[row] ?? 0;
    if (value < fromTs) fromTs = value;
    if (value > toTs) toTs = value;
  }
  return { fromTs, toTs };
}
