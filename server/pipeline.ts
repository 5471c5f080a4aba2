/**
 * The one file that knows every stage: ingest → store → windows → metrics → monitors → alerts → notify, joined into
 * the services that the API offers.
 */
import { randomUUID } from "node:crypto";
import { type MetaDatabase, openMeta } from "#db/open-meta.ts";
import { countPeople } from "#db/queries/people.ts";
import { createKeyCache, type KeyCache } from "#server/access/key-cache.ts";
import { createLinkToken, useLinkToken } from "#server/access/one-time-links.ts";
import { loadSecretKey } from "#server/access/secret-key.ts";
import { createKeyService } from "#server/api/key-service.ts";
import { createLiveBus, type LiveBus } from "#server/api/live-bus.ts";
import { createModelService } from "#server/api/model-service.ts";
import { createMonitorServices } from "#server/api/monitor-services.ts";
import { createReadingServices } from "#server/api/reading-services.ts";
import { createReferenceService } from "#server/api/reference-service.ts";
import type { Services } from "#server/api/services.ts";
import type { IngestHandler, Readiness } from "#server/http/front-door.ts";
import type { NamedGauge } from "#server/http/prometheus.ts";
import type { FirstOwner } from "#server/http/sign-in-routes.ts";
import { GroupQueue } from "#server/ingest/group-queue.ts";
import { handleIngest } from "#server/ingest/ingest-handler.ts";
import { DEFAULT_INGEST_LIMITS } from "#server/ingest/ingest-limits.ts";
import { type IngestContext, logLabels, logPredictions } from "#server/ingest/ingest-rows.ts";
import type { Clock } from "#server/kernel/clock.ts";
import { metaPath } from "#server/kernel/data-folder.ts";
import type { Env } from "#server/kernel/env.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { newId } from "#server/kernel/ids.ts";
import type { Logger } from "#server/kernel/logger.ts";
import { type OpenModelRegistry, openModelRegistry } from "#server/models/open-model-registry.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import { recordEvent } from "#server/models/timeline.ts";
import { createSecretBox } from "#server/notify/secret-box.ts";
import { createTargetGuard } from "#server/notify/target-guard.ts";
import { openReferenceStore } from "#server/references/open-reference-store.ts";
import type { AppendGroup, WindowChange } from "#server/store/append.ts";
import { lockDirectory } from "#server/store/sqlite/lock-file.ts";
import { startWriter, type WriterClient } from "#server/store/writer-client.ts";
import { type EvaluatorClient, startEvaluator } from "#server/workers/evaluator-client.ts";
import type { FromEvaluator } from "#server/workers/evaluator-messages.ts";
import { type ReaderPool, startReaderPool } from "#server/workers/reader-pool.ts";

export interface PipelineOptions {
  readonly env: Env;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where people and links reach this server. */
  readonly baseUrl: string;
}

export interface Pipeline {
  readonly meta: MetaDatabase;
  readonly secretKey: string;
  readonly services: Services;
  readonly ingest: IngestHandler;
  readonly keys: KeyCache;
  readonly firstOwner: FirstOwner;
  readonly bus: LiveBus;
  /** A new set-up token while there is nobody; null when there is. */
  setupToken(): string | null;
  readiness(): Readiness;
  readonly gauges: readonly NamedGauge[];
  /** Takes nothing more in, answers what was taken in, and closes every file. */
  close(): Promise<void>;
}

const READING_THREADS = 2;
const KEY_USE_EVERY_MS = 60_000;
const CONNECT_TIMEOUT_MS = 5_000;

export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const lockToken = randomUUID();
  // Before anything is opened or migrated: a second server must find the first one's files untouched.
  const unlock = lockDirectory(options.env.dataFolder, lockToken);
  try {
    return await openPipeline(options, lockToken, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function openPipeline(
  { env, clock, logger, baseUrl }: PipelineOptions,
  lockToken: string,
  unlock: () => void,
): Promise<Pipeline> {
  const meta = openMeta(metaPath(env.dataFolder));
  const secretKey = loadSecretKey(env.dataFolder, env.secretKey);
  const registry = openModelRegistry(meta, clock);
  const bus = createLiveBus({ clock });
  const keys = createKeyCache(meta, clock);
  const references = openReferenceStore(meta);
  let evaluator: EvaluatorClient | null = null;
  const changed = createChangeTeller({ registry, bus, tell: (message) => evaluator?.tell(message) });

  const writer = await startWriter({
    directory: env.dataFolder,
    retentionDays: env.retentionDays,
    lockToken,
    schemas: registry.list(),
    onChanges: changed.windows,
    onTrouble: (what, text) => logger.error({ text }, what),
  }).catch((error: unknown) => {
    throw unusableStore(error, env.dataFolder);
  });
  const readers = startReaderPool({ dataFolder: env.dataFolder, threads: READING_THREADS, logger });
  let isClosing = false;
  // It looks at everything when it starts, so it may start last.
  const evaluating = readers.ready.then(() => {
    if (isClosing) return;
    evaluator = startEvaluator({
      data: {
        dataFolder: env.dataFolder,
        secretKey,
        publicUrl: baseUrl,
        allowedPrivateTargets: env.allowedPrivateTargets,
        logLevel: env.logLevel,
      },
      logger,
      onNews: (news) => publishNews(bus, registry, news),
    });
  });
  const queue = new GroupQueue({
    writer: { append: (group) => appendAndTell(writer, group, changed) },
    registry,
    clock,
    limits: DEFAULT_INGEST_LIMITS,
  });
  const ingestWith = (keyId: string | null, requestId: string): IngestContext => ({
    keyId,
    requestId,
    clock,
    registry,
    queue,
    limits: DEFAULT_INGEST_LIMITS,
    settings: { autoCreateModels: env.autoCreate, retentionDays: env.retentionDays, durability: "power" },
  });
  followRegistry({ meta, clock, registry, changed, bus });
  const keyUse = setInterval(() => keys.recordUse(), KEY_USE_EVERY_MS);
  keyUse.unref();

  const reading = createReadingServices(readers.call);
  const log =
    (rows: typeof logPredictions): Services["labels"]["log"] =>
    (body, who) =>
      rows(body, ingestWith(who.kind === "key" ? who.keyId : null, newId("req")));
  const services: Services = {
    ...reading,
    ...createMonitorServices({
      meta,
      clock,
      models: registry,
      bus,
      box: createSecretBox(secretKey),
      guard: createTargetGuard({
        allowedPrivateTargets: env.allowedPrivateTargets,
        connectTimeoutMs: CONNECT_TIMEOUT_MS,
      }),
      backtest: (input) => readers.call("backtest", input),
      alert: (input) => readers.call("alert", input),
      wakeEvaluator: () => evaluator?.tell({ kind: "wake" }),
    }),
    models: createModelService({
      meta,
      clock,
      registry,
      references,
      bus,
      counts: (modelIds) => readers.call("counts", { modelIds }),
      segments: (modelId) => readers.call("segmentKeys", { modelId }),
      modelChanged: changed.model,
      schemaChanged: (schema) => tellWriter(writer, schema, clock, logger),
    }),
    references: createReferenceService({
      meta,
      clock,
      registry,
      references,
      bus,
      directory: env.dataFolder,
      adopt: (schema, change) => writer.changeLayout(schema, change),
      modelChanged: changed.model,
    }),
    predictions: { ...reading.predictions, log: log(logPredictions) },
    labels: { log: log(logLabels) },
    keys: createKeyService(meta, clock, keys),
    live: {
      changes: (signal, who, lastEventId) =>
        bus.subscribe(
          signal,
          who.kind === "person" ? who.userId : who.kind === "key" ? who.keyId : "",
          lastEventId,
        ),
    },
  };

  return {
    meta,
    secretKey,
    services,
    keys,
    bus,
    firstOwner: firstOwnerOf(meta, clock),
    ingest: async (_kind, request, response, who) => {
      const error = await handleIngest(request, response, ingestWith(who.keyId, who.requestId));
      if (response.statusCode === 500)
        logger.error({ err: error, requestId: who.requestId }, "ingest failed");
    },
    setupToken: () => (countPeople(meta) === 0 ? createLinkToken(meta, clock, "setup", null) : null),
    readiness: () => readinessOf(writer),
    gauges: gaugesOf({ queue, readers, writer }),
    close: async () => {
      clearInterval(keyUse);
      await queue.close();
      isClosing = true;
      await Promise.all([evaluating.then(() => evaluator?.stop()), readers.close()]);
      await writer.close();
      keys.recordUse();
      meta.$client.pragma("wal_checkpoint(TRUNCATE)");
      meta.$client.close();
      unlock();
    },
  };
}

/** Errors lose their code between threads; what SQLite says of a file that is none stays. */
function unusableStore(error: unknown, folder: string): unknown {
  const text = error instanceof Error ? error.message : "";
  if (!/not a database|malformed|disk image/.test(text)) return error;
  return new ServiceError(
    "unavailable",
    `The file ${folder}/events.db is damaged; restore it from a backup, or move it away to start with an empty one.`,
    { reason: "damaged" },
  );
}

interface ChangeTeller {
  windows(changes: readonly WindowChange[]): void;
  /** Anything else about a model changed: every number of it may be another. */
  model(modelId: number): void;
  /** Remembers the latest event time of a group, before its buffers go to the writer. */
  note(group: AppendGroup): void;
}

function createChangeTeller({
  registry,
  bus,
  tell,
}: {
  registry: OpenModelRegistry;
  bus: LiveBus;
  tell: EvaluatorClient["tell"];
}): ChangeTeller {
  const watermarks = new Map<number, number>();
  return {
    note: (group) => {
      for (const { modelId, ts } of group.predictions) {
        let latest = watermarks.get(modelId) ?? 0;
        for (const at of ts) if (at > latest) latest = at;
        watermarks.set(modelId, latest);
      }
    },
    windows: (changes) => {
      for (const { modelId, version, from, to } of changes) {
        tell({ kind: "windows", modelId, version, from, to });
        const schema = registry.byId(modelId);
        if (schema === null) continue;
        const watermark = Math.max(watermarks.get(modelId) ?? 0, from);
        bus.windowsChanged({ model: schema.slug, version, from, to: to + schema.windowMs, watermark });
      }
    },
    model: (modelId) => {
      tell({ kind: "model", modelId });
      const schema = registry.byId(modelId);
      if (schema !== null) bus.publish({ kind: "models", model: schema.slug });
    },
  };
}

async function appendAndTell(writer: WriterClient, group: AppendGroup, changed: ChangeTeller) {
  changed.note(group);
  const result = await writer.append(group);
  changed.windows(result.changes);
  return result;
}

/** Stored windows follow an edited record at once, not with the next row. */
function tellWriter(writer: WriterClient, schema: ModelSchema, clock: Clock, logger: Logger): void {
  const nothing = { predictions: [], labels: [], requests: [] };
  writer
    .append({ groupId: 0, receivedAt: clock.now(), schemas: [schema], ...nothing })
    .catch((error: unknown) => logger.error({ err: error }, "the writer did not take a changed model"));
}

/** What rows taught a model is drawn on its event lane, and pages hear of it. */
function followRegistry({
  meta,
  clock,
  registry,
  changed,
  bus,
}: {
  meta: MetaDatabase;
  clock: Clock;
  registry: OpenModelRegistry;
  changed: ChangeTeller;
  bus: LiveBus;
}): void {
  registry.onChange(({ modelId }) => changed.model(modelId));
  registry.onExtended(({ modelId, slug }, names) => {
    const text =
      names.length === 1
        ? `New field ${names[0]}.`
        : `${names.length} new fields: ${names.slice(0, 5).join(", ")}.`;
    recordEvent(meta, clock, modelId, { kind: "schema", text: text.slice(0, 2_000), actor: "Plumbline" });
    bus.publish({ kind: "events", model: slug });
  });
}

function publishNews(bus: LiveBus, registry: OpenModelRegistry, news: FromEvaluator): void {
  if (news.kind === "channels") bus.publish({ kind: "channels" });
  if (news.kind !== "alerts" && news.kind !== "monitors") return;
  const model = registry.byId(news.modelId)?.slug;
  if (model !== undefined) bus.publish({ kind: news.kind, model });
}

function firstOwnerOf(meta: MetaDatabase, clock: Clock): FirstOwner {
  return {
    isNeeded: () => countPeople(meta) === 0,
    takeSetupToken: (token) => useLinkToken(meta, clock, "setup", token) !== null,
    takeSignInToken: (token) => {
      const used = useLinkToken(meta, clock, "sign-in", token);
      return used === null || used.userId === null ? null : { userId: used.userId };
    },
  };
}

function gaugesOf({
  queue,
  readers,
  writer,
}: {
  queue: GroupQueue;
  readers: ReaderPool;
  writer: WriterClient;
}): NamedGauge[] {
  const { counters } = queue;
  const stats = () => writer.stats();
  return [
    {
      name: "ingest_rows_accepted",
      help: "Predictions stored since start.",
      read: () => counters.rowsAccepted,
    },
    {
      name: "ingest_labels_accepted",
      help: "Labels stored since start.",
      read: () => counters.labelsAccepted,
    },
    {
      name: "ingest_rows_duplicate",
      help: "Rows that were stored before.",
      read: () => counters.rowsDuplicate,
    },
    {
      name: "ingest_rows_conflict",
      help: "Known ids with other contents.",
      read: () => counters.rowsConflict,
    },
    { name: "ingest_rows_rejected", help: "Rows refused since start.", read: () => counters.rowsRejected },
    { name: "ingest_groups", help: "Groups committed since start.", read: () => counters.groups },
    {
      name: "ingest_queued_requests",
      help: "Requests that wait for the writer.",
      read: () => counters.queuedRequests,
    },
    {
      name: "ingest_queued_bytes",
      help: "Decoded bytes that wait for the writer.",
      read: () => counters.queuedBytes,
    },
    {
      name: "ingest_in_flight_bytes",
      help: "Bytes of requests being read.",
      read: () => counters.inFlightBytes,
    },
    {
      name: "reader_calls_waiting",
      help: "Questions at the reading threads.",
      read: () => readers.pending(),
    },
    { name: "store_rows", help: "Predictions in the store.", read: () => stats()?.rows ?? 0 },
    { name: "store_wal_bytes", help: "Length of the write-ahead log.", read: () => stats()?.walBytes ?? 0 },
    {
      name: "store_ledger_gap",
      help: "Acknowledged batches not found at the last start; anything but 0 is a loss.",
      read: () => stats()?.ledgerGap ?? 0,
    },
  ];
}

function readinessOf(writer: WriterClient): Readiness {
  const stats = writer.stats();
  if (stats === null) return { isReady: false, reason: "starting", detail: "The store is being opened." };
  if (stats.readOnly !== null) return { isReady: false, reason: "read_only", detail: stats.readOnly };
  return { isReady: true, reason: null, detail: null };
}
