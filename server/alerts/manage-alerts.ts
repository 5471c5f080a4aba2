import type { z } from "zod";
import { inTransaction, type MetaDatabase } from "#db/open-meta.ts";
import {
  type AlertRow,
  addTimelineEntry,
  countAlerts,
  readAlert,
  readAlerts,
  type StoredAlert,
  updateAlert,
} from "#db/queries/alerts.ts";
import { type AlertSources, alertDetail } from "#server/alerts/alert-detail.ts";
import { viewAlert } from "#server/alerts/alert-view.ts";
import { closeAlert } from "#server/alerts/close-alerts.ts";
import { NOTICE_TIMING, type NoticeTiming } from "#server/alerts/notice-timing.ts";
import { tell } from "#server/alerts/tell.ts";
import type {
  AlertDetail,
  AlertListItem,
  AlertsAnswer,
  AlertsInput,
  AlertTimelineItem,
} from "#server/api/contract.ts";
import type { Clock } from "#server/kernel/clock.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { formatInstant, parseInstant } from "#server/kernel/instant.ts";
import type { ModelRegistry } from "#server/models/model-registry.ts";

export interface AlertServiceArgs<Input> {
  readonly db: MetaDatabase;
  readonly clock: Clock;
  readonly input: Input;
}
export interface AlertChangeArgs<Input> extends AlertServiceArgs<Input> {
  /** Who, as the timeline names them. */
  readonly actor: string;
  readonly timing?: NoticeTiming;
}

const LIMIT_DEFAULT = 100;
const SILENCE_MAX_MS = 90 * 24 * 3_600_000;

export function listAlerts(
  args: AlertServiceArgs<z.infer<typeof AlertsInput>> & { readonly models: Pick<ModelRegistry, "find"> },
): AlertsAnswer {
  const { db, clock, models, input } = args;
  const now = clock.now();
  const model = input.model === undefined ? undefined : models.find(input.model);
  if (model === null) {
    throw new ServiceError("not_found", "There is no model of that name.", { reason: "unknown_model" });
  }
  const scope = { modelId: model?.modelId, severity: input.severity, now };
  const limit = input.limit ?? LIMIT_DEFAULT;
  const before = input.cursor == null ? null : readCursor(input.cursor);
  const rows = readAlerts(db, { ...scope, status: input.status ?? "active", limit: limit + 1, before });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    alerts: page.map((alert) => viewAlert(alert, now)),
    cursor: rows.length > limit && last !== undefined ? `${last.openedSlot}.${last.id}` : null,
    counts: countAlerts(db, scope),
  };
}

function readCursor(text: string): { slot: number; id: string } {
  const [slot, id] = text.split(".");
  if (id !== undefined && Number.isSafeInteger(Number(slot))) return { slot: Number(slot), id };
  throw new ServiceError("bad_request", "The cursor is not one that this list gave out; start without one.", {
    reason: "bad_cursor",
  });
}

export function getAlert(
  args: AlertServiceArgs<{ id: string }> & { readonly sources: AlertSources },
): Promise<AlertDetail> {
  const { db, clock, input, sources } = args;
  return alertDetail(db, clock.now(), findAlert(db, input.id), sources);
}

/** Stops reminders for a day, or until it resolves. Somebody has it; it is not silenced. */
export function acknowledgeAlert(args: AlertChangeArgs<{ id: string }>): AlertListItem {
  return changeOpen(args, (alert, now) =>
    alert.acknowledgedBy !== null
      ? null
      : {
          change: { acknowledgedBy: args.actor, acknowledgedAt: now },
          kind: "acknowledged",
          text: "Acknowledged.",
        },
  );
}

export function unacknowledgeAlert(args: AlertChangeArgs<{ id: string }>): AlertListItem {
  return changeOpen(args, (alert) =>
    alert.acknowledgedBy === null
      ? null
      : {
          change: { acknowledgedBy: null, acknowledgedAt: null },
          kind: "acknowledged",
          text: "Acknowledgement taken back.",
        },
  );
}

export function assignAlert(args: AlertChangeArgs<{ id: string; assignee: string | null }>): AlertListItem {
  const assignee = args.input.assignee?.trim() || null;
  return change(args, (alert) =>
    alert.assignee === assignee
      ? null
      : {
          change: { assignee },
          kind: "assigned",
          text: assignee === null ? "Assigned to nobody." : `Assigned to ${assignee}.`,
        },
  );
}

/** Nobody is told until then; judging and history go on, and its end is always told to who heard of it. */
export function silenceAlert(
  args: AlertChangeArgs<{ id: string; until: string; reason: string }>,
): AlertListItem {
  const until = parseInstant(args.input.until, "until");
  return changeOpen(args, (_alert, now) => {
    if (until <= now || until > now + SILENCE_MAX_MS) {
      throw new ServiceError("bad_request", "`until` must be in the future and at most 90 days away.", {
        reason: "bad_silence_end",
        errors: [{ path: "until", code: "out_of_range", message: "Must be within the next 90 days." }],
      });
    }
    return {
      change: { silencedUntil: until, silencedBy: args.actor },
      kind: "silenced",
      text: `Silenced until ${formatInstant(until)}. ${args.input.reason}`,
    };
  });
}

export function unsilenceAlert(args: AlertChangeArgs<{ id: string }>): AlertListItem {
  return changeOpen(args, (alert, now) =>
    alert.silencedUntil === null || alert.silencedUntil <= now
      ? null
      : { change: { silencedUntil: now }, kind: "unsilenced", text: "Silence ended." },
  );
}

/** Ends the alert by a person's word. If the next window is beyond the limit as well, that is a new alert. */
export function resolveAlert(
  args: AlertChangeArgs<{ id: string; reason: string; verdict?: AlertRow["verdict"] | undefined }>,
): AlertListItem {
  const { db, clock, actor, input } = args;
  return inTransaction(db, () => {
    const alert = findAlert(db, input.id);
    const now = clock.now();
    if (input.verdict !== undefined) updateAlert(db, alert.id, { verdict: input.verdict, touched: true });
    if (alert.closedAt === null) {
      closeAlert({ db, now }, alert, {
        reason: "by-person",
        text: `Resolved by hand. ${input.reason}`,
        actor,
      });
      updateAlert(db, alert.id, { touched: true });
      tell({ db, now, timing: args.timing ?? NOTICE_TIMING, alertIds: [alert.id] });
    }
    return viewAlert(findAlert(db, input.id), now);
  });
}

export function noteAlert(args: AlertChangeArgs<{ id: string; text: string }>): AlertListItem {
  return change(args, () => ({ change: {}, kind: "note", text: args.input.text }));
}

interface Change {
  readonly change: Partial<AlertRow>;
  readonly kind: AlertTimelineItem["kind"];
  readonly text: string;
}
type Decide = (alert: StoredAlert, now: number) => Change | null;

/** The same again changes nothing, so that a double click leaves one line on the timeline. */
function change(args: AlertChangeArgs<{ id: string }>, decide: Decide): AlertListItem {
  const { db, clock, actor, input } = args;
  return inTransaction(db, () => {
    const alert = findAlert(db, input.id);
    const now = clock.now();
    const decided = decide(alert, now);
    if (decided !== null) {
      updateAlert(db, alert.id, { ...decided.change, touched: true, updatedAt: now });
      addTimelineEntry(db, { alertId: alert.id, at: now, kind: decided.kind, text: decided.text, actor });
      tell({ db, now, timing: args.timing ?? NOTICE_TIMING, alertIds: [alert.id] });
    }
    return viewAlert(findAlert(db, input.id), now);
  });
}

function changeOpen(args: AlertChangeArgs<{ id: string }>, decide: Decide): AlertListItem {
  return change(args, (alert, now) => {
    if (alert.closedAt !== null) {
      throw new ServiceError(
        "conflict",
        "The alert is already resolved; there is nothing to change about it.",
        {
          reason: "alert_resolved",
        },
      );
    }
    return decide(alert, now);
  });
}

function findAlert(db: MetaDatabase, id: string): StoredAlert {
  const alert = readAlert(db, id);
  if (alert !== null) return alert;
  throw new ServiceError("not_found", "There is no alert of that id.", { reason: "unknown_alert" });
}
