import { isJudged, standouts } from "#components/alerts/segment-standouts.ts";
import { integer, listed, plural } from "#components/ui/format.ts";
import {
  metricLimit,
  metricShort,
  metricValue,
  evidenceWords as timesWords,
} from "#components/ui/metric-words.ts";
import type { StateShape } from "#components/ui/state.tsx";
import { agoText, DAY_MS, durationText, instantText, windowText } from "#components/ui/time.ts";
import type {
  AlertDetail,
  AlertListItem,
  BacktestSlot,
  MonitorRule,
  SlotEvidence,
  TimelineEvent,
} from "#server/api/contract.ts";
import { findMetric } from "#server/metrics/registry.ts";

export const STATUS_WORDS: Record<AlertListItem["status"], string> = {
  open: "Open",
  acknowledged: "Acknowledged",
  silenced: "Silenced",
  resolved: "Resolved",
};

const CLOSE_WORDS: Record<NonNullable<AlertListItem["closeReason"]>, string> = {
  cleared: "by itself: within the limit again",
  "series-gone": "because the segment no longer reports",
  "rule-changed": "because its monitor was edited",
  paused: "because its monitor was paused",
  deleted: "because its monitor was deleted",
  "by-person": "by a person",
  retracted: "because late labels do not support it",
};

export const ORIGIN_WORDS: Record<AlertListItem["origin"], string | null> = {
  live: null,
  backfill: "from history",
  late: "raised late",
};

/** Severity has its own shape; an alert that nobody need act on is shown by what it is now. */
export function alertShape(alert: Pick<AlertListItem, "severity" | "status">): StateShape {
  if (alert.status === "resolved") return "ok";
  if (alert.status === "silenced") return "silenced";
  return alert.severity;
}

export const severityWord = (severity: AlertListItem["severity"]) =>
  severity === "page" ? "Page" : "Ticket";

/** Keeps a number and its unit on one line. */
export function typeset(sentence: string): string {
  return sentence.replaceAll(/(\d) %/g, "$1\u202f%").replaceAll("% CI ", "%\u00a0CI\u00a0");
}

const rowsWord = (metric: string) => (findMetric(metric)?.needsLabels ? "labelled rows" : "rows");

/** `pressure · origin EWR`: what the alert is about besides the metric; null for the whole model. */
export function targetText(alert: Pick<AlertListItem, "feature" | "segment">): string | null {
  const feature = alert.feature === "@output" ? "the prediction" : alert.feature;
  const segment = alert.segment?.replace(":", " ") ?? null;
  return [feature, segment].filter((part) => part !== null).join(" · ") || null;
}

/** The page's first line: how many need somebody, and the one that waits longest. */
export function inboxSentence(
  open: readonly AlertListItem[],
  counts: { open: number; acknowledged: number; silenced: number },
  nowMs: number,
): string {
  if (counts.open === 0) {
    const others = [
      counts.acknowledged > 0 ? `${integer(counts.acknowledged)} acknowledged` : null,
      counts.silenced > 0 ? `${integer(counts.silenced)} silenced` : null,
    ].filter((part) => part !== null);
    return others.length > 0 ? `Nothing needs action: ${listed(others)}.` : "Nothing needs action.";
  }
  const unowned = open.filter((alert) => alert.status === "open" && alert.assignee === null);
  const oldest = unowned.reduce<AlertListItem | null>(
    (found, alert) => (found === null || alert.openedAt < found.openedAt ? alert : found),
    null,
  );
  const head = `${plural(counts.open, "alert needs", "alerts need")} action.`;
  if (oldest === null) return `${head} Each has an owner.`;
  const age = durationText(nowMs - Date.parse(oldest.openedAt));
  return `${head} Longest without an owner: ${age}, ${oldest.monitorName} on ${oldest.model}.`;
}

export interface SinceWords {
  readonly onset: string;
  readonly alarm: string;
  readonly notice: string | null;
  readonly ended: string | null;
}

/** Separates when it most likely began from when it fired. The onset is a whole window: nothing finer is known. */
export function sinceWords(
  alert: Pick<AlertDetail, "kind" | "onset" | "openedAt" | "closedAt" | "closeReason">,
  windowMs: number,
  zone: string,
  nowMs: number,
): SinceWords {
  const onsetMs = Date.parse(alert.onset);
  const openedMs = Date.parse(alert.openedAt);
  const gapMs = alert.kind === "breach" ? openedMs - onsetMs : 0;
  const ended =
    alert.closedAt === null
      ? null
      : `Resolved ${instantText(Date.parse(alert.closedAt), zone, nowMs)}${alert.closeReason ? ` ${CLOSE_WORDS[alert.closeReason]}` : ""}, after ${durationText(Date.parse(alert.closedAt) - openedMs)}.`;
  return {
    onset: windowText(onsetMs, onsetMs + windowMs, zone),
    alarm: instantText(openedMs, zone, nowMs),
    notice: gapMs > 0 ? durationText(gapMs) : null,
    ended,
  };
}

/** Whether the interval itself lies beyond the limit: the difference between *is* and *may be*. */
export function certainty(
  alert: Pick<AlertListItem, "ci" | "limit" | "op" | "value">,
): "beyond" | "includes" | "no-interval" {
  if (alert.ci === null || alert.value === null) return "no-interval";
  const near = alert.op === "above" ? alert.ci.lo : alert.ci.hi;
  const beyond = alert.op === "above" ? near > alert.limit : near < alert.limit;
  return beyond ? "beyond" : "includes";
}

/** Not of one window: of all up to the alarm, and worth more than the budget of false alarms. */
function evidenceWords(rule: MonitorRule, evidence: SlotEvidence): string {
  const what =
    evidence.route === "changed"
      ? `it changed, by more than ${metricLimit(rule.metric, rule.limit)}, from what came before`
      : `it lies ${rule.op} ${metricLimit(rule.metric, rule.limit)}`;
  return `At the alarm the evidence that ${what} was worth ${timesWords(evidence.log10)}; the false-alarm budget asks for ${timesWords(evidence.line)}.`;
}

export function certaintySentence(alert: AlertDetail): string {
  if (alert.kind === "no-data")
    return "No row came where rows were expected; this says nothing of the model itself.";
  if (alert.kind === "error")
    return "The metric could not be computed, several times in a row; this says nothing of the model itself.";
  if (alert.evidence) return evidenceWords(alert.rule, alert.evidence);
  const limit = metricLimit(alert.metric, alert.limit);
  const side = alert.op === "above" ? "above" : "below";
  const rows = `${integer(alert.n)} ${rowsWord(alert.metric)}`;
  switch (certainty(alert)) {
    case "beyond":
      return `The whole interval is ${side} the limit ${limit}, from ${rows}.`;
    case "includes":
      return `The value is ${side} the limit ${limit}, but its interval includes the limit, from ${rows}.`;
    case "no-interval":
      return `From ${rows}; this metric has no interval.`;
  }
}

/** How many judged windows were beyond the limit since the onset, as counted on the slots of the alert. */
export function windowsBeyond(alert: Pick<AlertDetail, "slots" | "onset" | "closedAt" | "limit" | "op">): {
  beyond: number;
  judged: number;
} {
  const since = Date.parse(alert.onset);
  const until = alert.closedAt === null ? Number.POSITIVE_INFINITY : Date.parse(alert.closedAt);
  const judged = alert.slots.filter((slot) => {
    const at = Date.parse(slot.at);
    return at > since && at <= until && slot.value !== null && slot.status !== "LOW_N";
  });
  const isBeyond = (slot: BacktestSlot) =>
    slot.value !== null && (alert.op === "above" ? slot.value > alert.limit : slot.value < alert.limit);
  return { beyond: judged.filter(isBeyond).length, judged: judged.length };
}

export interface WhereWords {
  readonly head: string;
  readonly body: string;
}

const NAMED_MAX = 3;

/** Names the segments that stand out; where none does, that is the answer. */
export function whereWords(where: AlertDetail["where"], alert: AlertDetail): WhereWords | null {
  const judged = where.filter((entry) => entry.rows.some(isJudged));
  const first = judged[0];
  if (!first) return null;
  const write = (value: number | null) => metricValue(alert.metric, value, "sentence");
  const found = judged.flatMap((entry) =>
    standouts(entry.rows, alert.op).map((one) => ({ ...one, key: entry.key })),
  );
  if (found.length > 0) {
    const named = found
      .slice(0, NAMED_MAX)
      .map(({ key, row, rest }) => `${key} ${row.value} ${write(row.point.value)} (others ${write(rest)})`);
    const more = found.length > named.length ? ` and ${integer(found.length - named.length)} more` : "";
    return {
      head: `${plural(found.length, "segment stands", "segments stand")} out:`,
      body: `${named.join(", ")}${more}.`,
    };
  }
  const examples = first.rows
    .filter(isJudged)
    .slice(0, NAMED_MAX)
    .map((row) => `${row.value} ${write(row.point.value)}`);
  return {
    head: "Everywhere:",
    body: `${listed(examples)}; no segment is clearly worse than the others.`,
  };
}

/** What happened shortly before, closest first; never a cause. */
export function beforeWords(
  events: readonly TimelineEvent[],
  onsetMs: number,
): { event: TimelineEvent; gap: string }[] {
  return events
    .map((event) => ({ event, gapMs: onsetMs - Date.parse(event.at) }))
    .sort((a, b) => a.gapMs - b.gapMs)
    .map(({ event, gapMs }) => ({
      event,
      gap: gapMs < DAY_MS / 24 ? "at the onset" : `${durationText(gapMs)} before`,
    }));
}

export function openSince(
  alert: Pick<AlertListItem, "openedAt" | "closedAt">,
  nowMs: number,
  zone: string,
): string {
  const opened = agoText(Date.parse(alert.openedAt), nowMs, zone);
  if (alert.closedAt === null) return opened;
  return `${opened}, ${durationText(Date.parse(alert.closedAt) - Date.parse(alert.openedAt))}`;
}

export function metricOf(alert: Pick<AlertListItem, "metric">): string {
  return metricShort(alert.metric);
}
