import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type MetaDatabase, openMeta } from "#db/open-meta.ts";
import { listAlerts } from "#server/alerts/manage-alerts.ts";
import { CreateMonitorInput } from "#server/api/contract.ts";
import { systemClock } from "#server/kernel/clock.ts";
import { type OpenModelRegistry, openModelRegistry } from "#server/models/open-model-registry.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import { createMonitor } from "#server/monitors/manage-monitors.ts";
import { createChannel } from "#server/notify/manage-channels.ts";
import { createSecretBox } from "#server/notify/secret-box.ts";
import { createTargetGuard } from "#server/notify/target-guard.ts";
import type { EventWriter } from "#server/store/event-store.ts";
import { openEventWriter } from "#server/store/sqlite/event-writer.ts";
import { groupOf } from "#server/store/testing/groups.ts";
import { openWebhookSink, type WebhookSink } from "#server/testing/webhook-sink.ts";
import { createWindowFolder } from "#server/windows/window-folder.ts";
import type { EvaluatorData, FromEvaluator, ToEvaluator } from "#server/workers/evaluator-messages.ts";

const SECRET_KEY = "a secret key of thirty-two characters";
const HOUR_MS = 3_600_000;
const lastHour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;

let folder: string;
let meta: MetaDatabase;
let registry: OpenModelRegistry;
let model: ModelSchema;
let writer: EventWriter;
let sink: WebhookSink;
let worker: Worker | null = null;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "alerts-evaluator-"));
  meta = openMeta(join(folder, "meta.db"));
  registry = openModelRegistry(meta, systemClock);
  model = registry.create({
    slug: "flight-late",
    task: "binary",
    positiveClass: "late",
    features: [{ name: "carrier", type: "category", segment: false }],
    origin: "api",
  });
  registry.touchVersion(model.modelId, "v1");
  writer = openEventWriter({
    directory: folder,
    createFolder: createWindowFolder,
    schemas: [model],
    minFreeBytes: 0,
  });
  sink = await openWebhookSink();
});
afterEach(async () => {
  await worker?.terminate();
  worker = null;
  writer.close();
  meta.$client.close();
  await sink.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(): Worker {
  const data: EvaluatorData = {
    dataFolder: folder,
    secretKey: SECRET_KEY,
    publicUrl: "http://plumbline.example.org",
    allowedPrivateTargets: ["127.0.0.1"],
    logLevel: "error",
    timing: { waitMs: { page: 0, ticket: 0 } },
  };
  const started = new Worker(new URL("./evaluator.ts", import.meta.url), { workerData: data });
  worker = started;
  return started;
}
function heard(from: Worker, kind: FromEvaluator["kind"]): Promise<void> {
  return new Promise((resolve, reject) => {
    from.on("error", reject);
    from.on("message", (message: FromEvaluator) => {
      if (message.kind === kind) resolve();
    });
  });
}
function tell(message: ToEvaluator): void {
  worker?.postMessage(message);
}
/** A window of rows whose carrier is missing in that share of them. */
function log(hoursAgo: number, missingShare: number, rows = 200) {
  const start = lastHour - hoursAgo * HOUR_MS;
  const { changes } = writer.append(
    groupOf(
      [
        {
          predictions: [
            {
              modelId: model.modelId,
              rows: Array.from({ length: rows }, (_, index) => ({
                id: `${hoursAgo}-${index}`,
                ts: start + index * 1_000,
                cells: {
                  "features.carrier": index < rows * missingShare ? null : "B6",
                  "output.probability": 0.3,
                },
              })),
            },
          ],
        },
      ],
      Date.now(),
    ),
  );
  for (const change of changes) tell({ kind: "windows", ...change });
}
function monitor(channels: string[]) {
  return createMonitor({
    db: meta,
    clock: systemClock,
    models: registry,
    actor: "ann@example.org",
    input: CreateMonitorInput.parse({
      model: "flight-late",
      metric: "null_rate",
      feature: "carrier",
      op: "above",
      limit: 0.1,
      window: "1h",
      severity: "page",
      channels,
    }),
  });
}
const alerts = () =>
  listAlerts({ db: meta, clock: systemClock, models: registry, input: { status: "all" } }).alerts;

test("from logged rows to a webhook: real store, windows, metrics, thread and receiver", async () => {
  const guard = createTargetGuard({ allowedPrivateTargets: ["127.0.0.1"], connectTimeoutMs: 1_000 });
  const box = createSecretBox(SECRET_KEY);
  const input = { kind: "webhook", name: "On call", url: sink.url } as const;
  const channel = createChannel({ db: meta, clock: systemClock, actor: "ann", box, guard, input });
  monitor([channel.id]);
  for (let hoursAgo = 12; hoursAgo > 4; hoursAgo -= 1) log(hoursAgo, hoursAgo === 8 ? 0.5 : 0);
  const running = start();
  await heard(running, "ready");
  // History since before the thread began is looked at; its alert is told to nobody.
  await heard(running, "alerts");
  expect(alerts()).toMatchObject([{ origin: "backfill", status: "resolved", value: 0.5, n: 200 }]);
  expect(sink.received).toEqual([]);

  const delivered = heard(running, "channels");
  for (let hoursAgo = 4; hoursAgo >= 1; hoursAgo -= 1) log(hoursAgo, hoursAgo <= 2 ? 0.4 : 0);
  // The newest row seals every window before its own.
  log(0, 0, 1);
  await delivered;
  expect(sink.received).toHaveLength(1);
  expect(JSON.parse(sink.received[0]?.body ?? "").data.alerts).toMatchObject([
    { state: "firing", metric: "null_rate", feature: "carrier", value: 0.4, n: 200, limit: 0.1 },
  ]);
  const stopped = heard(running, "stopped");
  tell({ kind: "stop" });
  await stopped;
  expect(alerts()).toHaveLength(2);
});

test("a thread that starts again tells nothing twice and judges what it missed", async () => {
  monitor([]);
  for (let hoursAgo = 6; hoursAgo >= 1; hoursAgo -= 1) log(hoursAgo, hoursAgo === 1 ? 0.4 : 0);
  log(0, 0, 1);
  const first = start();
  await heard(first, "alerts");
  const before = alerts();
  expect(before).toHaveLength(1);
  await first.terminate();
  const again = start();
  await heard(again, "ready");
  const edited = monitor([]);
  tell({ kind: "wake" });
  await heard(again, "alerts");
  expect(alerts()).toHaveLength(2);
  expect(alerts().find((alert) => alert.monitorId !== edited.id)).toEqual(before[0]);
});
