import { and, asc, count, eq, gt, inArray, isNull } from "drizzle-orm";
import type { MetaDatabase } from "#db/open-meta.ts";
import { alerts } from "#db/schema/alerts.ts";
import { models } from "#db/schema/models.ts";
import { livingModels, monitorChannels, monitorProgress, monitors } from "#db/schema/monitors.ts";

export type MonitorRow = typeof monitors.$inferSelect;
export type ProgressRow = typeof monitorProgress.$inferSelect;

export interface StoredMonitor extends MonitorRow {
  readonly model: string;
}

export function insertMonitor(meta: MetaDatabase, row: MonitorRow): void {
  meta.insert(monitors).values(row).run();
}

export function updateMonitorRow(meta: MetaDatabase, id: string, change: Partial<MonitorRow>): void {
  meta.update(monitors).set(change).where(eq(monitors.id, id)).run();
}

/** Null when there is none or it was deleted. */
export function readMonitor(meta: MetaDatabase, id: string): StoredMonitor | null {
  const row = withModel(meta)
    .where(and(eq(monitors.id, id), isNull(monitors.deletedAt)))
    .get();
  return row === undefined ? null : flat(row);
}

export function readMonitors(meta: MetaDatabase, modelId?: number): StoredMonitor[] {
  const live = isNull(monitors.deletedAt);
  return withModel(meta)
    .where(modelId === undefined ? live : and(live, eq(monitors.modelId, modelId)))
    .orderBy(asc(models.slug), asc(monitors.createdAt), asc(monitors.id))
    .all()
    .map(flat);
}

/** Deleted ones too: their alerts go on being shown, and the evaluator closes what they left open. */
export function readMonitorsWithDeleted(meta: MetaDatabase, ids?: readonly string[]): StoredMonitor[] {
  const query = withModel(meta);
  return (ids === undefined ? query : query.where(inArray(monitors.id, [...ids]))).all().map(flat);
}

function withModel(meta: MetaDatabase) {
  return meta
    .select({ monitor: monitors, model: models.slug })
    .from(monitors)
    .innerJoin(models, eq(models.id, monitors.modelId))
    .$dynamic();
}

function flat(row: { monitor: MonitorRow; model: string }): StoredMonitor {
  return { ...row.monitor, model: row.model };
}

export function replaceMonitorChannels(
  meta: MetaDatabase,
  monitorId: string,
  channelIds: readonly string[],
): void {
  meta.delete(monitorChannels).where(eq(monitorChannels.monitorId, monitorId)).run();
  if (channelIds.length === 0) return;
  meta
    .insert(monitorChannels)
    .values([...new Set(channelIds)].map((channelId) => ({ monitorId, channelId })))
    .run();
}

/** Channel ids by monitor. */
export function readMonitorChannels(
  meta: MetaDatabase,
  monitorIds: readonly string[],
): Map<string, string[]> {
  const byMonitor = new Map<string, string[]>();
  if (monitorIds.length === 0) return byMonitor;
  const rows = meta
    .select()
    .from(monitorChannels)
    .where(inArray(monitorChannels.monitorId, [...monitorIds]))
    .orderBy(asc(monitorChannels.channelId))
    .all();
  for (const { monitorId, channelId } of rows) {
    byMonitor.set(monitorId, [...(byMonitor.get(monitorId) ?? []), channelId]);
  }
  return byMonitor;
}

export function readProgress(meta: MetaDatabase, monitorId: string): ProgressRow | null {
  return meta.select().from(monitorProgress).where(eq(monitorProgress.monitorId, monitorId)).get() ?? null;
}

export function readProgressOf(meta: MetaDatabase, monitorIds: readonly string[]): Map<string, ProgressRow> {
  if (monitorIds.length === 0) return new Map();
  const rows = meta
    .select()
    .from(monitorProgress)
    .where(inArray(monitorProgress.monitorId, [...monitorIds]))
    .all();
  return new Map(rows.map((row) => [row.monitorId, row]));
}

export function writeProgress(meta: MetaDatabase, row: ProgressRow): void {
  meta
    .insert(monitorProgress)
    .values(row)
    .onConflictDoUpdate({ target: monitorProgress.monitorId, set: row })
    .run();
}

/** Alerts by monitor whose windows ended after that instant. */
export function countAlertsSince(
  meta: MetaDatabase,
  monitorIds: readonly string[],
  since: number,
): Map<string, number> {
  if (monitorIds.length === 0) return new Map();
  const rows = meta
    .select({ id: alerts.monitorId, fired: count() })
    .from(alerts)
    .where(and(inArray(alerts.monitorId, [...monitorIds]), gt(alerts.openedSlot, since)))
    .groupBy(alerts.monitorId)
    .all();
  return new Map(rows.map((row) => [row.id, row.fired]));
}

export function readLivingModels(meta: MetaDatabase): Map<number, number> {
  const rows = meta.select().from(livingModels).all();
  return new Map(rows.map((row) => [row.modelId, row.since]));
}

export function markLiving(meta: MetaDatabase, modelId: number, since: number): void {
  meta.insert(livingModels).values({ modelId, since }).onConflictDoNothing().run();
}
