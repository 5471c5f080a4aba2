import type { TextColumn } from "#server/store/columns.ts";
import { BlockedBloom, ScalableBloom } from "#server/store/index/blocked-bloom.ts";
import type { ChunkInfo, FinalChunk, Place } from "#server/store/index/chunk-info.ts";
import { type Fingerprints, hasFingerprint, tagOf } from "#server/store/index/fingerprints.ts";
import { hashIds, type IdHashes } from "#server/store/index/id-hash.ts";
import { IdTable } from "#server/store/index/id-table.ts";
import { LruByBytes } from "#server/store/lru-by-bytes.ts";
import { sameText } from "#server/store/rows/text-column.ts";

export interface IdSource {
  idsOf(info: ChunkInfo): TextColumn;
  fingerprintsOf(info: ChunkInfo): Fingerprints;
}

const NOWHERE: readonly Place[] = [];
const CHUNK_SEED = 0x1d2c3b4a;
const FINGERPRINT_CACHE_BYTES = 8 * 2 ** 20;

/**
 * Where an id is stored. Rows of small chunks are in one exact table; final chunks are asked through filters: one
 * over all of them, so that a new id costs the same however many there are, then one each, then the chunk's
 * fingerprints, and only then is the chunk itself opened. A place is given out only when the id itself agrees.
 */
export class IdIndex {
  readonly #source: IdSource;
  readonly #fresh = new IdTable(65_536);
  readonly #slots: Array<ChunkInfo | null> = [];
  readonly #freeSlots: number[] = [];
  readonly #slotOf = new Map<number, number>();
  readonly #finals = new Map<number, FinalChunk[]>();
  readonly #everyFinal = new ScalableBloom();
  readonly #tables: LruByBytes<number, IdTable>;
  readonly #prints = new LruByBytes<number, Fingerprints>(FINGERPRINT_CACHE_BYTES);

  constructor(source: IdSource, tableCacheBytes: number) {
    this.#source = source;
    this.#tables = new LruByBytes(tableCacheBytes);
  }

  get bytes(): number {
    let filters = 0;
    for (const finals of this.#finals.values()) for (const { filter } of finals) filters += filter.bytes;
    return this.#fresh.bytes + this.#everyFinal.bytes + filters + this.#tables.bytes + this.#prints.bytes;
  }

  get freshRows(): number {
    return this.#fresh.size;
  }

  addFresh(info: ChunkInfo, hashes: IdHashes): void {
    const slot = this.#freeSlots.pop() ?? this.#slots.length;
    this.#slots[slot] = info;
    this.#slotOf.set(info.chunkId, slot);
    for (let row = 0; row < info.count; row++) {
      this.#fresh.add(hashes.lo[row] ?? 0, hashes.hi[row] ?? 0, slot, row);
    }
  }

  /** From now on the chunk's entries are overlooked; removing them may take its time. */
  retireFresh(info: ChunkInfo): void {
    const slot = this.#slotOf.get(info.chunkId);
    if (slot !== undefined) this.#slots[slot] = null;
  }

  removeFresh(info: ChunkInfo, hashes: IdHashes): void {
    const slot = this.#slotOf.get(info.chunkId);
    if (slot === undefined) return;
    this.#slots[slot] = null;
    for (let row = 0; row < info.count; row++) {
      this.#fresh.remove(hashes.lo[row] ?? 0, hashes.hi[row] ?? 0, slot, row);
    }
    this.#slotOf.delete(info.chunkId);
    this.#freeSlots.push(slot);
  }

  addFinal(info: ChunkInfo, prints: Fingerprints): void {
    this.addPreparedFinal(info, this.prepareFinal(prints));
  }

  /** The filter of a chunk that will be added: the work is done before, so that adding it is nothing. */
  prepareFinal(prints: Fingerprints): BlockedBloom {
    const filter = new BlockedBloom(prints.lo.length, CHUNK_SEED);
    for (let at = 0; at < prints.lo.length; at++) {
      const lo = prints.lo[at] ?? 0;
      const tag = prints.tags[at] ?? 0;
      filter.add(lo, tag);
      this.#everyFinal.add(lo, tag);
    }
    return filter;
  }

  addPreparedFinal(info: ChunkInfo, filter: BlockedBloom): void {
    const known = this.#finals.get(info.modelId);
    if (known) known.push({ info, filter });
    else this.#finals.set(info.modelId, [{ info, filter }]);
  }

  /** What the filter over all chunks learned stays until the next start; the chunk's own says no before that matters. */
  removeFinal(info: ChunkInfo): void {
    const kept = this.#finals.get(info.modelId)?.filter((final) => final.info.chunkId !== info.chunkId);
    if (kept) this.#finals.set(info.modelId, kept);
    this.#tables.delete(info.chunkId);
    this.#prints.delete(info.chunkId);
  }

  /** Every version's stored row of an id. */
  find(modelId: number, lo: number, hi: number, ids: TextColumn, row: number): readonly Place[] {
    const fresh = this.#fresh.first(lo, hi);
    const maybeFinal = this.#everyFinal.has(lo, tagOf(hi));
    if (fresh < 0 && !maybeFinal) return NOWHERE;
    const places: Place[] = [];
    for (let entry = fresh; entry >= 0; entry = this.#fresh.next(entry, lo, hi)) {
      const info = this.#slots[this.#fresh.slotOf(entry)];
      if (info) this.#confirm(modelId, info, this.#fresh.positionOf(entry), ids, row, places);
    }
    if (maybeFinal) this.#findFinal(modelId, lo, hi, ids, row, places);
    return places;
  }

  #findFinal(modelId: number, lo: number, hi: number, ids: TextColumn, row: number, places: Place[]): void {
    const tag = tagOf(hi);
    for (const { info, filter } of this.#finals.get(modelId) ?? []) {
      if (!filter.has(lo, tag)) continue;
      const table = this.#tables.get(info.chunkId) ?? this.#openTable(info, lo, hi);
      if (table === null) continue;
      for (let entry = table.first(lo, hi); entry >= 0; entry = table.next(entry, lo, hi)) {
        this.#confirm(modelId, info, table.positionOf(entry), ids, row, places);
      }
    }
  }

  #openTable(info: ChunkInfo, lo: number, hi: number): IdTable | null {
    if (!hasFingerprint(this.#printsOf(info), lo, hi)) return null;
    const hashes = hashIds(info.modelId, this.#source.idsOf(info), info.count);
    const table = new IdTable(info.count);
    for (let row = 0; row < info.count; row++) table.add(hashes.lo[row] ?? 0, hashes.hi[row] ?? 0, 0, row);
    this.#tables.set(info.chunkId, table, table.bytes);
    return table;
  }

  #printsOf(info: ChunkInfo): Fingerprints {
    const known = this.#prints.get(info.chunkId);
    if (known) return known;
    const prints = this.#source.fingerprintsOf(info);
    this.#prints.set(info.chunkId, prints, prints.lo.length * 5);
    return prints;
  }

  #confirm(
    modelId: number,
    info: ChunkInfo,
    position: number,
    ids: TextColumn,
    row: number,
    places: Place[],
  ): void {
    if (info.modelId !== modelId || !sameText(ids, row, this.#source.idsOf(info), position)) return;
    places.push({ info, position });
  }
}
