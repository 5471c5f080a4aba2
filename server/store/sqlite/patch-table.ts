import type { ChunkInfo } from "#server/store/index/chunk-info.ts";
import { ChunkLabels } from "#server/store/labels/chunk-labels.ts";
import { decodePatch, encodePatch, type LabelPatch } from "#server/store/labels/label-patch.ts";
import { LruByBytes } from "#server/store/lru-by-bytes.ts";
import type { Connection } from "#server/store/sqlite/open-database.ts";

/** Patches of a chunk lie side by side: its id times this, plus the patch's number. */
const PATCHES_PER_CHUNK = 65_536;

interface PatchRow {
  patch_key: number;
  count: number;
  patch: Buffer;
}

/** Labels of chunks, with the states used last kept in memory. */
export class PatchTable {
  readonly #states: LruByBytes<number, ChunkLabels>;
  readonly #load;
  readonly #sizes;
  readonly #last;
  readonly #insert;
  readonly #removeFrom;

  constructor(db: Connection, cacheBytes: number) {
    this.#states = new LruByBytes(cacheBytes);
    const inChunk = "WHERE patch_key >= ? AND patch_key < ? ORDER BY patch_key";
    this.#load = db.prepare<[number, number], PatchRow>(`SELECT * FROM label_patches ${inChunk}`);
    this.#sizes = db.prepare<[number, number], { patch_key: number; count: number }>(
      `SELECT patch_key, count FROM label_patches ${inChunk}`,
    );
    this.#last = db
      .prepare<[number, number], number | null>(
        "SELECT max(patch_key) FROM label_patches WHERE patch_key >= ? AND patch_key < ?",
      )
      .pluck();
    this.#insert = db.prepare<[number, number, Buffer]>("INSERT INTO label_patches VALUES (?, ?, ?)");
    this.#removeFrom = db.prepare<[number, number]>(
      "DELETE FROM label_patches WHERE patch_key >= ? AND patch_key < ?",
    );
  }

  get cacheBytes(): number {
    return this.#states.bytes;
  }

  labelsOf(info: ChunkInfo): ChunkLabels {
    const known = this.#states.get(info.chunkId);
    if (known) return known;
    const labels = new ChunkLabels(info.count);
    for (const row of this.#load.all(...keyRange(info.chunkId))) labels.apply(decodePatch(row.patch));
    this.#states.set(info.chunkId, labels, labels.bytes);
    return labels;
  }

  /** A chunk that was just written has none: saves asking. */
  startEmpty(info: ChunkInfo): void {
    const labels = new ChunkLabels(info.count);
    this.#states.set(info.chunkId, labels, labels.bytes);
  }

  add(info: ChunkInfo, patch: LabelPatch): void {
    const [from, to] = keyRange(info.chunkId);
    const key = (this.#last.get(from, to) ?? from - 1) + 1;
    this.#insert.run(key, patch.positions.length, encodePatch(patch));
    // Never reached while maintenance runs; the next patch must not land in the next chunk's range.
    if (key === to - 1) this.mergeFrom(info, from);
  }

  /** Patch sizes, oldest first. */
  sizesOf(info: ChunkInfo): Array<{ key: number; count: number }> {
    return this.#sizes
      .all(...keyRange(info.chunkId))
      .map(({ patch_key, count }) => ({ key: patch_key, count }));
  }

  /** Makes one patch of all from a key on. */
  mergeFrom(info: ChunkInfo, key: number): void {
    const end = (info.chunkId + 1) * PATCHES_PER_CHUNK;
    const merged = new ChunkLabels(info.count);
    for (const row of this.#load.all(key, end)) merged.apply(decodePatch(row.patch));
    this.#removeFrom.run(key, end);
    this.#insert.run(key, merged.labelled, encodePatch(merged.toPatch()));
  }

  removeAll(info: ChunkInfo): void {
    this.#removeFrom.run(...keyRange(info.chunkId));
    this.#states.delete(info.chunkId);
  }

  /** After a rollback: the state in memory may be ahead of the file. */
  forget(info: ChunkInfo): void {
    this.#states.delete(info.chunkId);
  }
}

export function keyRange(chunkId: number): [from: number, to: number] {
  return [chunkId * PATCHES_PER_CHUNK, (chunkId + 1) * PATCHES_PER_CHUNK];
}
