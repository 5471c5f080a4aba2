import type { MetaDatabase } from "#db/open-meta.ts";
import { readAlertsById, readAlertsToTell, type StoredAlert } from "#db/queries/alerts.ts";
import { readChannels } from "#db/queries/channels.ts";
import { readMonitorChannels } from "#db/queries/monitors.ts";
import {
  countMessages,
  insertMessage,
  type OutboxRow,
  readLastMessageAt,
  readTold,
  readWaiting,
  supersede,
  type Told,
} from "#db/queries/outbox.ts";
import { decideNotice } from "#server/alerts/decide-notice.ts";
import type { AlertNotice } from "#server/alerts/message.ts";
import { noticeOf } from "#server/alerts/notice.ts";
import type { NoticeTiming } from "#server/alerts/notice-timing.ts";
import { newId } from "#server/kernel/ids.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface TellArgs {
  readonly db: MetaDatabase;
  readonly now: number;
  readonly timing: NoticeTiming;
  readonly alertIds: readonly string[];
}

/** Writes what channels are to hear of these alerts. Call it inside the transaction that changed them. */
export function tell(args: TellArgs): number {
  const alerts = readAlertsById(args.db, args.alertIds);
  const groups = groupNotices(args, alerts);
  for (const group of groups.values()) writeMessage(args, group);
  return groups.size;
}

/** Looks at everything that may still have to be told: reminders, ended silences, what a ceiling held back. */
export function tellDue(args: Omit<TellArgs, "alertIds">): number {
  return tell({ ...args, alertIds: readAlertsToTell(args.db, args.now - 8 * DAY_MS) });
}

interface NoticeGroup {
  readonly channelId: string;
  readonly model: string;
  readonly notices: AlertNotice[];
}

function groupNotices(
  { db, now, timing }: TellArgs,
  alerts: readonly StoredAlert[],
): Map<string, NoticeGroup> {
  const channelsOf = readMonitorChannels(db, [...new Set(alerts.map((alert) => alert.monitorId))]);
  const enabled = new Set(readChannels(db).flatMap((channel) => (channel.enabled ? [channel.id] : [])));
  const told = toldByAlert(
    readTold(
      db,
      alerts.map((alert) => alert.id),
    ),
  );
  // A message may wait for its turn after it was written, so an hour of sending is a little more of writing.
  const since = (alert: StoredAlert) => now - HOUR_MS - timing.intervalMs[alert.severity];
  const groups = new Map<string, NoticeGroup>();
  for (const alert of alerts) {
    const known = told.get(alert.id) ?? [];
    // A channel that heard of the alert and was unlinked since still hears of its end.
    const linked =
      alert.closedAt === null
        ? (channelsOf.get(alert.monitorId) ?? [])
        : known.map((entry) => entry.channelId);
    for (const channelId of linked) {
      if (!enabled.has(channelId)) continue;
      const last = known.find((entry) => entry.channelId === channelId);
      const reason = decideNotice(
        {
          alert,
          told: last === undefined ? null : { state: last.state, at: last.at, dead: last.status === "dead" },
          lastHour: countMessages(db, channelId, alert.monitorId, since(alert)),
          now,
        },
        timing,
      );
      if (reason === null) continue;
      const key = `${channelId} ${alert.model}`;
      const group = groups.get(key) ?? { channelId, model: alert.model, notices: [] };
      group.notices.push(noticeOf(alert, reason));
      groups.set(key, group);
    }
  }
  return groups;
}

function toldByAlert(told: readonly Told[]): Map<string, Told[]> {
  const byAlert = new Map<string, Told[]>();
  for (const entry of told) byAlert.set(entry.alertId, [...(byAlert.get(entry.alertId) ?? []), entry]);
  return byAlert;
}

/**
 * One new message; what still waited for this channel about this model goes into it. So a row's content never changes
 * under its id, and a channel that comes back hears "fired 10:02, resolved 10:20" instead of two stale messages.
 */
function writeMessage({ db, now, timing }: TellArgs, group: NoticeGroup): void {
  const waiting = readWaiting(db, group.channelId, group.model);
  const notices = mergeNotices(waiting, group.notices);
  const id = newId("msg");
  supersede(
    db,
    waiting.map((row) => row.id),
    id,
  );
  insertMessage(
    db,
    {
      id,
      channelId: group.channelId,
      groupKey: group.model,
      kind: notices.some((notice) => notice.state === "firing") ? "firing" : "resolved",
      message: { kind: "alerts", model: group.model, alerts: notices },
      attempts: Math.max(0, ...waiting.map((row) => row.attempts)),
      nextAt: sendTime({ db, now, timing }, group, notices, waiting),
      createdAt: now,
    },
    notices.map((notice) => ({ alertId: notice.id, state: notice.state })),
  );
}

function mergeNotices(waiting: readonly OutboxRow[], fresh: readonly AlertNotice[]): AlertNotice[] {
  const merged = new Map<string, AlertNotice>();
  for (const { message } of waiting) {
    if (message.kind === "alerts") for (const notice of message.alerts) merged.set(notice.id, notice);
  }
  for (const notice of fresh) merged.set(notice.id, notice);
  return [...merged.values()];
}

function sendTime(
  { db, now, timing }: Omit<TellArgs, "alertIds">,
  group: NoticeGroup,
  notices: readonly AlertNotice[],
  waiting: readonly OutboxRow[],
): number {
  const severity = notices.some((notice) => notice.severity === "page") ? "page" : "ticket";
  // A channel that is failing keeps its own pace; one whose first message waits is not made to wait longer.
  const failing = waiting.find((row) => row.attempts > 0);
  if (failing) return failing.nextAt;
  const ends = notices.every((notice) => notice.state === "resolved");
  const first = waiting[0]?.nextAt ?? (ends ? now : now + timing.waitMs[severity]);
  if (ends) return Math.min(first, now);
  const lastAt = readLastMessageAt(db, group.channelId, group.model);
  const paced = lastAt === null ? now : lastAt + timing.intervalMs[severity];
  return waiting[0] ? Math.min(first, now + timing.waitMs[severity]) : Math.max(first, paced);
}
