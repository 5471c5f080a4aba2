import type { MetaDatabase } from "#db/open-meta.ts";
import {
  type AlertRow,
  addTimelineEntry,
  deleteAlert,
  insertAlert,
  readEpisodes,
  updateAlert,
} from "#db/queries/alerts.ts";
import type { StoredMonitor } from "#db/queries/monitors.ts";
import { amendmentsOf, closeText, withdrawalText } from "#server/alerts/amendment.ts";
import { matchEpisodes } from "#server/alerts/match-episodes.ts";
import { titleOf } from "#server/alerts/notice.ts";
import type { Episode } from "#server/alerts/replay.ts";
import type { ReplayedStretch } from "#server/alerts/replay-changes.ts";
import type { CloseReason } from "#server/alerts/transition.ts";
import { newId } from "#server/kernel/ids.ts";
import { freshnessMs } from "#server/monitors/sealing.ts";

export interface EpisodeContext {
  readonly db: MetaDatabase;
  readonly monitor: StoredMonitor;
  readonly now: number;
  /** The data reaches the present: what is open now is news. */
  readonly caughtUp: boolean;
  /** Since when rows of the model arrive fresh; null: never did, and silence is no news. */
  readonly livingSince: number | null;
  /** The window had rows when it was judged before: what rises there now was raised by late data. */
  readonly wasJudged: (slot: number) => boolean;
}

/** Brings the stored alerts in step with a stretch that was replayed. Returns the alerts that changed. */
export function storeEpisodes(
  context: EpisodeContext,
  { replayed, startSlot, end }: Pick<ReplayedStretch, "replayed" | "startSlot" | "end">,
): string[] {
  const { db, monitor } = context;
  const stored = readEpisodes(db, monitor, startSlot, end ?? Number.POSITIVE_INFINITY);
  const matches = matchEpisodes(stored, replayed.episodes);
  const changed: string[] = [];
  for (const episode of matches.opened) {
    const id = open(context, episode);
    if (id !== null) changed.push(id);
  }
  for (const [row, episode] of matches.kept) {
    if (amend(context, row, episode)) changed.push(row.id);
  }
  for (const row of matches.withdrawn) {
    if (withdraw(context, row)) changed.push(row.id);
  }
  return changed;
}

function open(context: EpisodeContext, episode: Episode): string | null {
  const { db, monitor, now } = context;
  if (wasUnderAnotherRule(monitor, episode)) return null;
  const origin = originOf(context, episode);
  const row: AlertRow = {
    id: newId("al"),
    monitorId: monitor.id,
    modelId: monitor.modelId,
    kind: episode.kind,
    severity: monitor.severity,
    origin,
    rule: monitor.rule,
    ruleVersion: monitor.ruleVersion,
    fired: episode.opening,
    failure: null,
    acknowledgedBy: null,
    acknowledgedAt: null,
    assignee: null,
    silencedUntil: null,
    silencedBy: null,
    verdict: null,
    touched: false,
    createdAt: now,
    updatedAt: now,
    ...columnsOf(episode),
    ...closingOf(episode),
  };
  insertAlert(db, row);
  const asFired = titleOf({ ...row, closedAt: null, latest: episode.opening });
  const text = origin === "late" ? `Raised by late data. ${asFired}` : asFired;
  addTimelineEntry(db, { alertId: row.id, at: row.openedSlot, kind: "fired", text, actor: null });
  if (row.closedAt !== null) addResolved(db, row.id, row.closedAt, row.closeReason);
  return row.id;
}

/** After an edit, history that ended before it keeps the alerts of the rule that was in force then. */
function wasUnderAnotherRule(monitor: StoredMonitor, episode: Episode): boolean {
  return monitor.ruleVersion > 1 && episode.closedAt !== null && episode.closedAt <= monitor.ruleChangedAt;
}

function originOf(context: EpisodeContext, episode: Episode): AlertRow["origin"] {
  if (isNews(context, episode)) return "live";
  const { livingSince } = context;
  const wasWatched = livingSince !== null && episode.openedAt >= livingSince;
  return wasWatched && context.wasJudged(episode.openedAt) ? "late" : "backfill";
}

function isNews({ monitor, now, caughtUp, livingSince }: EpisodeContext, episode: Episode): boolean {
  if (now - episode.openedAt <= freshnessMs(monitor.rule)) return true;
  return episode.closedAt === null && (episode.kind === "breach" ? caughtUp : livingSince !== null);
}

function columnsOf(episode: Episode) {
  return {
    onsetSlot: episode.onset,
    openedSlot: episode.openedAt,
    opening: episode.opening,
    peak: episode.peak,
    latest: episode.latest,
    affected: episode.n,
    windows: episode.windows,
    flaps: episode.flaps,
  };
}

function closingOf(episode: Episode) {
  return { closedSlot: episode.closedAt, closedAt: episode.closedAt, closeReason: episode.closeReason };
}

function amend(context: EpisodeContext, row: AlertRow, episode: Episode): boolean {
  const { db, now } = context;
  // What a person or an edit ended stays ended; only its numbers follow the data.
  const byHand = row.closeReason !== null && !DATA_REASONS.has(row.closeReason);
  const closing = byHand ? {} : closingOf(episode);
  const becomesLive = row.origin !== "live" && episode.closedAt === null && isNews(context, episode);
  const next: AlertRow = {
    ...row,
    ...columnsOf(episode),
    ...closing,
    origin: becomesLive ? "live" : row.origin,
    // History that is still being read shows first what it will say in the end; only people's alerts keep the first word.
    fired: row.origin === "backfill" && !row.touched ? episode.opening : row.fired,
  };
  if (JSON.stringify(next) === JSON.stringify(row)) return false;
  updateAlert(db, row.id, { ...next, updatedAt: now });
  if (becomesLive) {
    const text = "The data has reached the present and it is still so: opened.";
    addTimelineEntry(db, { alertId: row.id, at: now, kind: "fired", text, actor: null });
  }
  if (row.closedAt === null && next.closedAt !== null)
    addResolved(db, row.id, next.closedAt, next.closeReason);
  if (row.origin === "backfill" && !becomesLive) return true;
  for (const { key, text } of amendmentsOf(row, next)) {
    addTimelineEntry(db, { alertId: row.id, key, at: now, kind: "amended", text, actor: null });
  }
  return true;
}

const DATA_REASONS: ReadonlySet<CloseReason> = new Set(["cleared", "series-gone", "retracted"]);

/** An alert that nobody was told of and nobody touched leaves no trace; any other says that it was withdrawn. */
function withdraw({ db, now }: EpisodeContext, row: AlertRow): boolean {
  if (row.closeReason !== null && !DATA_REASONS.has(row.closeReason)) return false;
  if (row.origin === "backfill" && !row.touched) {
    deleteAlert(db, row.id);
    return false;
  }
  updateAlert(db, row.id, {
    closedSlot: row.openedSlot,
    closedAt: now,
    closeReason: "retracted",
    updatedAt: now,
  });
  addTimelineEntry(db, {
    alertId: row.id,
    at: now,
    kind: "retracted",
    text: withdrawalText(row),
    actor: null,
  });
  return true;
}

function addResolved(db: MetaDatabase, alertId: string, at: number, reason: CloseReason | null): void {
  addTimelineEntry(db, {
    alertId,
    key: "resolved",
    at,
    kind: "resolved",
    text: closeText(reason),
    actor: null,
  });
}
