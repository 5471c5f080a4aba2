import { and, asc, desc, eq, gt, inArray, lt, lte, max, ne, notExists, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { MetaDatabase } from "#db/open-meta.ts";
import { alerts } from "#db/schema/alerts.ts";
import { outbox, outboxAlerts } from "#db/schema/outbox.ts";

export type OutboxRow = typeof outbox.$inferSelect;
export type NewMessage = Pick<
  OutboxRow,
  "id" | "channelId" | "groupKey" | "kind" | "message" | "attempts" | "nextAt" | "createdAt"
>;

const UNDELIVERED = ["queued", "retry"] as const;

/** Appends a message to its group; messages of a group leave in this order. */
export function insertMessage(
  meta: MetaDatabase,
  message: NewMessage,
  about: readonly { readonly alertId: string; readonly state: "firing" | "resolved" }[],
): void {
  const last = meta
    .select({ seq: max(outbox.seq) })
    .from(outbox)
    .where(and(eq(outbox.channelId, message.channelId), eq(outbox.groupKey, message.groupKey)))
    .get();
  meta
    .insert(outbox)
    .values({ ...message, seq: (last?.seq ?? 0) + 1, status: message.attempts > 0 ? "retry" : "queued" })
    .run();
  if (about.length === 0) return;
  meta
    .insert(outboxAlerts)
    .values(about.map((entry) => ({ outboxId: message.id, ...entry })))
    .run();
}

/** Messages of a group that are waiting, oldest first; one that is being sent is not among them. */
export function readWaiting(meta: MetaDatabase, channelId: string, groupKey: string): OutboxRow[] {
  return meta
    .select()
    .from(outbox)
    .where(
      and(
        eq(outbox.channelId, channelId),
        eq(outbox.groupKey, groupKey),
        inArray(outbox.status, [...UNDELIVERED]),
      ),
    )
    .orderBy(asc(outbox.seq))
    .all();
}

export function supersede(meta: MetaDatabase, ids: readonly string[], by: string): void {
  if (ids.length === 0) return;
  meta
    .update(outbox)
    .set({ status: "superseded", supersededBy: by })
    .where(inArray(outbox.id, [...ids]))
    .run();
}

/** When the group last had a message that counts. */
export function readLastMessageAt(meta: MetaDatabase, channelId: string, groupKey: string): number | null {
  const row = meta
    .select({ at: max(outbox.createdAt) })
    .from(outbox)
    .where(
      and(eq(outbox.channelId, channelId), eq(outbox.groupKey, groupKey), ne(outbox.status, "superseded")),
    )
    .get();
  return row?.at ?? null;
}

export interface Told {
  readonly alertId: string;
  readonly channelId: string;
  readonly state: "firing" | "resolved";
  readonly status: OutboxRow["status"];
  readonly at: number;
}

/** The last message of each channel about each alert; what a later message replaced does not count. */
export function readTold(meta: MetaDatabase, alertIds: readonly string[]): Told[] {
  if (alertIds.length === 0) return [];
  const rows = meta
    .select({
      alertId: outboxAlerts.alertId,
      channelId: outbox.channelId,
      state: outboxAlerts.state,
      status: outbox.status,
      at: outbox.createdAt,
    })
    .from(outboxAlerts)
    .innerJoin(outbox, eq(outbox.id, outboxAlerts.outboxId))
    .where(and(inArray(outboxAlerts.alertId, [...alertIds]), ne(outbox.status, "superseded")))
    .orderBy(asc(outbox.seq))
    .all();
  const last = new Map(rows.map((row) => [`${row.channelId} ${row.alertId}`, row]));
  return [...last.values()];
}

/** Messages to a channel about any alert of a monitor since then. */
export function countMessages(
  meta: MetaDatabase,
  channelId: string,
  monitorId: string,
  since: number,
): number {
  return meta
    .selectDistinct({ id: outbox.id })
    .from(outboxAlerts)
    .innerJoin(outbox, eq(outbox.id, outboxAlerts.outboxId))
    .innerJoin(alerts, eq(alerts.id, outboxAlerts.alertId))
    .where(
      and(
        eq(alerts.monitorId, monitorId),
        eq(outbox.channelId, channelId),
        gt(outbox.createdAt, since),
        ne(outbox.status, "superseded"),
      ),
    )
    .all().length;
}

/** Due messages that nothing of their own group precedes: the oldest undelivered of each group. */
export function readDue(meta: MetaDatabase, now: number, limit: number): OutboxRow[] {
  const earlier = alias(outbox, "earlier");
  return meta
    .select()
    .from(outbox)
    .where(
      and(
        inArray(outbox.status, [...UNDELIVERED]),
        lte(outbox.nextAt, now),
        notExists(
          meta
            .select({ one: sql`1` })
            .from(earlier)
            .where(
              and(
                eq(earlier.channelId, outbox.channelId),
                eq(earlier.groupKey, outbox.groupKey),
                lt(earlier.seq, outbox.seq),
                inArray(earlier.status, [...UNDELIVERED, "sending"]),
              ),
            ),
        ),
      ),
    )
    .orderBy(asc(outbox.nextAt), asc(outbox.createdAt), asc(outbox.seq))
    .limit(limit)
    .all();
}

export function updateMessage(meta: MetaDatabase, id: string, change: Partial<OutboxRow>): void {
  meta.update(outbox).set(change).where(eq(outbox.id, id)).run();
}

/** A mark counts only from the one who holds the lease: a sender that was given up on must not overwrite its heir. */
export function finishMessage(
  meta: MetaDatabase,
  id: string,
  owner: string,
  change: Partial<OutboxRow>,
): boolean {
  const done = meta
    .update(outbox)
    .set({ ...change, leaseUntil: null, leaseOwner: null })
    .where(and(eq(outbox.id, id), eq(outbox.status, "sending"), eq(outbox.leaseOwner, owner)))
    .run();
  return done.changes === 1;
}

/** Whoever sent these is gone: they are tried again under the same id. */
export function releaseExpired(meta: MetaDatabase, now: number): number {
  return meta
    .update(outbox)
    .set({ status: "retry", leaseUntil: null, leaseOwner: null, nextAt: now })
    .where(and(eq(outbox.status, "sending"), lte(outbox.leaseUntil, now)))
    .run().changes;
}

export function abandonMessages(meta: MetaDatabase, channelId: string, error: string): void {
  meta
    .update(outbox)
    .set({ status: "dead", lastError: error })
    .where(and(eq(outbox.channelId, channelId), inArray(outbox.status, [...UNDELIVERED])))
    .run();
}

export function readMessage(meta: MetaDatabase, id: string): OutboxRow | null {
  return meta.select().from(outbox).where(eq(outbox.id, id)).get() ?? null;
}

/** The latest messages of a channel, latest first. */
export function readDeliveries(meta: MetaDatabase, channelId: string, limit: number): OutboxRow[] {
  return meta
    .select()
    .from(outbox)
    .where(eq(outbox.channelId, channelId))
    .orderBy(desc(outbox.createdAt), desc(outbox.seq))
    .limit(limit)
    .all();
}

export function readMessageAlerts(meta: MetaDatabase, outboxIds: readonly string[]): Map<string, string[]> {
  const byMessage = new Map<string, string[]>();
  if (outboxIds.length === 0) return byMessage;
  const rows = meta
    .select({ outboxId: outboxAlerts.outboxId, alertId: outboxAlerts.alertId })
    .from(outboxAlerts)
    .where(inArray(outboxAlerts.outboxId, [...outboxIds]))
    .all();
  for (const { outboxId, alertId } of rows) {
    byMessage.set(outboxId, [...(byMessage.get(outboxId) ?? []), alertId]);
  }
  return byMessage;
}

/** The instant at which the next message is due, and the age of the oldest that is not delivered. */
export function readBacklog(meta: MetaDatabase): {
  nextAt: number | null;
  oldestAt: number | null;
  waiting: number;
} {
  const row = meta
    .select({
      nextAt: sql<number | null>`min(${outbox.nextAt})`,
      oldestAt: sql<number | null>`min(${outbox.createdAt})`,
      waiting: sql<number>`count(*)`,
    })
    .from(outbox)
    .where(inArray(outbox.status, [...UNDELIVERED, "sending"]))
    .get();
  return row ?? { nextAt: null, oldestAt: null, waiting: 0 };
}

/** Finished messages older than that are history nobody asks for. */
export function deleteOldMessages(meta: MetaDatabase, before: number): number {
  return meta
    .delete(outbox)
    .where(and(inArray(outbox.status, ["delivered", "dead", "superseded"]), lt(outbox.createdAt, before)))
    .run().changes;
}
