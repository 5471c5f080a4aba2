import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { models } from "#db/schema/models.ts";
import { monitors, SEVERITIES } from "#db/schema/monitors.ts";
import type { CloseReason } from "#server/alerts/transition.ts";
import type { AlertTimelineItem, BacktestSlot, MonitorRule } from "#server/api/contract.ts";

export const VERDICTS = ["real", "false-alarm"] as const;

/** One firing episode of a monitor, with the rule it fired under. Slots are ends of windows in event time. */
export const alerts = sqliteTable(
  "alerts",
  {
    id: text("id").primaryKey(),
    monitorId: text("monitor_id")
      .notNull()
      .references(() => monitors.id, { onDelete: "cascade" }),
    modelId: integer("model_id")
      .notNull()
      .references(() => models.id, { onDelete: "cascade" }),
    kind: text("kind", { enum: ["breach", "no-data", "error"] }).notNull(),
    severity: text("severity", { enum: SEVERITIES }).notNull(),
    origin: text("origin", { enum: ["live", "backfill", "late"] }).notNull(),
    rule: text("rule", { mode: "json" }).$type<MonitorRule>().notNull(),
    ruleVersion: integer("rule_version").notNull(),
    onsetSlot: integer("onset_slot").notNull(),
    openedSlot: integer("opened_slot").notNull(),
    closedSlot: integer("closed_slot"),
    /** When it closed for people: the slot, or the moment at which a person or an edit ended it. */
    closedAt: integer("closed_at"),
    closeReason: text("close_reason").$type<CloseReason>(),
    /** The window that fired it as it was then, and the opening, worst and latest windows as they are now. */
    fired: text("fired", { mode: "json" }).$type<BacktestSlot>(),
    opening: text("opening", { mode: "json" }).$type<BacktestSlot>(),
    peak: text("peak", { mode: "json" }).$type<BacktestSlot>(),
    latest: text("latest", { mode: "json" }).$type<BacktestSlot>(),
    affected: integer("affected").notNull(),
    windows: integer("windows").notNull(),
    flaps: integer("flaps").notNull(),
    failure: text("failure"),
    acknowledgedBy: text("acknowledged_by"),
    acknowledgedAt: integer("acknowledged_at"),
    assignee: text("assignee"),
    silencedUntil: integer("silenced_until"),
    silencedBy: text("silenced_by"),
    /** What a person found it to be when they closed it. */
    verdict: text("verdict", { enum: VERDICTS }),
    /** Somebody acknowledged, assigned, silenced, resolved or noted it: it is never removed, only withdrawn. */
    touched: integer("touched", { mode: "boolean" }).notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    index("alerts_monitor").on(table.monitorId, table.openedSlot),
    index("alerts_model").on(table.modelId, table.openedSlot),
    index("alerts_opened").on(table.openedSlot, table.id),
    index("alerts_closed").on(table.closedAt),
  ],
);

export const alertTimeline = sqliteTable(
  "alert_timeline",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    alertId: text("alert_id")
      .notNull()
      .references(() => alerts.id, { onDelete: "cascade" }),
    /** An entry with a key is replaced by the next one with the same key. */
    key: text("key"),
    at: integer("at").notNull(),
    kind: text("kind").$type<AlertTimelineItem["kind"]>().notNull(),
    text: text("text").notNull(),
    actor: text("actor"),
  },
  (table) => [
    index("alert_timeline_alert").on(table.alertId, table.at),
    uniqueIndex("alert_timeline_key").on(table.alertId, table.key),
  ],
);
