import {
  and,
  asc,
  count,
  desc,
  eq,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lte,
  ne,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import type { MetaDatabase } from "#db/open-meta.ts";
import { alerts, alertTimeline } from "#db/schema/alerts.ts";
import { models } from "#db/schema/models.ts";
import { monitorProgress, monitors } from "#db/schema/monitors.ts";

export type AlertRow = typeof alerts.$inferSelect;
export type TimelineRow = Omit<typeof alertTimeline.$inferInsert, "id">;

/** An alert with what its monitor and model are called now. */
export interface StoredAlert extends AlertRow {
  readonly model: string;
  readonly monitorName: string;
  readonly runbook: string;
}

export function insertAlert(meta: MetaDatabase, row: AlertRow): void {
  meta.insert(alerts).values(row).run();
}

export function updateAlert(meta: MetaDatabase, id: string, change: Partial<AlertRow>): void {
  meta.update(alerts).set(change).where(eq(alerts.id, id)).run();
}

export function deleteAlert(meta: MetaDatabase, id: string): void {
  meta.delete(alerts).where(eq(alerts.id, id)).run();
}

export function readAlert(meta: MetaDatabase, id: string): StoredAlert | null {
  const row = withNames(meta).where(eq(alerts.id, id)).get();
  return row === undefined ? null : flat(row);
}

export function readAlertsById(meta: MetaDatabase, ids: readonly string[]): StoredAlert[] {
  if (ids.length === 0) return [];
  return withNames(meta)
    .where(inArray(alerts.id, [...ids]))
    .all()
    .map(flat);
}

function withNames(meta: MetaDatabase) {
  return meta
    .select({ alert: alerts, model: models.slug, monitorName: monitors.name, runbook: monitors.runbook })
    .from(alerts)
    .innerJoin(models, eq(models.id, alerts.modelId))
    .innerJoin(monitors, eq(monitors.id, alerts.monitorId))
    .$dynamic();
}

function flat(row: { alert: AlertRow; model: string; monitorName: string; runbook: string }): StoredAlert {
  return { ...row.alert, model: row.model, monitorName: row.monitorName, runbook: row.runbook };
}

export type AlertStatus = "open" | "acknowledged" | "silenced" | "resolved";

export interface AlertFilter {
  readonly modelId?: number;
  readonly severity?: "page" | "ticket";
  /** `active` is open or acknowledged; `all` is everything. */
  readonly status: AlertStatus | "active" | "all";
  readonly limit: number;
  /** Opened before this slot, or at it with a smaller id. */
  readonly before: { readonly slot: number; readonly id: string } | null;
  readonly now: number;
}

export function readAlerts(meta: MetaDatabase, filter: AlertFilter): StoredAlert[] {
  const { before } = filter;
  return withNames(meta)
    .where(
      and(
        scopeOf(filter),
        statusOf(filter.status, filter.now),
        before === null
          ? undefined
          : or(
              sql`${alerts.openedSlot} < ${before.slot}`,
              and(eq(alerts.openedSlot, before.slot), sql`${alerts.id} < ${before.id}`),
            ),
      ),
    )
    .orderBy(desc(alerts.openedSlot), desc(alerts.id))
    .limit(filter.limit)
    .all()
    .map(flat);
}

export function countAlerts(
  meta: MetaDatabase,
  filter: Pick<AlertFilter, "modelId" | "severity" | "now">,
): Record<AlertStatus, number> {
  const of = (status: AlertStatus) =>
    meta
      .select({ total: count() })
      .from(alerts)
      .where(and(scopeOf(filter), statusOf(status, filter.now)))
      .get()?.total ?? 0;
  return {
    open: of("open"),
    acknowledged: of("acknowledged"),
    silenced: of("silenced"),
    resolved: of("resolved"),
  };
}

function scopeOf(filter: Pick<AlertFilter, "modelId" | "severity">): SQL | undefined {
  return and(
    filter.modelId === undefined ? undefined : eq(alerts.modelId, filter.modelId),
    filter.severity === undefined ? undefined : eq(alerts.severity, filter.severity),
  );
}

/** The words of `statusOfAlert`, as conditions: a silence outweighs an acknowledgement while it lasts. */
function statusOf(status: AlertFilter["status"], now: number): SQL | undefined {
  const open = isNull(alerts.closedAt);
  const silenced = gt(alerts.silencedUntil, now);
  const audible = or(isNull(alerts.silencedUntil), lte(alerts.silencedUntil, now));
  switch (status) {
    case "all":
      return undefined;
    case "resolved":
      return isNotNull(alerts.closedAt);
    case "silenced":
      return and(open, silenced);
    case "acknowledged":
      return and(open, audible, isNotNull(alerts.acknowledgedBy));
    case "open":
      return and(open, audible, isNull(alerts.acknowledgedBy));
    case "active":
      return and(open, audible);
  }
}

export function readOpenAlerts(meta: MetaDatabase, monitorId: string): AlertRow[] {
  return meta
    .select()
    .from(alerts)
    .where(and(eq(alerts.monitorId, monitorId), isNull(alerts.closedAt)))
    .orderBy(asc(alerts.openedSlot))
    .all();
}

/** Episodes under a monitor's present rule that were open after one slot and had begun by another, oldest first. */
export function readEpisodes(
  meta: MetaDatabase,
  monitor: { readonly id: string; readonly ruleVersion: number },
  afterSlot: number,
  untilSlot: number,
): AlertRow[] {
  return meta
    .select()
    .from(alerts)
    .where(
      and(
        eq(alerts.monitorId, monitor.id),
        eq(alerts.ruleVersion, monitor.ruleVersion),
        ne(alerts.kind, "error"),
        lte(alerts.onsetSlot, untilSlot),
        or(gt(alerts.openedSlot, afterSlot), isNull(alerts.closedSlot), gt(alerts.closedSlot, afterSlot)),
      ),
    )
    .orderBy(asc(alerts.openedSlot))
    .all();
}

/** Episodes that ended by another hand than the data's; a replay has to end them there again. */
export function readHandClosed(meta: MetaDatabase, monitorId: string, ruleVersion: number): AlertRow[] {
  return meta
    .select()
    .from(alerts)
    .where(
      and(
        eq(alerts.monitorId, monitorId),
        eq(alerts.ruleVersion, ruleVersion),
        inArray(alerts.closeReason, ["by-person", "paused"]),
      ),
    )
    .orderBy(asc(alerts.closedSlot))
    .all();
}

/** Monitors with an alert that a person resolved since they were last judged. */
export function readResolvedByHand(meta: MetaDatabase): string[] {
  return meta
    .selectDistinct({ id: alerts.monitorId })
    .from(alerts)
    .innerJoin(monitorProgress, eq(monitorProgress.monitorId, alerts.monitorId))
    .where(and(eq(alerts.closeReason, "by-person"), gte(alerts.closedAt, monitorProgress.evaluatedAt)))
    .all()
    .map((row) => row.id);
}

/** Earlier alerts of the same monitor, latest first. */
export function readPastAlerts(meta: MetaDatabase, alert: AlertRow, limit: number): AlertRow[] {
  return meta
    .select()
    .from(alerts)
    .where(
      and(
        eq(alerts.monitorId, alert.monitorId),
        ne(alerts.id, alert.id),
        lte(alerts.openedSlot, alert.openedSlot),
      ),
    )
    .orderBy(desc(alerts.openedSlot))
    .limit(limit)
    .all();
}

/** Breaches that opened since an instant: the rule that fired them, and what people found them to be. */
export function readVerdicts(
  meta: MetaDatabase,
  modelId: number,
  since: number,
): Pick<AlertRow, "rule" | "verdict">[] {
  return meta
    .select({ rule: alerts.rule, verdict: alerts.verdict })
    .from(alerts)
    .where(and(eq(alerts.modelId, modelId), eq(alerts.kind, "breach"), gt(alerts.openedSlot, since)))
    .all();
}

/** Alerts that a channel may still have to hear of: open and live, or closed since then. */
export function readAlertsToTell(meta: MetaDatabase, closedSince: number): string[] {
  return meta
    .select({ id: alerts.id })
    .from(alerts)
    .where(
      and(
        eq(alerts.origin, "live"),
        or(isNull(alerts.closedAt), and(isNotNull(alerts.closedAt), gte(alerts.updatedAt, closedSince))),
      ),
    )
    .all()
    .map((row) => row.id);
}

/** Open alerts that nobody silenced, by model: for lists of models. */
export function countOpenAlerts(
  meta: MetaDatabase,
  now: number,
): Map<number, { page: number; ticket: number }> {
  const rows = meta
    .select({ modelId: alerts.modelId, severity: alerts.severity, total: count() })
    .from(alerts)
    .where(statusOf("active", now))
    .groupBy(alerts.modelId, alerts.severity)
    .all();
  const counts = new Map<number, { page: number; ticket: number }>();
  for (const { modelId, severity, total } of rows) {
    const entry = counts.get(modelId) ?? { page: 0, ticket: 0 };
    entry[severity] = total;
    counts.set(modelId, entry);
  }
  return counts;
}

export function addTimelineEntry(meta: MetaDatabase, row: TimelineRow): void {
  if (row.key != null) {
    meta
      .delete(alertTimeline)
      .where(and(eq(alertTimeline.alertId, row.alertId), eq(alertTimeline.key, row.key)))
      .run();
  }
  meta.insert(alertTimeline).values(row).run();
}

export function readTimeline(meta: MetaDatabase, alertId: string): (typeof alertTimeline.$inferSelect)[] {
  return meta
    .select()
    .from(alertTimeline)
    .where(eq(alertTimeline.alertId, alertId))
    .orderBy(asc(alertTimeline.at), asc(alertTimeline.id))
    .all();
}
