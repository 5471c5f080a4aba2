import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { type Clock, systemClock } from "#server/kernel/clock.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import type { AppendGroup, AppendRequest, AppendResult, WindowChange } from "#server/store/append.ts";
import type { EventWriter, LayoutChange, WriterStats } from "#server/store/event-store.ts";
import { Checkpointer } from "#server/store/sqlite/checkpointer.ts";
import { commitGroup, flushWindows, rollBack } from "#server/store/sqlite/commit-group.ts";
import { lockDirectory } from "#server/store/sqlite/lock-file.ts";
import { Maintenance } from "#server/store/sqlite/maintenance.ts";
import {
  type CacheSizes,
  type CreateFolder,
  DEFAULT_CACHES,
  type OpenStore,
  openStore,
} from "#server/store/sqlite/open-store.ts";
import { COMPACTION_RULES, type CompactionRules } from "#server/store/sqlite/pick-compaction.ts";
import { type Answers, answerAgain, sortRequests } from "#server/store/sqlite/sort-requests.ts";
import { failed, type StorageTrouble, troubleOf } from "#server/store/sqlite/storage-failure.ts";
import { StorageHealth } from "#server/store/sqlite/storage-health.ts";

export interface EventWriterOptions {
  /** Where events.db lies; made when it is missing. */
  readonly directory: string;
  readonly createFolder: CreateFolder;
  readonly schemas?: readonly ModelSchema[];
  readonly clock?: Clock;
  readonly retentionDays?: number;
  /** Below this much free disk nothing more is taken in, so that alerts and sign-in can still write. */
  readonly minFreeBytes?: number;
  readonly caches?: CacheSizes;
  /** The same for every writer that one process starts, so that it can replace its own thread that died. */
  readonly lockToken?: string;
  readonly compaction?: CompactionRules;
  readonly onTrouble?: (what: string, error: unknown) => void;
}

const DEFAULT_MIN_FREE_BYTES = 256 * 2 ** 20;
export function openEventWriter(options: EventWriterOptions): EventWriter {
  return new SqliteEventWriter(options);
}

class SqliteEventWriter implements EventWriter {
  readonly #options: EventWriterOptions;
  readonly #clock: Clock;
  readonly #schemas = new Map<number, ModelSchema>();
  readonly #health: StorageHealth;
  readonly #unlock: () => void;
  #store: OpenStore;
  #checkpointer: Checkpointer;
  #maintenance: Maintenance;
  readonly #changedModels = new Set<number>();
  #changes: WindowChange[] = [];

  constructor(options: EventWriterOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const minFreeBytes = options.minFreeBytes ?? DEFAULT_MIN_FREE_BYTES;
    this.#health = new StorageHealth(options.directory, minFreeBytes, this.#clock);
    this.#learnSchemas(options.schemas ?? []);
    const opened = this.#lockAndOpen();
    this.#unlock = opened.unlock;
    this.#store = opened.store;
    this.#checkpointer = new Checkpointer(this.#store.db);
    this.#maintenance = this.#newMaintenance();
  }

  append(group: AppendGroup): AppendResult {
    this.followSchemas(group.schemas);
    const answers: Answers = new Map();
    const changes: WindowChange[] = [];
    const { fresh, repeated } = sortRequests(group, answers, this.#store.idempotency, this.#health.refusal());
    if (fresh.length > 0) this.#storeAll(group, fresh, answers, changes);
    for (const request of repeated) answers.set(request, answerAgain(group, request, answers));
    return {
      groupId: group.groupId,
      seq: this.#store.ledger.seq,
      requests: group.requests.map((request) => answers.get(request) ?? failed(request, "poison")),
      changes,
    };
  }

  followSchemas(schemas: readonly ModelSchema[]): void {
    this.#learnSchemas(schemas);
    if (this.#health.readOnly === null) this.#followSchemas();
  }

  maintain(budgetMs: number): boolean {
    if (this.#health.readOnly !== null) return false;
    this.#mirrorLedger(false);
    this.#followSchemas();
    return this.#maintenance.run(budgetMs);
  }

  changeLayout(change: LayoutChange): void {
    this.#health.assertWritable();
    this.#inTransaction(() => {
      const mayBeStale = this.#store.folder.changeLayout(this.#store.windows, change);
      const versionId = this.#store.versions.ensure(change.modelId, change.version);
      if (mayBeStale) this.#store.rebuilds.request(versionId, null);
    });
  }

  rebuildWindows(modelId: number, version: string): void {
    this.#health.assertWritable();
    const versionId = this.#store.versions.find(modelId, version);
    if (versionId !== null) this.#store.rebuilds.request(versionId, null);
  }

  erase(modelId: number, predictionIds: readonly string[]): number {
    this.#health.assertWritable();
    return this.#maintenance.erase(modelId, predictionIds);
  }

  takeChanges(): WindowChange[] {
    const taken = this.#changes;
    this.#changes = [];
    return taken;
  }

  stats(): WriterStats {
    const { infos, index, chunks, patches, orphans, rebuilds, ledgerGap } = this.#store;
    let rows = 0;
    for (const info of infos.values()) rows += info.count;
    return {
      rows,
      chunks: infos.size,
      orphanLabels: orphans.size,
      walBytes: this.#checkpointer.walBytes,
      indexBytes: index.bytes,
      cacheBytes: chunks.cacheBytes + patches.cacheBytes,
      ledgerGap,
      readOnly: this.#health.readOnly,
      pendingRebuilds: this.#health.readOnly === null ? rebuilds.count() : 0,
    };
  }

  close(): void {
    try {
      this.#mirrorLedger(true);
      if (this.#health.readOnly === null) this.#checkpointer.truncate();
    } finally {
      this.#store.db.close();
      this.#unlock();
    }
  }

  #storeAll(
    group: AppendGroup,
    requests: readonly AppendRequest[],
    answers: Answers,
    changes: WindowChange[],
  ): void {
    try {
      this.#commit(group, requests, answers, changes);
    } catch (error) {
      const trouble = troubleOf(error);
      this.#options.onTrouble?.("A group could not be committed.", error);
      if (trouble === "statement" && requests.length > 1) {
        // One bad request must not take its neighbours with it: each gets a transaction of its own.
        for (const request of requests) this.#storeAll(group, [request], answers, changes);
        return;
      }
      for (const request of requests) answers.set(request, failed(request, reasonOf(trouble)));
      if (trouble === "io" || trouble === "damaged") this.#recover(trouble, error);
    }
  }

  #commit(
    group: AppendGroup,
    requests: readonly AppendRequest[],
    answers: Answers,
    changes: WindowChange[],
  ): void {
    if (this.#health.readOnly !== null) {
      for (const request of requests) answers.set(request, failed(request, "read_only"));
      return;
    }
    const committed = commitGroup(this.#store, group, requests, this.#clock.now());
    requests.forEach((request, at) => {
      const answer = committed.requests[at];
      if (answer) answers.set(request, answer);
    });
    changes.push(...committed.changes);
    this.#checkpointer.wrote(committed.bytes);
    this.#mirrorLedger(false);
  }

  /**
   * After a failed write the kernel may have dropped the pages, so the commit is never just tried again: the file is
   * closed, opened, checked, and the index learned anew from what is really there.
   */
  #recover(trouble: StorageTrouble, cause: unknown): void {
    try {
      this.#store.db.close();
      this.#open();
      const verdict = this.#store.db.pragma("quick_check(1)", { simple: true });
      if (verdict !== "ok") this.#health.stopWriting("events.db is damaged. Restore it from a backup.");
    } catch (error) {
      this.#options.onTrouble?.("events.db could not be opened again.", error);
      this.#health.stopWriting("events.db could not be opened again after an error of the disk.");
    }
    this.#health.noteTrouble();
    if (trouble === "damaged") this.#health.stopWriting(damageText(cause));
  }

  #lockAndOpen(): { unlock: () => void; store: OpenStore } {
    const { directory, lockToken = randomUUID() } = this.#options;
    mkdirSync(directory, { recursive: true });
    const unlock = lockDirectory(directory, lockToken);
    try {
      return { unlock, store: this.#openStore() };
    } catch (error) {
      unlock();
      throw error;
    }
  }

  #open(): void {
    this.#store = this.#openStore();
    this.#checkpointer = new Checkpointer(this.#store.db);
    this.#maintenance = this.#newMaintenance();
  }

  #openStore(): OpenStore {
    return openStore({
      directory: this.#options.directory,
      createFolder: this.#options.createFolder,
      schemaOf: (modelId) => this.#schemas.get(modelId) ?? null,
      caches: this.#options.caches ?? DEFAULT_CACHES,
    });
  }

  #newMaintenance(): Maintenance {
    return new Maintenance({
      store: this.#store,
      checkpointer: this.#checkpointer,
      clock: this.#clock,
      rules: this.#options.compaction ?? COMPACTION_RULES,
      retentionDays: this.#options.retentionDays ?? 400,
      onChanges: (changes) => this.#changes.push(...changes),
      onTrouble: (what, error) => this.#maintenanceTrouble(what, error),
    });
  }

  #maintenanceTrouble(what: string, error: unknown): void {
    this.#options.onTrouble?.(what, error);
    const trouble = troubleOf(error);
    if (trouble === "io" || trouble === "damaged") this.#recover(trouble, error);
  }

  #mirrorLedger(always: boolean): void {
    try {
      this.#store.ledger.mirror(this.#clock.now(), always);
    } catch (error) {
      // The rows are safe; only the early warning of a loss is late.
      this.#options.onTrouble?.("The number of the last batch could not be written beside events.db.", error);
    }
  }

  #inTransaction(work: () => void): void {
    this.#store.db.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.#store.db.exec("COMMIT");
    } catch (error) {
      rollBack(this.#store);
      throw error;
    }
  }

  #learnSchemas(schemas: readonly ModelSchema[]): void {
    for (const schema of schemas) {
      const known = this.#schemas.get(schema.modelId);
      this.#schemas.set(schema.modelId, schema);
      if (known?.revision !== schema.revision) this.#changedModels.add(schema.modelId);
    }
  }

  /** Windows follow a changed record before the next row is folded; what went stale is folded again later. */
  #followSchemas(): void {
    if (this.#changedModels.size === 0) return;
    try {
      this.#inTransaction(() => {
        for (const modelId of this.#changedModels) {
          for (const version of this.#store.versions.list(modelId)) {
            this.#store.folder.followSchema(modelId, version);
          }
        }
        this.#changes.push(...flushWindows(this.#store));
      });
      this.#changedModels.clear();
    } catch (error) {
      this.#options.onTrouble?.("Windows could not follow a changed model yet; it is tried again.", error);
    }
  }
}

function reasonOf(trouble: StorageTrouble): "storage_full" | "io_error" | "read_only" | "poison" {
  if (trouble === "full") return "storage_full";
  if (trouble === "io") return "io_error";
  return trouble === "damaged" ? "read_only" : "poison";
}

function damageText(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
  return `events.db cannot be written (${code}). If it is damaged, restore it from a backup.`;
}
