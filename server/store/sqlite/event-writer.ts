import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { type Clock, systemClock } from "#server/kernel/clock.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import type {
  AppendedRequest,
  AppendGroup,
  AppendRequest,
  AppendResult,
  WindowChange,
} from "#server/store/append.ts";
import type { EventWriter, LayoutChange, WriterStats } from "#server/store/event-store.ts";
import { Checkpointer } from "#server/store/sqlite/checkpointer.ts";
import { commitGroup, flushWindows, rollBack } from "#server/store/sqlite/commit-group.ts";
import { keyConflict, scopedKey } from "#server/store/sqlite/idempotency-table.ts";
import { freeBytes } from "#server/store/sqlite/local-disk.ts";
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
import { failed, type StorageTrouble, troubleOf } from "#server/store/sqlite/storage-failure.ts";

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
const TROUBLES_UNTIL_READ_ONLY = 3;
const TROUBLES_WITHIN_MS = 60_000;

export function openEventWriter(options: EventWriterOptions): EventWriter {
  return new SqliteEventWriter(options);
}

class SqliteEventWriter implements EventWriter {
  readonly #options: EventWriterOptions;
  readonly #clock: Clock;
  readonly #schemas = new Map<number, ModelSchema>();
  readonly #unlock: () => void;
  #store: OpenStore;
  #checkpointer: Checkpointer;
  #maintenance: Maintenance;
  readonly #changedModels = new Set<number>();
  #readOnly: string | null = null;
  #troublesAt: number[] = [];
  #changes: WindowChange[] = [];
  #space = { at: Number.NEGATIVE_INFINITY, isEnough: true };

  constructor(options: EventWriterOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#learnSchemas(options.schemas ?? []);
    const opened = this.#lockAndOpen();
    this.#unlock = opened.unlock;
    this.#store = opened.store;
    this.#checkpointer = new Checkpointer(this.#store.db);
    this.#maintenance = this.#newMaintenance();
  }

  append(group: AppendGroup): AppendResult {
    this.followSchemas(group.schemas);
    const answers = new Map<AppendRequest, AppendedRequest>();
    const changes: WindowChange[] = [];
    const { fresh, repeated } = this.#sortOut(group, answers);
    if (fresh.length > 0) this.#storeAll(group, fresh, answers, changes);
    for (const request of repeated) answers.set(request, this.#answerAgain(group, request, answers));
    return {
      groupId: group.groupId,
      seq: this.#store.ledger.seq,
      requests: group.requests.map((request) => answers.get(request) ?? failed(request, "poison")),
      changes,
    };
  }

  followSchemas(schemas: readonly ModelSchema[]): void {
    this.#learnSchemas(schemas);
    if (this.#readOnly === null) this.#followSchemas();
  }

  maintain(budgetMs: number): boolean {
    if (this.#readOnly !== null) return false;
    this.#mirrorLedger(false);
    this.#followSchemas();
    return this.#maintenance.run(budgetMs);
  }

  changeLayout(change: LayoutChange): void {
    this.#inTransaction(() => {
      const mayBeStale = this.#store.folder.changeLayout(this.#store.windows, change);
      const versionId = this.#store.versions.ensure(change.modelId, change.version);
      if (mayBeStale) this.#store.rebuilds.request(versionId, null);
    });
  }

  rebuildWindows(modelId: number, version: string): void {
    const versionId = this.#store.versions.find(modelId, version);
    if (versionId !== null) this.#store.rebuilds.request(versionId, null);
  }

  erase(modelId: number, predictionIds: readonly string[]): number {
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
      readOnly: this.#readOnly,
      pendingRebuilds: this.#readOnly === null ? rebuilds.count() : 0,
    };
  }

  close(): void {
    try {
      this.#mirrorLedger(true);
      if (this.#readOnly === null) this.#checkpointer.truncate();
    } finally {
      this.#store.db.close();
      this.#unlock();
    }
  }

  /** Requests that are answered without being stored get their answer here. */
  #sortOut(group: AppendGroup, answers: Map<AppendRequest, AppendedRequest>) {
    const fresh: AppendRequest[] = [];
    const repeated: AppendRequest[] = [];
    const keys = new Set<string>();
    const refusal = this.#refusal();
    for (const request of group.requests) {
      const key = scopedKey(request);
      const known = key === null || this.#readOnly !== null ? null : this.#store.idempotency.recall(request);
      if (known !== null) answers.set(request, known);
      else if (refusal !== null) answers.set(request, failed(request, refusal));
      else if (key !== null && keys.has(key)) repeated.push(request);
      else fresh.push(request);
      if (key !== null) keys.add(key);
    }
    return { fresh, repeated };
  }

  /** The second of two requests with one key in one group: it gets the first one's answer. */
  #answerAgain(
    group: AppendGroup,
    request: AppendRequest,
    answers: ReadonlyMap<AppendRequest, AppendedRequest>,
  ): AppendedRequest {
    const key = scopedKey(request);
    const first = group.requests.find((other) => other !== request && scopedKey(other) === key);
    const answer = first && answers.get(first);
    if (!first || !answer) return failed(request, "poison");
    if (first.bodyHash !== request.bodyHash) return keyConflict(request);
    return { ...answer, requestId: request.requestId, replayed: true };
  }

  #storeAll(
    group: AppendGroup,
    requests: readonly AppendRequest[],
    answers: Map<AppendRequest, AppendedRequest>,
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
    answers: Map<AppendRequest, AppendedRequest>,
    changes: WindowChange[],
  ): void {
    if (this.#readOnly !== null) {
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

  #refusal(): "read_only" | "storage_full" | null {
    if (this.#readOnly !== null) return "read_only";
    const now = this.#clock.now();
    if (Math.abs(now - this.#space.at) >= 1_000) {
      const least = this.#options.minFreeBytes ?? DEFAULT_MIN_FREE_BYTES;
      this.#space = { at: now, isEnough: freeBytes(this.#options.directory) >= least };
    }
    return this.#space.isEnough ? null : "storage_full";
  }

  /**
   * After a failed write the kernel may have dropped the pages, so the commit is never just tried again: the file is
   * closed, opened, checked, and the index learned anew from what is really there.
   */
  #recover(trouble: StorageTrouble, cause: unknown): void {
    const now = this.#clock.now();
    this.#troublesAt = [...this.#troublesAt.filter((at) => now - at < TROUBLES_WITHIN_MS), now];
    try {
      this.#store.db.close();
      this.#open();
      const verdict = this.#store.db.pragma("quick_check(1)", { simple: true });
      if (verdict !== "ok") this.#stopWriting("events.db is damaged. Restore it from a backup.");
    } catch (error) {
      this.#options.onTrouble?.("events.db could not be opened again.", error);
      this.#stopWriting("events.db could not be opened again after an error of the disk.");
    }
    if (this.#troublesAt.length >= TROUBLES_UNTIL_READ_ONLY) {
      this.#stopWriting("The disk failed three times within a minute. Check it, then start Plumbline again.");
    }
    if (trouble === "damaged") this.#stopWriting(damageText(cause));
  }

  #stopWriting(reason: string): void {
    this.#readOnly ??= reason;
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
