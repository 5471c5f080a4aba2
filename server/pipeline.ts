/**
 * The one file that knows every stage: ingest → store → windows → metrics → monitors → alerts → notify, joined into
 * the services that the API offers.
 */
import { randomUUID } from "node:crypto";
import { type MetaDatabase, openMeta } from "#db/open-meta.ts";
import { type FirstOwner, openFirstOwner } from "#server/access/first-owner.ts";
import { createKeyCache, type KeyCache } from "#server/access/key-cache.ts";
import { actorName } from "#server/access/principal.ts";
import { loadSecretKey } from "#server/access/secret-key.ts";
import { type ChangeTeller, createChangeTeller, followRegistry } from "#server/api/change-teller.ts";
import { createKeyService } from "#server/api/key-service.ts";
import { createLiveBus, type LiveBus } from "#server/api/live-bus.ts";
import { createModelService } from "#server/api/model-service.ts";
import { createMonitorServices } from "#server/api/monitor-services.ts";
import { createReadingServices } from "#server/api/reading-services.ts";
import { createReferenceService } from "#server/api/reference-service.ts";
import type { Services } from "#server/api/services.ts";
import type { IngestHandler, Readiness } from "#server/http/front-door.ts";
import { pipelineGauges } from "#server/http/pipeline-gauges.ts";
import type { NamedGauge } from "#server/http/prometheus.ts";
import { GroupQueue } from "#server/ingest/group-queue.ts";
import { handleIngest } from "#server/ingest/ingest-handler.ts";
import { DEFAULT_INGEST_LIMITS, type IngestSettings } from "#server/ingest/ingest-limits.ts";
import { type IngestContext, logLabels, logPredictions } from "#server/ingest/ingest-rows.ts";
import type { Clock } from "#server/kernel/clock.ts";
import { metaPath } from "#server/kernel/data-folder.ts";
import type { Env } from "#server/kernel/env.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { newId } from "#server/kernel/ids.ts";
import type { Logger } from "#server/kernel/logger.ts";
import { type OpenModelRegistry, openModelRegistry } from "#server/models/open-model-registry.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import { createSecretBox } from "#server/notify/secret-box.ts";
import { createTargetGuard } from "#server/notify/target-guard.ts";
import { openReferenceStore } from "#server/references/open-reference-store.ts";
import type { AppendGroup } from "#server/store/append.ts";
import { freeBytes } from "#server/store/sqlite/local-disk.ts";
import { lockDirectory } from "#server/store/sqlite/lock-file.ts";
import { startWriter, type WriterClient } from "#server/store/writer-client.ts";
import { type EvaluatorClient, startEvaluator } from "#server/workers/evaluator-client.ts";
import type { EvaluatorData, FromEvaluator } from "#server/workers/evaluator-messages.ts";
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
  readiness(): Readiness;
  readonly gauges: readonly NamedGauge[];
  /** Takes nothing more in, answers what was taken in, and closes every file. */
  close(): Promise<void>;
}

const READING_THREADS = 2;
const KEY_USE_EVERY_MS = 60_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** Below this no rows are taken, so that sign-in, alerts and messages can still be written. */
const FREE_BYTES_MIN = 256 * 2 ** 20;

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
  options: PipelineOptions,
  lockToken: string,
  unlock: () => void,
): Promise<Pipeline> {
  const { env, clock, logger } = options;
  const meta = openMeta(metaPath(env.dataFolder));
  const secretKey = loadSecretKey(env.dataFolder, env.secretKey);
  const keys = createKeyCache(meta, clock);
  const stages = await startStages({ ...options, meta, secretKey, lockToken });
  const { queue, readers, writer, bus } = stages;
  const keyUse = setInterval(() => keys.recordUse(), KEY_USE_EVERY_MS);
  keyUse.unref();
  return {
    meta,
    secretKey,
    keys,
    bus,
    services: joinServices({ ...options, ...stages, meta, secretKey, keys }),
    firstOwner: openFirstOwner(meta, clock),
    ingest: async (_kind, request, response, { keyId, requestId }) => {
      const error = await handleIngest(request, response, stages.ingestFor(keyId, requestId));
      if (response.statusCode === 500) logger.error({ err: error, requestId }, "ingest failed");
    },
    readiness: () => readinessOf(writer, env.dataFolder),
    gauges: pipelineGauges({
      counters: queue.counters,
      pendingReads: readers.pending,
      stats: () => writer.stats(),
    }),
    close: async () => {
      clearInterval(keyUse);
      await stages.stop();
      keys.recordUse();
      meta.$client.pragma("wal_checkpoint(TRUNCATE)");
      meta.$client.close();
      unlock();
    },
  };
}

interface Stages {
  readonly registry: OpenModelRegistry;
  readonly bus: LiveBus;
  readonly changed: ChangeTeller;
  readonly queue: GroupQueue;
  readonly writer: WriterClient;
  readonly readers: ReaderPool;
  ingestFor(keyId: string | null, requestId: string): IngestContext;
  wakeEvaluator(): void;
  stop(): Promise<void>;
}

/** Starts the threads in the order in which they need one another: writer, readers, evaluator. */
async function startStages(
  options: PipelineOptions & { meta: MetaDatabase; secretKey: string; lockToken: string },
): Promise<Stages> {
  const { env, clock, logger, meta, lockToken } = options;
  const registry = openModelRegistry(meta, clock);
  const bus = createLiveBus({ clock });
  let evaluator: EvaluatorClient | null = null;
  const changed = createChangeTeller({ registry, bus, tell: (message) => evaluator?.tell(message) });
  const writer = await startWriter({
    directory: env.dataFolder,
    retentionDays: env.retentionDays,
    lockToken,
    schemas: registry.list(),
    minFreeBytes: FREE_BYTES_MIN,
    onChanges: changed.windows,
    onTrouble: (what, text) => logger.error({ text }, what),
  }).catch((error: unknown) => {
    throw unusableStore(error, env.dataFolder);
  });
  const readers = startReaderPool({ dataFolder: env.dataFolder, threads: READING_THREADS, logger });
  let isStopping = false;
  // It looks at everything when it starts, so it may start last.
  const evaluating = readers.ready.then(() => {
    if (isStopping) return;
    const onNews = (news: FromEvaluator) => publishNews(bus, registry, news);
    evaluator = startEvaluator({ data: evaluatorData(options), logger, onNews });
  });
  const append = (group: AppendGroup) => appendAndTell(writer, group, changed);
  const limits = DEFAULT_INGEST_LIMITS;
  const queue = new GroupQueue({ writer: { append }, registry, clock, limits });
  const settings: IngestSettings = {
    autoCreateModels: env.autoCreate,
    retentionDays: env.retentionDays,
    durability: "power",
  };
  followRegistry({ meta, clock, registry, changed, bus });
  return {
    registry,
    bus,
    changed,
    queue,
    writer,
    readers,
    ingestFor: (keyId, requestId) => ({ keyId, requestId, clock, registry, queue, limits, settings }),
    wakeEvaluator: () => evaluator?.tell({ kind: "wake" }),
    stop: async () => {
      await queue.close();
      isStopping = true;
      await Promise.all([evaluating.then(() => evaluator?.stop()), readers.close()]);
      await writer.close();
    },
  };
}

function evaluatorData({ env, baseUrl, secretKey }: PipelineOptions & { secretKey: string }): EvaluatorData {
  const { dataFolder, allowedPrivateTargets, logLevel } = env;
  return { dataFolder, secretKey, publicUrl: baseUrl, allowedPrivateTargets, logLevel };
}

/** Every service of the API, each over the stages that it needs. */
function joinServices(
  parts: PipelineOptions & Stages & { meta: MetaDatabase; secretKey: string; keys: KeyCache },
): Services {
  const { env, clock, logger, meta, registry, bus, changed, writer, readers, wakeEvaluator } = parts;
  const references = openReferenceStore(meta);
  const reading = createReadingServices(readers.call);
  const common = { meta, clock, registry, references, bus, modelChanged: changed.model };
  const log =
    (rows: typeof logPredictions): Services["labels"]["log"] =>
    (body, who) =>
      rows(body, parts.ingestFor(who.kind === "key" ? who.keyId : null, newId("req")));
  return {
    ...reading,
    ...createMonitorServices({
      meta,
      clock,
      bus,
      wakeEvaluator,
      models: registry,
      box: createSecretBox(parts.secretKey),
      guard: createTargetGuard({
        allowedPrivateTargets: env.allowedPrivateTargets,
        connectTimeoutMs: CONNECT_TIMEOUT_MS,
      }),
      backtest: (input) => readers.call("backtest", input),
      alert: (input) => readers.call("alert", input),
      budget: (input) => readers.call("budget", input),
      evidence: (input) => readers.call("evidence", input),
      baseline: ({ model }) => readers.call("baseline", { model }),
    }),
    models: createModelService({
      ...common,
      counts: (modelIds) => readers.call("counts", { modelIds }),
      segments: (modelId) => readers.call("segmentKeys", { modelId }),
      schemaChanged: (schema) => tellWriter(writer, schema, clock, logger),
    }),
    references: createReferenceService({
      ...common,
      directory: env.dataFolder,
      adopt: (schema, change) => writer.changeLayout(schema, change),
    }),
    predictions: { ...reading.predictions, log: log(logPredictions) },
    labels: { log: log(logLabels) },
    keys: createKeyService(meta, clock, parts.keys),
    live: {
      changes: (signal, who, lastEventId) => bus.subscribe(signal, actorName(who), lastEventId),
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

function publishNews(bus: LiveBus, registry: OpenModelRegistry, news: FromEvaluator): void {
  if (news.kind === "channels") bus.publish({ kind: "channels" });
  if (news.kind !== "alerts" && news.kind !== "monitors") return;
  const model = registry.byId(news.modelId)?.slug;
  if (model !== undefined) bus.publish({ kind: news.kind, model });
}

function readinessOf(writer: WriterClient, folder: string): Readiness {
  const stats = writer.stats();
  if (stats === null) return { isReady: false, reason: "starting", detail: "The store is being opened." };
  if (stats.readOnly !== null) return { isReady: false, reason: "read_only", detail: stats.readOnly };
  if (freeBytes(folder) < FREE_BYTES_MIN) {
    return {
      isReady: false,
      reason: "storage_full",
      detail: "The disk of the data folder is almost full; free some space.",
    };
  }
  return { isReady: true, reason: null, detail: null };
}
