import type { TextColumn } from "#server/store/columns.ts";
import type { ChunkInfo, Place } from "#server/store/index/chunk-info.ts";
import { FinalIndex } from "#server/store/index/final-index.ts";
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
const FINGERPRINT_CACHE_BYTES = 8 * 2 ** 20;

/**
 * Where an id is stored. Rows of small chunks are in one exact table; for final chunks a table of four bytes an id
 * says which chunk may hold it, the chunk's fingerprints whether it does, and only then is the chunk itself opened.
 * A place is given out only when the id itself agrees.
 */
export class IdIndex {
  readonly #source: IdSource;
  readonly #fresh = new IdTable(65_536);
  readonly #slots: Array<ChunkInfo | null> = [];
  readonly #freeSlots: number[] = [];
  readonly #slotOf = new Map<number, number>();
  readonly #finals = new FinalIndex();
  readonly #tables: LruByBytes<number, IdTable>;
  readonly #prints = new LruByBytes<number, Fingerprints>(FINGERPRINT_CACHE_BYTES);

  constructor(source: IdSource, tableCacheBytes: number) {
    this.#source = source;
    this.#tables = new LruByBytes(tableCacheBytes);
  }

  get bytes(): number {
    return this.#fresh.bytes + this.#finals.bytes + this.#tables.bytes + this.#prints.bytes;
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

  /** Enters the ids of a chunk that will be final; nothing is found there until `activateFinal`. */
  prepareFinal(prints: Fingerprints): number {
    return this.#finals.prepare(prints);
  }

  activateFinal(prepared: number, info: ChunkInfo): void {
    this.#finals.activate(prepared, info);
  }

  removeFinal(info: ChunkInfo): void {
    this.#finals.remove(info);
    this.#tables.delete(info.chunkId);
    this.#prints.delete(info.chunkId);
  }

  hasRoomForFinal(ids: number): boolean {
    return this.#finals.hasRoomFor(ids);
  }

  /** Makes room for as many ids, from the fingerprints in the file; yields between chunks. */
  makeRoomForFinal(ids: number): Generator<undefined, void> {
    return this.#finals.rebuild(ids, (info) => this.#source.fingerprintsOf(info));
  }

  /** Every version's stored row of an id. */
  find(modelId: number, lo: number, hi: number, ids: TextColumn, row: number): readonly Place[] {
    const fresh = this.#fresh.first(lo, hi);
    const maybeFinal = this.#finals.mayHold(lo, tagOf(hi));
    if (fresh < 0 && !maybeFinal) return NOWHERE;
    const places: Place[] = [];
    for (let entry = fresh; entry >= 0; entry = this.#fresh.next(entry, lo, hi)) {
      const info = this.#slots[this.#fresh.slotOf(entry)];
      if (info) this.#confirm(modelId, info, this.#fresh.positionOf(entry), ids, row, places);
    }
    if (!maybeFinal) return places;
    this.#finals.find(lo, tagOf(hi), (info) => {
      // Two ids of one chunk can look alike to the index, which then names the chunk twice.
      const isNew = info.modelId === modelId && !places.some((place) => place.info === info);
      if (isNew) this.#findInFinal(info, lo, hi, ids, row, places);
    });
    return places;
  }

  #findInFinal(info: ChunkInfo, lo: number, hi: number, ids: TextColumn, row: number, places: Place[]): void {
    const table = this.#tables.get(info.chunkId) ?? this.#openTable(info, lo, hi);
    if (table === null) return;
    for (let entry = table.first(lo, hi); entry >= 0; entry = table.next(entry, lo, hi)) {
      this.#confirm(info.modelId, info, table.positionOf(entry), ids, row, places);
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
