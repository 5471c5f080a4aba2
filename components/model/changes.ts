import type { AlertListItem, TimelineEvent } from "#server/api/contract.ts";

export type Change =
  | { kind: "event"; at: number; key: string; event: TimelineEvent }
  | { kind: "fired" | "closed"; at: number; key: string; alert: AlertListItem };

/** Events and alerts in one list, newest first. */
export function changesOf(events: readonly TimelineEvent[], alerts: readonly AlertListItem[]): Change[] {
  const changes: Change[] = events.map((event) => ({
    kind: "event",
    at: Date.parse(event.at),
    key: event.id,
    event,
  }));
  for (const alert of alerts) {
    changes.push({ kind: "fired", at: Date.parse(alert.openedAt), key: `${alert.id}-fired`, alert });
    if (alert.closedAt !== null)
      changes.push({ kind: "closed", at: Date.parse(alert.closedAt), key: `${alert.id}-closed`, alert });
  }
  return changes.sort((a, b) => b.at - a.at);
}
