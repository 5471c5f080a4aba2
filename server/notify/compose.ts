import type { AlertNotice, Message } from "#server/alerts/message.ts";
import { formatInstant } from "#server/kernel/instant.ts";

/** More alerts than that are counted, not listed. */
const LISTED_MAX = 50;

/** The body of a message: the same bytes on every attempt. `publicUrl` is where people reach this server. */
export function composeBody(message: Message, createdAt: number, publicUrl: string): string {
  const timestamp = formatInstant(createdAt);
  if (message.kind === "test") {
    const text = "A test from Plumbline: this channel works.";
    return JSON.stringify({
      type: "channel.test",
      timestamp,
      data: { channel: message.channel, by: message.by, text },
    });
  }
  const isFiring = message.alerts.some((alert) => alert.state === "firing");
  return JSON.stringify({
    type: isFiring ? "alert.firing" : "alert.resolved",
    timestamp,
    data: {
      model: message.model,
      alerts: message.alerts.slice(0, LISTED_MAX).map((alert) => composeAlert(alert, publicUrl)),
      more: Math.max(0, message.alerts.length - LISTED_MAX),
    },
  });
}

function composeAlert(alert: AlertNotice, publicUrl: string) {
  const model = `${publicUrl}/models/${encodeURIComponent(alert.model)}`;
  return {
    ...alert,
    links: {
      alert: `${publicUrl}/alerts/${alert.id}`,
      model,
      monitor: `${model}/monitors/${alert.monitorId}`,
    },
  };
}
