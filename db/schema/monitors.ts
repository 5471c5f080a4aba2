import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { channels } from "#db/schema/channels.ts";
import { models } from "#db/schema/models.ts";
import type { MonitorState } from "#server/alerts/transition.ts";
import type { BacktestSlot, MetricStatus, Monitor, MonitorRule, SlotEvidence } from "#server/api/contract.ts";

export const SEVERITIES = ["page", "ticket"] as const;

/** A deleted monitor stays for its alerts; it is no longer evaluated or listed. */
export const monitors = sqliteTable(
  "monitors",
  {
    id: text("id").primaryKey(),
    modelId: integer("model_id")
      .notNull()
      .references(() => models.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    severity: text("severity", { enum: SEVERITIES }).notNull(),
    rule: text("rule", { mode: "json" }).$type<MonitorRule>().notNull(),
    ruleVersion: integer("rule_version").notNull(),
    ruleChangedAt: integer("rule_changed_at").notNull(),
    enabled: integer("enabled", { mode: "boolean" }).notNull(),
    runbook: text("runbook").notNull(),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by").notNull(),
    updatedAt: integer("updated_at").notNull(),
    deletedAt: integer("deleted_at"),
  },
  (table) => [index("monitors_model").on(table.modelId)],
);

export const monitorChannels = sqliteTable(
  "monitor_channels",
  {
    monitorId: text("monitor_id")
      .notNull()
      .references(() => monitors.id, { onDelete: "cascade" }),
    channelId: text("channel_id")
      .notNull()
      .references(() => channels.id, { onDelete: "cascade" }),
  },
  (table) => [
    primaryKey({ columns: [table.monitorId, table.channelId] }),
    index("monitor_channels_channel").on(table.channelId),
  ],
);

/** How far the evaluator came with a monitor. Written by the evaluator only, in the transaction of its alerts. */
export const monitorProgress = sqliteTable("monitor_progress", {
  monitorId: text("monitor_id")
    .primaryKey()
    .references(() => monitors.id, { onDelete: "cascade" }),
  ruleVersion: integer("rule_version").notNull(),
  /** Windows up to this instant were judged under that rule. */
  sealedUntil: integer("sealed_until"),
  state: text("state").$type<Monitor["state"]>().notNull(),
  stateSince: integer("state_since"),
  reason: text("reason").notNull(),
  last: text("last", { mode: "json" }).$type<BacktestSlot>(),
  evaluatedAt: integer("evaluated_at").notNull(),
  /** Passes that failed in a row, since when, and why. */
  failures: integer("failures").notNull(),
  failingSince: integer("failing_since"),
  failure: text("failure"),
});

/** What each judged window said, and the reducer's state after it: a change in the past is replayed from there. */
export const monitorSlots = sqliteTable(
  "monitor_slots",
  {
    monitorId: text("monitor_id")
      .notNull()
      .references(() => monitors.id, { onDelete: "cascade" }),
    /** End of the window, milliseconds. */
    slot: integer("slot").notNull(),
    value: real("value"),
    lo: real("lo"),
    hi: real("hi"),
    n: integer("n").notNull(),
    rows: integer("rows"),
    status: text("status").$type<MetricStatus>().notNull(),
    version: text("version"),
    observation: text("observation").notNull(),
    evidence: text("evidence", { mode: "json" }).$type<SlotEvidence>(),
    /** Null when nothing is open or pending after this slot. */
    state: text("state", { mode: "json" }).$type<MonitorState>(),
  },
  (table) => [primaryKey({ columns: [table.monitorId, table.slot] })],
);

/** Models whose rows have ever arrived fresh: only for them can silence mean anything. */
export const livingModels = sqliteTable("living_models", {
  modelId: integer("model_id")
    .primaryKey()
    .references(() => models.id, { onDelete: "cascade" }),
  since: integer("since").notNull(),
});
