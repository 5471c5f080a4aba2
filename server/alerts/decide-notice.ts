import type { AlertNotice } from "#server/alerts/message.ts";
import type { NoticeTiming } from "#server/alerts/notice-timing.ts";
import type { AlertListItem } from "#server/api/contract.ts";

export interface NoticeFacts {
  readonly alert: {
    readonly severity: AlertListItem["severity"];
    readonly origin: AlertListItem["origin"];
    readonly closedAt: number | null;
    readonly silencedUntil: number | null;
    readonly acknowledgedAt: number | null;
  };
  /** The last message to this channel about this alert; a dead one never reached it. */
  readonly told: {
    readonly state: "firing" | "resolved";
    readonly at: number;
    readonly dead: boolean;
  } | null;
  /** Messages to this channel about this alert's monitor in the last hour. */
  readonly lastHour: number;
  readonly now: number;
}

/**
 * Whether a channel is to hear of an alert now. Level, not edge: it compares what the channel knows with what is, so
 * that a message held back by a silence or by the hourly ceiling is made up for later, and the final state is told.
 */
export function decideNotice(facts: NoticeFacts, timing: NoticeTiming): AlertNotice["reason"] | null {
  const reason = facts.alert.closedAt === null ? reasonWhileOpen(facts, timing) : reasonWhenClosed(facts);
  return reason !== null && facts.lastHour >= timing.perHour[facts.alert.severity] ? null : reason;
}

/** Even if silenced meanwhile: who was told that it fired must hear that it ended. Who never heard, need not. */
function reasonWhenClosed({ told }: NoticeFacts): AlertNotice["reason"] | null {
  return told !== null && told.state === "firing" && !told.dead ? "resolved" : null;
}

function reasonWhileOpen(
  { alert, told, now }: NoticeFacts,
  timing: NoticeTiming,
): AlertNotice["reason"] | null {
  if (alert.origin !== "live") return null;
  if (alert.silencedUntil !== null && alert.silencedUntil > now) return null;
  if (told === null) return "fired";
  if (told.state === "resolved") return "returned";
  if (alert.silencedUntil !== null && alert.silencedUntil > told.at) return "silence-ended";
  const acknowledged = alert.acknowledgedAt !== null && now < alert.acknowledgedAt + timing.acknowledgedMs;
  return !acknowledged && now >= told.at + timing.repeatMs[alert.severity] ? "reminder" : null;
}
