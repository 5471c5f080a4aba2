import type { AlertRow, AlertStatus, StoredAlert } from "#db/queries/alerts.ts";
import { titleOf } from "#server/alerts/notice.ts";
import type { AlertListItem } from "#server/api/contract.ts";
import { formatInstant, formatInstantOrNull } from "#server/kernel/instant.ts";
import { intervalOf } from "#server/monitors/monitor-view.ts";

/** A silence outweighs an acknowledgement while it lasts. */
export function statusOfAlert(
  alert: Pick<AlertRow, "closedAt" | "silencedUntil" | "acknowledgedBy">,
  now: number,
): AlertStatus {
  if (alert.closedAt !== null) return "resolved";
  if (alert.silencedUntil !== null && alert.silencedUntil > now) return "silenced";
  return alert.acknowledgedBy === null ? "open" : "acknowledged";
}

export function viewAlert(alert: StoredAlert, now: number): AlertListItem {
  const { rule, latest } = alert;
  return {
    id: alert.id,
    model: alert.model,
    monitorId: alert.monitorId,
    monitorName: alert.monitorName,
    kind: alert.kind,
    severity: alert.severity,
    status: statusOfAlert(alert, now),
    title: titleOf(alert),
    metric: rule.metric,
    feature: rule.feature,
    segment: rule.segment,
    version: latest?.version ?? rule.version,
    openedAt: formatInstant(alert.openedSlot),
    closedAt: formatInstantOrNull(alert.closedAt),
    closeReason: alert.closeReason,
    origin: alert.origin,
    acknowledgedBy: alert.acknowledgedBy,
    assignee: alert.assignee,
    verdict: alert.verdict,
    evidence: (alert.opening ?? latest)?.evidence ?? null,
    silencedUntil: formatInstantOrNull(alert.silencedUntil),
    value: latest?.value ?? null,
    ci: intervalOf(latest),
    n: latest?.n ?? 0,
    limit: rule.limit,
    op: rule.op,
    affected: alert.affected,
  };
}
