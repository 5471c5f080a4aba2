import type { Clock } from "#server/kernel/clock.ts";
import type { WindowChange } from "#server/store/append.ts";
import type { ChunkInfo } from "#server/store/index/chunk-info.ts";
import { hashIds } from "#server/store/index/id-hash.ts";
import type { Checkpointer } from "#server/store/sqlite/checkpointer.ts";
import { rollBack } from "#server/store/sqlite/commit-group.ts";
import { rewriteChunks } from "#server/store/sqlite/compact-chunks.ts";
import { eraseRows } from "#server/store/sqlite/erase-rows.ts";
import type { OpenStore } from "#server/store/sqlite/open-store.ts";
import { type CompactionRules, pickCompaction } from "#server/store/sqlite/pick-compaction.ts";
import { DAY_MS } from "#server/store/sqlite/rebuild-table.ts";
import { rebuildSlice } from "#server/store/sqlite/rebuild-windows.ts";

interface MaintenanceOptions {
  readonly store: OpenStore;
  readonly checkpointer: Checkpointer;
  readonly clock: Clock;
  readonly rules: CompactionRules;
  readonly retentionDays: number;
  readonly onChanges: (changes: readonly WindowChange[]) => void;
  readonly onTrouble: (what: string, error: unknown) => void;
}

type Job = Generator<undefined, void>;

const TRIM_EVERY_MS = 60_000;
const REST_AFTER_TROUBLE_MS = 30_000;
const PATCHES_UNTIL_MERGE = 16;
const ORPHANS_A_SLICE = 1_000;

/** Background work of the writer, one job at a time and a slice at a go, between groups. */
export class Maintenance {
  readonly #options: MaintenanceOptions;
  #job: Job | null = null;
  #trimmedAt = Number.NEGATIVE_INFINITY;
  #restUntil = Number.NEGATIVE_INFINITY;
  /** Ledger number at which nothing was left to merge. */
  #settledAt = -1;

  constructor(options: MaintenanceOptions) {
    this.#options = options;
  }

  /** False when nothing is left to do. */
  run(budgetMs: number): boolean {
    const now = this.#options.clock.now();
    if (now < this.#restUntil && this.#restUntil - now <= REST_AFTER_TROUBLE_MS) return false;
    const until = performance.now() + budgetMs;
    try {
      do {
        this.#job ??= this.#next(now);
        if (this.#job === null) return false;
        if (this.#job.next().done) this.#job = null;
      } while (performance.now() < until);
      return true;
    } catch (error) {
      this.#job = null;
      this.#restUntil = now + REST_AFTER_TROUBLE_MS;
      this.#options.onTrouble(
        "A slice of background work failed; it is tried again in half a minute.",
        error,
      );
      return false;
    }
  }

  erase(modelId: number, predictionIds: readonly string[]): number {
    // A merge under way has read rows that are to go.
    this.#job = null;
    const { store, clock, checkpointer } = this.#options;
    const removed = eraseRows(store, modelId, predictionIds, clock.now());
    checkpointer.truncate();
    return removed;
  }

  #next(now: number): Job | null {
    const { store, checkpointer } = this.#options;
    if (checkpointer.isDue) return this.#checkpoint();
    if (Math.abs(now - this.#trimmedAt) >= TRIM_EVERY_MS) return this.#trim(now);
    if (store.rebuilds.count() > 0) return this.#rebuild();
    if (this.#settledAt === store.ledger.seq) return null;
    const patched = this.#crowdedPatches();
    if (patched !== null) return this.#mergePatches(patched);
    const compaction = pickCompaction(store.infos.values(), this.#options.rules);
    if (compaction !== null) return this.#compact(compaction, now);
    this.#settledAt = store.ledger.seq;
    return null;
  }

  *#checkpoint(): Job {
    this.#options.checkpointer.run();
    yield;
  }

  *#compact(compaction: { sources: readonly ChunkInfo[]; isFinal: boolean }, now: number): Job {
    const { store, checkpointer } = this.#options;
    checkpointer.wrote(yield* rewriteChunks(store, compaction, now));
  }

  *#rebuild(): Job {
    const { store, onChanges } = this.#options;
    const rebuild = store.rebuilds.first();
    if (rebuild !== null) onChanges(rebuildSlice(store, rebuild));
    yield;
  }

  *#trim(now: number): Job {
    const { store } = this.#options;
    this.#trimmedAt = now;
    this.#transaction(() => {
      store.ledger.trim();
      store.idempotency.expire(now);
    });
    yield;
    const cutoff = now - this.#options.retentionDays * DAY_MS;
    for (const info of [...store.infos.values()]) {
      if (info.toTs >= cutoff) continue;
      this.#expire(info);
      yield;
    }
    while (this.#expireOrphans(cutoff) === ORPHANS_A_SLICE) yield;
  }

  #expire(info: ChunkInfo): void {
    const { store, checkpointer } = this.#options;
    const labelled = store.patches.labelsOf(info).labelled;
    const hashes = info.isFinal ? null : hashIds(info.modelId, store.chunks.readRows(info).ids, info.count);
    this.#transaction(() => {
      store.patches.removeAll(info);
      store.chunks.remove(info);
      store.versions.expire(info.versionId, { predictions: info.count, labelled, expiredTo: info.toTs });
    });
    store.infos.delete(info.chunkId);
    store.patchCounts.delete(info.chunkId);
    if (hashes === null) store.index.removeFinal(info);
    else store.index.removeFresh(info, hashes);
    checkpointer.wrote(65_536);
  }

  #expireOrphans(cutoff: number): number {
    const { store } = this.#options;
    let gone = 0;
    this.#transaction(() => {
      gone = store.orphans.expire(cutoff, ORPHANS_A_SLICE);
    });
    store.orphans.committed();
    return gone;
  }

  #crowdedPatches(): ChunkInfo | null {
    const { patchCounts, infos } = this.#options.store;
    for (const [chunkId, count] of patchCounts) {
      if (count < PATCHES_UNTIL_MERGE) continue;
      const info = infos.get(chunkId);
      if (info) return info;
      patchCounts.delete(chunkId);
    }
    return null;
  }

  *#mergePatches(info: ChunkInfo): Job {
    const { store } = this.#options;
    const sizes = store.patches.sizesOf(info);
    const from = mergeStart(sizes.map(({ count }) => count));
    const key = sizes[from]?.key;
    if (key !== undefined) this.#transaction(() => store.patches.mergeFrom(info, key));
    store.patchCounts.set(info.chunkId, 0);
    yield;
  }

  #transaction(work: () => void): void {
    const { store } = this.#options;
    store.db.exec("BEGIN IMMEDIATE");
    try {
      work();
      store.db.exec("COMMIT");
    } catch (error) {
      rollBack(store);
      throw error;
    }
  }
}

/** Newest patches are merged together with older ones that are not much larger, so that none is rewritten often. */
export function mergeStart(counts: readonly number[]): number {
  let from = counts.length - 1;
  let sum = counts[from] ?? 0;
  while (from > 0 && (counts[from - 1] ?? 0) <= 2 * sum) {
    from--;
    sum += counts[from] ?? 0;
  }
  return Math.max(0, from);
}
