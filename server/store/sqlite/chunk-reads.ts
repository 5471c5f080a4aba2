import { DecodedChunk } from "#server/store/codec/chunk-decoder.ts";
import { decodeHead } from "#server/store/codec/chunk-head.ts";
import { decodeFingerprints, type Fingerprints } from "#server/store/index/fingerprints.ts";
import { ChunkLabels } from "#server/store/labels/chunk-labels.ts";
import { decodePatch } from "#server/store/labels/label-patch.ts";
import type { Connection } from "#server/store/sqlite/open-database.ts";
import { keyRange } from "#server/store/sqlite/patch-table.ts";

export interface ChunkEntry {
  readonly chunkId: number;
  readonly versionId: number;
  readonly version: string;
  readonly count: number;
  readonly isFinal: number;
  readonly fromTs: number;
  readonly toTs: number;
}

/** Chunks as a reader sees them: within one snapshot, nothing kept. */
export class ChunkReads {
  readonly #list;
  readonly #head;
  readonly #data;
  readonly #patches;
  readonly #fingerprints;
  readonly #lastSeq;
  readonly #exists;

  constructor(db: Connection) {
    this.#list = db.prepare<[number, number, number], ChunkEntry>(
      `SELECT chunk_id AS chunkId, version_id AS versionId, version, count, is_final AS isFinal,
       from_ts AS fromTs, to_ts AS toTs FROM versions JOIN chunks USING (version_id)
       WHERE model_id = ? AND to_ts >= ? AND from_ts < ?`,
    );
    this.#head = db.prepare<[number], Buffer>("SELECT head FROM chunks WHERE chunk_id = ?").pluck();
    this.#data = db.prepare<[number], Buffer>("SELECT data FROM chunks WHERE chunk_id = ?").pluck();
    this.#lastSeq = db.prepare<[], number | null>("SELECT max(seq) FROM ledger").pluck();
    this.#exists = db.prepare<[number]>("SELECT 1 FROM chunks WHERE chunk_id = ?");
    this.#fingerprints = db
      .prepare<[number], Buffer | null>("SELECT fingerprints FROM chunks WHERE chunk_id = ?")
      .pluck();
    this.#patches = db
      .prepare<[number, number], Buffer>(
        "SELECT patch FROM label_patches WHERE patch_key >= ? AND patch_key < ? ORDER BY patch_key",
      )
      .pluck();
  }

  /** Chunks that touch from ≤ ts < to. */
  list(modelId: number, versions: readonly string[] | undefined, from: number, to: number): ChunkEntry[] {
    const entries = this.#list.all(modelId, from, to);
    return versions === undefined ? entries : entries.filter(({ version }) => versions.includes(version));
  }

  /** Number of the newest commit in this snapshot. */
  lastSeq(): number {
    return this.#lastSeq.get() ?? 0;
  }

  exists(entry: ChunkEntry): boolean {
    return this.#exists.get(entry.chunkId) !== undefined;
  }

  head(entry: ChunkEntry) {
    const head = this.#head.get(entry.chunkId);
    if (head === undefined) throw new RangeError(`Chunk ${entry.chunkId} went away within a snapshot.`);
    return decodeHead(head);
  }

  open(entry: ChunkEntry, head = this.head(entry)): DecodedChunk {
    const data = this.#data.get(entry.chunkId);
    if (data === undefined) throw new RangeError(`Chunk ${entry.chunkId} went away within a snapshot.`);
    return new DecodedChunk(head, data);
  }

  labels(entry: ChunkEntry): ChunkLabels {
    const labels = new ChunkLabels(entry.count);
    for (const patch of this.#patches.iterate(...keyRange(entry.chunkId))) labels.apply(decodePatch(patch));
    return labels;
  }

  fingerprints(entry: ChunkEntry): Fingerprints {
    return decodeFingerprints(this.#fingerprints.get(entry.chunkId) ?? Buffer.alloc(0));
  }
}
