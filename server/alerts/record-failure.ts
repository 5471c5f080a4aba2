import { inTransaction, type MetaDatabase } from "#db/open-meta.ts";
import { addTimelineEntry, insertAlert, readOpenAlerts, updateAlert } from "#db/queries/alerts.ts";
import { readProgress, type StoredMonitor, writeProgress } from "#db/queries/monitors.ts";
import { learningProgress } from "#server/alerts/monitor-progress.ts";
import { titleOf } from "#server/alerts/notice.ts";
import type { NoticeTiming } from "#server/alerts/notice-timing.ts";
import { tell } from "#server/alerts/tell.ts";
import { ERROR_WINDOWS } from "#server/alerts/transition.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { newId } from "#server/kernel/ids.ts";

export interface FailureArgs {
  readonly db: MetaDatabase;
  readonly monitor: StoredMonitor;
  readonly error: unknown;
  readonly now: number;
  readonly timing: NoticeTiming;
}

/** A pass that failed: the state is held, and after several in a row the failing is an alert of its own. */
export function recordFailure({ db, monitor, error, now, timing }: FailureArgs): { alerts: number } {
  const failure =
    error instanceof ServiceError ? error.message : "The evaluation failed; the server's log says why.";
  return inTransaction(db, () => {
    const before = readProgress(db, monitor.id) ?? learningProgress(monitor, null, now);
    const failures = before.failures + 1;
    const failingSince = before.failingSince ?? now;
    writeProgress(db, { ...before, failures, failingSince, failure, evaluatedAt: now });
    if (failures < ERROR_WINDOWS) return { alerts: 0 };
    const alertId = openErrorAlert({ db, monitor, now, failure, failingSince });
    if (alertId === null) return { alerts: 0 };
    tell({ db, now, timing, alertIds: [alertId] });
    return { alerts: 1 };
  });
}

function openErrorAlert(facts: {
  readonly db: MetaDatabase;
  readonly monitor: StoredMonitor;
  readonly now: number;
  readonly failure: string;
  readonly failingSince: number;
}): string | null {
  const { db, monitor, now, failure, failingSince } = facts;
  const open = readOpenAlerts(db, monitor.id).find((alert) => alert.kind === "error");
  if (open !== undefined) {
    if (open.failure !== failure) updateAlert(db, open.id, { failure, updatedAt: now });
    return null;
  }
  const row = {
    id: newId("al"),
    monitorId: monitor.id,
    modelId: monitor.modelId,
    kind: "error",
    severity: monitor.severity,
    origin: "live",
    rule: monitor.rule,
    ruleVersion: monitor.ruleVersion,
    onsetSlot: failingSince,
    openedSlot: now,
    closedSlot: null,
    closedAt: null,
    closeReason: null,
    fired: null,
    opening: null,
    peak: null,
    latest: null,
    affected: 0,
    windows: 1,
    flaps: 0,
    failure,
    acknowledgedBy: null,
    acknowledgedAt: null,
    assignee: null,
    silencedUntil: null,
    silencedBy: null,
    verdict: null,
    touched: false,
    createdAt: now,
    updatedAt: now,
  } as const;
  insertAlert(db, row);
  addTimelineEntry(db, { alertId: row.id, at: now, kind: "fired", text: titleOf(row), actor: null });
  return row.id;
}
