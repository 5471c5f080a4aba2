import type { MetaDatabase } from "#db/open-meta.ts";
import { type AlertRow, addTimelineEntry, readOpenAlerts, updateAlert } from "#db/queries/alerts.ts";
import { readProgress, type StoredMonitor } from "#db/queries/monitors.ts";
import { closeText } from "#server/alerts/amendment.ts";
import type { CloseReason } from "#server/alerts/transition.ts";

export interface CloseArgs {
  readonly db: MetaDatabase;
  readonly monitor: Pick<StoredMonitor, "id">;
  readonly now: number;
}

/** Ends a monitor's open alerts for a reason outside the data. Returns their ids; telling is the caller's. */
export function closeOpenAlerts(
  { db, monitor, now }: CloseArgs,
  { reason, olderThan }: { readonly reason: CloseReason; readonly olderThan?: number },
): string[] {
  const open = readOpenAlerts(db, monitor.id).filter(
    (alert) => olderThan === undefined || alert.ruleVersion < olderThan,
  );
  for (const alert of open) closeAlert({ db, now }, alert, { reason, text: closeText(reason) });
  return open.map((alert) => alert.id);
}

/** The monitor could be computed: that it could not is over. */
export function closeErrorAlerts({ db, monitor, now }: CloseArgs): string[] {
  const open = readOpenAlerts(db, monitor.id).filter((alert) => alert.kind === "error");
  for (const alert of open) {
    closeAlert({ db, now }, alert, { reason: "cleared", text: "It can be computed again." });
  }
  return open.map((alert) => alert.id);
}

export interface Closing {
  readonly reason: CloseReason;
  readonly text: string;
  readonly actor?: string;
}

/** The slot says after which window a replay has to end it again; the instant is what people read. */
export function closeAlert(
  { db, now }: Pick<CloseArgs, "db" | "now">,
  alert: AlertRow,
  closing: Closing,
): void {
  const judgedUntil = readProgress(db, alert.monitorId)?.sealedUntil ?? alert.openedSlot;
  updateAlert(db, alert.id, {
    closedSlot: Math.max(alert.openedSlot, judgedUntil),
    closedAt: now,
    closeReason: closing.reason,
    updatedAt: now,
  });
  addTimelineEntry(db, {
    alertId: alert.id,
    key: "resolved",
    at: now,
    kind: "resolved",
    text: closing.text,
    actor: closing.actor ?? null,
  });
}
