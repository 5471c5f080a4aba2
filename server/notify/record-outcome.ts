import type { MetaDatabase } from "#db/open-meta.ts";
import { addTimelineEntry } from "#db/queries/alerts.ts";
import { readChannel, updateChannel } from "#db/queries/channels.ts";
import {
  abandonMessages,
  type OutboxRow,
  readMessageAlerts,
  readWaiting,
  updateMessage,
} from "#db/queries/outbox.ts";
import { type Plan, planAfter } from "#server/notify/retry-plan.ts";
import type { Outcome } from "#server/notify/send-webhook.ts";

export interface OutcomeArgs {
  readonly db: MetaDatabase;
  readonly now: number;
  readonly random: number;
  readonly row: OutboxRow;
  readonly outcome: Outcome;
  /** Marks the message; false when its lease has gone to another sender. */
  readonly finish: (change: Partial<OutboxRow>) => boolean;
}

/** Marks the message, the channel's health and the timelines of its alerts. Call it inside a transaction. */
export function recordOutcome(args: OutcomeArgs): Plan {
  const { now, row, outcome, random } = args;
  const plan = planAfter(outcome, row.attempts, random);
  const marked = args.finish({ ...statusAfter(plan, now), lastCode: outcome.code, lastError: outcome.error });
  if (!marked) return plan;
  recordHealth(args, plan);
  if (plan.kind === "dead" || plan.kind === "gone") abandonFollowers(args);
  recordOnTimelines(args, plan);
  return plan;
}

function statusAfter(plan: Plan, now: number): Partial<OutboxRow> {
  switch (plan.kind) {
    case "delivered":
      return { status: "delivered", deliveredAt: now };
    case "retry":
      return { status: "retry", nextAt: now + plan.waitMs };
    case "dead":
    case "gone":
      return { status: "dead" };
  }
}

function recordHealth({ db, now, row, outcome }: OutcomeArgs, plan: Plan): void {
  const channel = readChannel(db, row.channelId);
  if (channel === null) return;
  const isOk = plan.kind === "delivered";
  updateChannel(db, channel.id, {
    lastAttemptAt: now,
    lastOk: isOk,
    lastCode: outcome.code,
    lastError: outcome.error,
    failingSince: isOk ? null : (channel.failingSince ?? now),
    ...(plan.kind === "gone"
      ? { enabled: false, disabledReason: "The receiver answered 410: gone for good." }
      : {}),
  });
  if (plan.kind === "gone")
    abandonMessages(db, channel.id, "The channel was turned off by its receiver (410).");
}

/** Who never heard that an alert fired must not hear that it resolved. */
function abandonFollowers({ db, row }: OutcomeArgs): void {
  if (row.message.kind !== "alerts") return;
  const unheard = new Set(
    row.message.alerts.filter((alert) => alert.state === "firing").map((alert) => alert.id),
  );
  for (const next of readWaiting(db, row.channelId, row.groupKey)) {
    const { message } = next;
    if (message.kind !== "alerts") continue;
    const isOnlyTheirEnd = message.alerts.every(
      (alert) => alert.state === "resolved" && unheard.has(alert.id),
    );
    if (isOnlyTheirEnd) {
      updateMessage(db, next.id, {
        status: "dead",
        lastError: "The message that it fired could not be delivered.",
      });
    }
  }
}

function recordOnTimelines({ db, now, row, outcome }: OutcomeArgs, plan: Plan): void {
  const channel = readChannel(db, row.channelId);
  const name = channel?.name ?? "a deleted channel";
  const alertIds = readMessageAlerts(db, [row.id]).get(row.id) ?? [];
  const entry = timelineEntry(plan, name, outcome, row.attempts);
  for (const alertId of alertIds) {
    addTimelineEntry(db, { alertId, key: `message ${row.id}`, at: now, actor: null, ...entry });
  }
}

function timelineEntry(plan: Plan, name: string, outcome: Outcome, attempts: number) {
  if (plan.kind === "delivered") {
    const after = attempts > 1 ? ` at attempt ${attempts}` : "";
    return { kind: "delivered", text: `Delivered to ${name}${after}.` } as const;
  }
  const why = outcome.error ?? "It failed.";
  const next = plan.kind === "retry" ? "It will be tried again." : "It was given up.";
  return { kind: "delivery-failed", text: `Not delivered to ${name}: ${why} ${next}` } as const;
}
