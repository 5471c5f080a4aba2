import { and, asc, count, eq, gte, inArray, isNotNull, or } from "drizzle-orm";
import type { MetaDatabase } from "#db/open-meta.ts";
import { channels } from "#db/schema/channels.ts";
import { monitorChannels, monitors } from "#db/schema/monitors.ts";
import { outbox } from "#db/schema/outbox.ts";

export type ChannelRow = typeof channels.$inferSelect;

export function insertChannel(meta: MetaDatabase, row: ChannelRow): void {
  meta.insert(channels).values(row).run();
}

export function readChannel(meta: MetaDatabase, id: string): ChannelRow | null {
  return meta.select().from(channels).where(eq(channels.id, id)).get() ?? null;
}

export function readChannels(meta: MetaDatabase): ChannelRow[] {
  return meta.select().from(channels).orderBy(asc(channels.createdAt), asc(channels.id)).all();
}

/** The ids among those given that are channels. */
export function existingChannelIds(meta: MetaDatabase, ids: readonly string[]): Set<string> {
  if (ids.length === 0) return new Set();
  const rows = meta
    .select({ id: channels.id })
    .from(channels)
    .where(inArray(channels.id, [...ids]))
    .all();
  return new Set(rows.map((row) => row.id));
}

export function updateChannel(meta: MetaDatabase, id: string, change: Partial<ChannelRow>): void {
  meta.update(channels).set(change).where(eq(channels.id, id)).run();
}

export function deleteChannel(meta: MetaDatabase, id: string): void {
  meta.delete(channels).where(eq(channels.id, id)).run();
}

/** Monitors that tell each channel; deleted ones tell nobody. */
export function countMonitorsByChannel(meta: MetaDatabase): Map<string, number> {
  const rows = meta
    .select({ id: monitorChannels.channelId, deletedAt: monitors.deletedAt })
    .from(monitorChannels)
    .innerJoin(monitors, eq(monitors.id, monitorChannels.monitorId))
    .all();
  const counts = new Map<string, number>();
  for (const { id, deletedAt } of rows) {
    if (deletedAt === null) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

/** Messages written since then that have failed at least once and are still under way, or were given up. */
export function countFailures(meta: MetaDatabase, since: number): Map<string, number> {
  const rows = meta
    .select({ id: outbox.channelId, failures: count() })
    .from(outbox)
    .where(
      and(
        gte(outbox.createdAt, since),
        or(eq(outbox.status, "dead"), and(eq(outbox.status, "retry"), isNotNull(outbox.lastError))),
      ),
    )
    .groupBy(outbox.channelId)
    .all();
  return new Map(rows.map((row) => [row.id, row.failures]));
}
