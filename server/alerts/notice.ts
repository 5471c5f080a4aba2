import type { StoredAlert } from "#db/queries/alerts.ts";
import type { AlertNotice } from "#server/alerts/message.ts";
import { alertTitle } from "#server/alerts/title.ts";
import { formatInstant, formatInstantOrNull } from "#server/kernel/instant.ts";

/** The level of every interval that a metric carries. */
export const INTERVAL_LEVEL = 0.95;

export function noticeOf(alert: StoredAlert, reason: AlertNotice["reason"]): AlertNotice {
  const { rule, latest } = alert;
  return {
    id: alert.id,
    state: reason === "resolved" ? "resolved" : "firing",
    reason,
    title: titleOf(alert),
    model: alert.model,
    monitorId: alert.monitorId,
    monitorName: alert.monitorName,
    kind: alert.kind,
    severity: alert.severity,
    metric: rule.metric,
    feature: rule.feature,
    segment: rule.segment,
    version: latest?.version ?? rule.version,
    value: latest?.value ?? null,
    interval:
      latest?.lo != null && latest.hi != null
        ? { lo: latest.lo, hi: latest.hi, level: INTERVAL_LEVEL }
        : null,
    n: latest?.n ?? 0,
    limit: rule.limit,
    op: rule.op,
    openedAt: formatInstant(alert.openedSlot),
    closedAt: formatInstantOrNull(alert.closedAt),
    closeReason: alert.closeReason,
    affected: alert.affected,
    runbook: alert.runbook,
  };
}

export function titleOf(
  alert: Pick<StoredAlert, "kind" | "rule" | "closedAt" | "latest" | "windows" | "failure">,
): string {
  return alertTitle({
    kind: alert.kind,
    rule: alert.rule,
    isOpen: alert.closedAt === null,
    numbers: alert.latest,
    windows: alert.windows,
    failure: alert.failure,
  });
}
