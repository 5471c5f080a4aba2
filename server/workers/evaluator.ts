import { parentPort, workerData } from "node:worker_threads";
import { openMeta } from "#db/open-meta.ts";
import { deleteOldMessages } from "#db/queries/outbox.ts";
import { createEvaluator, type Evaluator } from "#server/alerts/evaluator.ts";
import { NOTICE_TIMING } from "#server/alerts/notice-timing.ts";
import { systemClock } from "#server/kernel/clock.ts";
import { metaPath } from "#server/kernel/data-folder.ts";
import { trimHeapOnceLoaded } from "#server/kernel/heap.ts";
import { createLogger } from "#server/kernel/logger.ts";
import { createDispatcher } from "#server/notify/dispatcher.ts";
import { createSecretBox } from "#server/notify/secret-box.ts";
import { createWebhookSender } from "#server/notify/send-webhook.ts";
import { createTargetGuard } from "#server/notify/target-guard.ts";
import type { EvaluatorData, FromEvaluator, ToEvaluator } from "#server/workers/evaluator-messages.ts";
import { openReading } from "#server/workers/open-reading.ts";

/** Commits come many a second during an import; they are looked at together. */
const COALESCE_MS = 250;
const TICK_MS = 15_000;
const DISPATCH_MS = 500;
const CONNECT_TIMEOUT_MS = 5_000;
const TOTAL_TIMEOUT_MS = 15_000;
const STOP_PATIENCE_MS = 3_000;
const MESSAGES_KEPT_MS = 90 * 24 * 3_600_000;
/** Another thread's transaction on meta.db may take a while; nobody waits for this one. */
const BUSY_TIMEOUT_MS = 10_000;

const port = parentPort;
if (port === null) throw new Error("The evaluator runs as a worker thread; start it from the pipeline.");
const data: EvaluatorData = workerData;
const log = createLogger(data.logLevel, "evaluator");
const clock = systemClock;
const tell = (message: FromEvaluator) => port.postMessage(message);

const db = openMeta(metaPath(data.dataFolder), { busyTimeoutMs: BUSY_TIMEOUT_MS });
const reading = openReading(data.dataFolder, { keepsEvidence: true });
const evaluator: Evaluator = createEvaluator({
  db,
  source: reading.evaluation,
  clock,
  timing: { ...NOTICE_TIMING, ...data.timing },
  onNews: tell,
  onFailure: (monitorId, error) => log.error({ monitorId, err: error }, "a monitor could not be evaluated"),
});
const guard = createTargetGuard({
  allowedPrivateTargets: data.allowedPrivateTargets,
  connectTimeoutMs: CONNECT_TIMEOUT_MS,
});
const dispatcher = createDispatcher({
  db,
  clock,
  random: Math.random,
  box: createSecretBox(data.secretKey),
  send: createWebhookSender(guard, TOTAL_TIMEOUT_MS),
  publicUrl: data.publicUrl,
  onAttempt: ({ message }) => {
    tell({ kind: "channels" });
    const model = message.kind === "alerts" ? reading.catalog.find(message.model) : null;
    if (model !== null) tell({ kind: "alerts", modelId: model.schema.modelId });
  },
});

let timer: NodeJS.Timeout | null = null;
let next: NodeJS.Immediate | null = null;

/** A failure of the database here (busy, full) must not end the thread: the next turn tries again. */
function guarded(what: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    log.error({ err: error }, `${what} failed`);
  }
}

function schedule(): void {
  if (next === null) timer ??= setTimeout(turn, COALESCE_MS);
}

/** One monitor a turn, so that messages and deliveries get in between. */
function turn(): void {
  timer = null;
  next = null;
  guarded("judging a monitor", () => {
    if (evaluator.step()) next = setImmediate(turn);
  });
  if (next === null) guarded("starting deliveries", () => dispatcher.start());
}

const tickTimer = setInterval(() => {
  guarded("the clock's turn", () => {
    evaluator.tick();
    deleteOldMessages(db, clock.now() - MESSAGES_KEPT_MS);
  });
  schedule();
}, TICK_MS);
const dispatchTimer = setInterval(
  () => guarded("starting deliveries", () => dispatcher.start()),
  DISPATCH_MS,
);

port.on("message", (message: ToEvaluator) => {
  switch (message.kind) {
    case "windows":
      guarded("taking a change", () =>
        evaluator.changed(message.modelId, [{ from: message.from, to: message.to }]),
      );
      return schedule();
    case "model":
      guarded("taking a change", () => evaluator.changed(message.modelId, "all"));
      return schedule();
    case "wake":
      guarded("reading monitors", () => evaluator.monitorsChanged());
      return schedule();
    case "stop":
      void stop();
  }
});

async function stop(): Promise<void> {
  clearInterval(tickTimer);
  clearInterval(dispatchTimer);
  if (timer !== null) clearTimeout(timer);
  if (next !== null) clearImmediate(next);
  // A receiver that does not answer must not hold up the end; its message is tried again after the next start.
  const impatient = setTimeout(() => void guard.agent.destroy(), STOP_PATIENCE_MS);
  await dispatcher.stop();
  clearTimeout(impatient);
  await guard.agent.destroy();
  reading.close();
  db.$client.close();
  tell({ kind: "stopped" });
  port?.close();
}

// What was committed while nobody listened is not known: everything is looked at once.
guarded("starting", () => {
  for (const { schema } of reading.catalog.list()) evaluator.changed(schema.modelId, "all");
});
schedule();
trimHeapOnceLoaded();
tell({ kind: "ready" });
