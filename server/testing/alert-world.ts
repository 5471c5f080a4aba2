import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openMeta } from "#db/open-meta.ts";
import { readAlerts } from "#db/queries/alerts.ts";
import { readMonitorsWithDeleted } from "#db/queries/monitors.ts";
import { models } from "#db/schema/models.ts";
import { evaluateMonitor } from "#server/alerts/evaluate-monitor.ts";
import { HOUR_MS, slotOf } from "#server/alerts/fixtures.ts";
import { NOTICE_TIMING } from "#server/alerts/notice-timing.ts";
import type { ChangedRange } from "#server/alerts/slot-ranges.ts";
import { type BacktestSlot, CreateMonitorInput } from "#server/api/contract.ts";
import { fixedClock } from "#server/kernel/clock.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import type { EvaluationSource } from "#server/monitors/evaluation-source.ts";
import { createMonitor } from "#server/monitors/manage-monitors.ts";

export const MODEL: ModelSchema = {
  modelId: 1,
  slug: "flight-late",
  task: "binary",
  windowMs: HOUR_MS,
  positiveClass: "late",
  threshold: 0.5,
  features: [
    { name: "distance", type: "number", segment: false },
    { name: "carrier", type: "category", segment: true },
  ],
  dimensions: ["channel"],
  revision: 1,
};

/** A meta.db of its own with one model, whose windows are whatever a test says they are. Hours since 1970. */
export function openAlertWorld(startHour = 1_000) {
  const folder = mkdtempSync(join(tmpdir(), "alerts-world-"));
  const path = join(folder, "meta.db");
  let db = openMeta(path);
  db.insert(models)
    .values({
      id: MODEL.modelId,
      slug: MODEL.slug,
      name: "Flight late",
      task: MODEL.task,
      windowMs: MODEL.windowMs,
      positiveClass: MODEL.positiveClass,
      threshold: MODEL.threshold,
      origin: "api",
      revision: 1,
      createdAt: 0,
    })
    .run();
  const clock = fixedClock(startHour * HOUR_MS);
  const slots = new Map<number, BacktestSlot>();
  let receivedAt = 0;
  let broken: Error | null = null;

  const source: EvaluationSource = {
    facts: (_modelId) => {
      const ends = [...slots.keys()];
      if (ends.length === 0) return null;
      // The last row of a window comes at its very end, so that the window is sealed with it.
      const watermark = Math.max(...ends);
      return { firstTs: Math.min(...ends) - HOUR_MS, watermark, lastReceivedAt: receivedAt };
    },
    evaluate: (_modelId, _rule, from, to) => {
      if (broken !== null) throw broken;
      return [...slots.entries()]
        .filter(([end]) => end - HOUR_MS >= from && end <= to)
        .sort(([a], [b]) => a - b)
        .map(([, slot]) => slot);
    },
  };
  const registry = {
    find: (slug: string) => (slug === MODEL.slug ? MODEL : null),
    byId: (id: number) => (id === MODEL.modelId ? MODEL : null),
  };

  const world = {
    folder,
    path,
    clock,
    source,
    registry,
    get db() {
      return db;
    },
    livingSince: null as number | null,
    /** Rows of the window that ends at that hour, as of now. */
    put(hour: number, value: number | null, more: Partial<BacktestSlot> = {}) {
      slots.set(hour * HOUR_MS, slotOf(hour, value, more));
      receivedAt = clock.now();
    },
    remove(hour: number) {
      slots.delete(hour * HOUR_MS);
    },
    breakSource(error: Error | null) {
      broken = error;
    },
    monitor(input: Partial<Parameters<typeof CreateMonitorInput.parse>[0] & object> = {}) {
      return createMonitor({
        db,
        clock,
        models: registry,
        actor: "ann@example.org",
        input: CreateMonitorInput.parse({
          model: MODEL.slug,
          metric: "roc_auc",
          op: "below",
          limit: 0.7,
          window: "1h",
          minN: 100,
          ...input,
        }),
      });
    },
    /** One pass over every monitor; windows that ended at those hours changed. */
    evaluate(changes: readonly [fromHour: number, toHour: number][] | "all" = []) {
      const ranges: ChangedRange[] | "all" =
        changes === "all"
          ? "all"
          : changes.map(([from, to]) => ({ from: (from - 1) * HOUR_MS, to: (to - 1) * HOUR_MS }));
      return readMonitorsWithDeleted(db).map((monitor) =>
        evaluateMonitor({
          db,
          source,
          monitor,
          changes: ranges,
          livingSince: world.livingSince,
          now: clock.now(),
          timing: NOTICE_TIMING,
        }),
      );
    },
    /** A window ends now and its rows are in. */
    live(hour: number, value: number | null, more: Partial<BacktestSlot> = {}) {
      clock.set(hour * HOUR_MS);
      world.livingSince ??= clock.now();
      world.put(hour, value, more);
      world.evaluate([[hour, hour]]);
    },
    alerts() {
      const all = readAlerts(db, { status: "all", limit: 1000, before: null, now: clock.now() });
      // Ids are random: alerts of one slot are told apart by the version of their rule.
      return all.sort((a, b) => a.openedSlot - b.openedSlot || a.ruleVersion - b.ruleVersion);
    },
    /** What the alert list says, in hours. */
    episodes() {
      return world.alerts().map((alert) => ({
        kind: alert.kind,
        origin: alert.origin,
        onset: alert.onsetSlot / HOUR_MS,
        opened: alert.openedSlot / HOUR_MS,
        closed: alert.closedSlot === null ? null : alert.closedSlot / HOUR_MS,
        reason: alert.closeReason,
      }));
    },
    reopen() {
      db.$client.close();
      db = openMeta(path);
    },
    close() {
      db.$client.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}

export type AlertWorld = ReturnType<typeof openAlertWorld>;
