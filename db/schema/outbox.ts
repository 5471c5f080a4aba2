import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { alerts } from "#db/schema/alerts.ts";
import { channels } from "#db/schema/channels.ts";
import type { Message } from "#server/alerts/message.ts";

export const OUTBOX_STATUSES = ["queued", "sending", "delivered", "retry", "dead", "superseded"] as const;

/** Messages to channels, written in the transaction that changes the alert. A row's message never changes. */
export const outbox = sqliteTable(
  "outbox",
  {
    id: text("id").primaryKey(),
    channelId: text("channel_id")
      .notNull()
      .references(() => channels.id, { onDelete: "cascade" }),
    groupKey: text("group_key").notNull(),
    seq: integer("seq").notNull(),
    kind: text("kind", { enum: ["firing", "resolved", "test", "digest"] }).notNull(),
    message: text("message", { mode: "json" }).$type<Message>().notNull(),
    status: text("status", { enum: OUTBOX_STATUSES }).notNull(),
    attempts: integer("attempts").notNull(),
    nextAt: integer("next_at").notNull(),
    leaseUntil: integer("lease_until"),
    leaseOwner: text("lease_owner"),
    lastAttemptAt: integer("last_attempt_at"),
    lastCode: integer("last_code"),
    lastError: text("last_error"),
    supersededBy: text("superseded_by"),
    createdAt: integer("created_at").notNull(),
    deliveredAt: integer("delivered_at"),
  },
  (table) => [
    uniqueIndex("outbox_order").on(table.channelId, table.groupKey, table.seq),
    index("outbox_due").on(table.status, table.nextAt),
    index("outbox_channel").on(table.channelId, table.createdAt),
  ],
);

/** Which alerts a message speaks of, and as what: from this follows what a channel was told last. */
export const outboxAlerts = sqliteTable(
  "outbox_alerts",
  {
    outboxId: text("outbox_id")
      .notNull()
      .references(() => outbox.id, { onDelete: "cascade" }),
    alertId: text("alert_id")
      .notNull()
      .references(() => alerts.id, { onDelete: "cascade" }),
    state: text("state", { enum: ["firing", "resolved"] }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.outboxId, table.alertId] }),
    index("outbox_alerts_alert").on(table.alertId),
  ],
);
