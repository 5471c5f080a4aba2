import type { ChunkInfo } from "#server/store/index/chunk-info.ts";
import { FinalTable, MOST_ORDINALS } from "#server/store/index/final-table.ts";
import type { Fingerprints } from "#server/store/index/fingerprints.ts";

const GROWTH = 1.5;

/** Final chunks by the ids that they may hold. A chunk that left is overlooked until the table is made anew. */
export class FinalIndex {
  #table = new FinalTable(0);
  #chunks: Array<ChunkInfo | null> = [];
  readonly #ordinals = new Map<number, number>();

  get bytes(): number {
    return this.#table.bytes;
  }

  /** Enters a chunk's ids before the chunk counts; `activate` makes it count, in no time. */
  prepare(prints: Fingerprints): number {
    const ordinal = this.#chunks.push(null) - 1;
    enter(this.#table, prints, ordinal);
    return ordinal;
  }

  activate(ordinal: number, info: ChunkInfo): void {
    this.#chunks[ordinal] = info;
    this.#ordinals.set(info.chunkId, ordinal);
  }

  remove(info: ChunkInfo): void {
    const ordinal = this.#ordinals.get(info.chunkId);
    if (ordinal === undefined) return;
    this.#ordinals.delete(info.chunkId);
    this.#chunks[ordinal] = null;
  }

  hasRoomFor(ids: number): boolean {
    return this.#table.hasRoomFor(ids) && this.#chunks.length < MOST_ORDINALS;
  }

  /** Makes the table anew from the chunks that are there, with room for more; yields after each. */
  *rebuild(ids: number, printsOf: (info: ChunkInfo) => Fingerprints): Generator<undefined, void> {
    const infos = this.#chunks.filter((info) => info !== null);
    const rows = infos.reduce((sum, info) => sum + info.count, ids);
    const table = new FinalTable(rows * GROWTH);
    for (const [ordinal, info] of infos.entries()) {
      enter(table, printsOf(info), ordinal);
      yield;
    }
    this.#table = table;
    this.#chunks = infos;
    infos.forEach((info, ordinal) => {
      this.#ordinals.set(info.chunkId, ordinal);
    });
  }

  /** Calls back with every chunk that may hold the id; nearly always none when it is new. */
  find(lo: number, tag: number, visit: (info: ChunkInfo) => void): void {
    const table = this.#table;
    for (let slot = table.first(lo, tag); slot >= 0; slot = table.next(slot, lo, tag)) {
      const info = this.#chunks[table.ordinalOf(slot)];
      if (info) visit(info);
    }
  }

  mayHold(lo: number, tag: number): boolean {
    return this.#table.first(lo, tag) >= 0;
  }
}

function enter(table: FinalTable, prints: Fingerprints, ordinal: number): void {
  const { lo, tags } = prints;
  for (let at = 0; at < lo.length; at++) table.add(lo[at] ?? 0, tags[at] ?? 0, ordinal);
}
