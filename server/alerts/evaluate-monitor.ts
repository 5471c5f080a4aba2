import { inTransaction, type MetaDatabase } from "#db/open-meta.ts";
import { readHandClosed } from "#db/queries/alerts.ts";
import {
  deleteAllSlots,
  deleteSlots,
  type ProgressRow,
  readIdleSlotBefore,
  readProgress,
  readSlots,
  type SlotRow,
  type StoredMonitor,
  writeProgress,
  writeSlot,
} from "#db/queries/monitors.ts";
import { closeErrorAlerts, closeOpenAlerts } from "#server/alerts/close-alerts.ts";
import { learningProgress, progressAfter } from "#server/alerts/monitor-progress.ts";
import type { NoticeTiming } from "#server/alerts/notice-timing.ts";
import { replay, type TraceEntry } from "#server/alerts/replay.ts";
import { type ChangedRange, rangesToJudge, type SlotRange } from "#server/alerts/slot-ranges.ts";
import { plainSlot, rowOfEntry, slotOfRow } from "#server/alerts/slot-rows.ts";
import { storeEpisodes } from "#server/alerts/store-episodes.ts";
import { tell } from "#server/alerts/tell.ts";
import type { BacktestSlot } from "#server/api/contract.ts";
import type { EvaluationSource, ModelFacts } from "#server/monitors/evaluation-source.ts";
import { isCaughtUp, sealedUntil } from "#server/monitors/sealing.ts";
import { windowWidthMs } from "#server/monitors/window-width.ts";

export interface EvaluateArgs {
  readonly db: MetaDatabase;
  readonly source: EvaluationSource;
  readonly monitor: StoredMonitor;
  /** What changed since the last pass; `all` when that is not known. */
  readonly changes: readonly ChangedRange[] | "all";
  /** Since when the model's rows arrive fresh; null: they never did. */
  readonly livingSince: number | null;
  readonly now: number;
  readonly timing: NoticeTiming;
}

export interface Evaluated {
  /** Alerts that were opened, amended, closed or withdrawn. */
  readonly alerts: number;
  /** The monitor's state, or what it says of its last window, is another. */
  readonly isNews: boolean;
}

/**
 * Judges what changed, replays from the last quiet slot before it, and brings alerts and outbox in step, all in one
 * transaction. After downtime nothing special happens: slots live in event time, so the windows that passed are newly
 * sealed and replayed in order, and only what is open at their end, or fired within the last windows, is news.
 */
export function evaluateMonitor(args: EvaluateArgs): Evaluated {
  const { db, monitor, source, now } = args;
  const before = readProgress(db, monitor.id);
  if (!monitor.enabled || monitor.deletedAt !== null) return inTransaction(db, () => rest(args, before));
  const facts = source.facts(monitor.modelId);
  const known = before !== null && before.ruleVersion === monitor.ruleVersion ? before : null;
  if (facts === null) return inTransaction(db, () => learn(args, before));
  const until = Math.max(
    sealedUntil(monitor.rule, facts, args.livingSince !== null, now),
    known?.sealedUntil ?? Number.NEGATIVE_INFINITY,
  );
  // What changed while it was paused was not kept.
  const changes = known?.state === "paused" ? "all" : args.changes;
  const ranges = rangesToJudge(monitor.rule, facts, changes, known?.sealedUntil ?? null, until);
  const fresh = ranges.flatMap((range) => readRange(args, range));
  return inTransaction(db, () => {
    const closed = [
      ...closeOpenAlerts(args, { reason: "rule-changed", olderThan: monitor.ruleVersion }),
      ...closeErrorAlerts(args),
    ];
    if (known === null) deleteAllSlots(db, monitor.id);
    const changed = applyReplay(args, facts, { known, until, ranges, fresh });
    const alertIds = [...closed, ...changed.alertIds];
    tell({ db, now, timing: args.timing, alertIds });
    return { alerts: alertIds.length, isNews: changed.isNews };
  });
}

/** A paused or deleted monitor judges nothing; what it left open is closed, once. */
function rest(args: EvaluateArgs, before: ProgressRow | null): Evaluated {
  const { db, monitor, now } = args;
  const isDeleted = monitor.deletedAt !== null;
  const closed = closeOpenAlerts(args, { reason: isDeleted ? "deleted" : "paused" });
  if (isDeleted) deleteAllSlots(db, monitor.id);
  if (before !== null && before.state !== "paused") {
    writeProgress(db, { ...before, state: "paused", stateSince: now, failures: 0, failure: null });
  }
  tell({ db, now, timing: args.timing, alertIds: closed });
  return { alerts: closed.length, isNews: before !== null && before.state !== "paused" };
}

function learn(args: EvaluateArgs, before: ProgressRow | null): Evaluated {
  const { db, monitor, now } = args;
  const closed = closeOpenAlerts(args, { reason: "rule-changed", olderThan: monitor.ruleVersion });
  writeProgress(db, learningProgress(monitor, before, now));
  tell({ db, now, timing: args.timing, alertIds: closed });
  return { alerts: closed.length, isNews: before?.state !== "learning" };
}

const SLOTS_PER_READ = 2_000;

function readRange({ source, monitor }: EvaluateArgs, { first, last }: SlotRange): BacktestSlot[] {
  const widthMs = windowWidthMs(monitor.rule);
  const slots: BacktestSlot[] = [];
  for (let from = first; from <= last; from += SLOTS_PER_READ * widthMs) {
    const to = Math.min(last, from + (SLOTS_PER_READ - 1) * widthMs);
    slots.push(...source.evaluate(monitor.modelId, monitor.rule, from - widthMs, to));
  }
  return slots.map(plainSlot);
}

interface Reading {
  readonly known: ProgressRow | null;
  readonly until: number;
  readonly ranges: readonly SlotRange[];
  readonly fresh: readonly BacktestSlot[];
}

function applyReplay(
  args: EvaluateArgs,
  facts: ModelFacts,
  reading: Reading,
): { alertIds: string[]; isNews: boolean } {
  const { db, monitor, now } = args;
  const { known, until } = reading;
  const from = Math.min(firstDifference(args, reading), firstUnjudged(args, known));
  const start = readIdleSlotBefore(db, monitor.id, from);
  const startSlot = start?.slot ?? Number.NEGATIVE_INFINITY;
  const stored = readSlots(db, monitor.id, startSlot + 1, until);
  const replayed = replay({
    rule: monitor.rule,
    slots: overlay(stored, reading.fresh, startSlot),
    start: start?.state,
    sealedUntil: until,
    resolved: readHandClosed(db, monitor.id, monitor.ruleVersion).flatMap(({ kind, closedSlot }) =>
      closedSlot === null ? [] : [{ kind, slot: closedSlot }],
    ),
  });
  writeTrace(args, replayed.trace, stored);
  const judged = new Set(stored.map((row) => row.slot));
  const alertIds = storeEpisodes(
    {
      db,
      monitor,
      now,
      caughtUp: isCaughtUp(monitor.rule, facts, now),
      livingSince: args.livingSince,
      wasJudged: (slot) => judged.has(slot),
    },
    replayed.episodes,
    startSlot,
  );
  const progress = progressAfter({ monitor, known, until, trace: replayed.trace, start, now });
  writeProgress(db, progress);
  const isNews =
    known?.state !== progress.state || JSON.stringify(known.last) !== JSON.stringify(progress.last);
  return { alertIds, isNews };
}

function firstUnjudged({ monitor }: EvaluateArgs, known: ProgressRow | null): number {
  return known?.sealedUntil == null
    ? Number.NEGATIVE_INFINITY
    : known.sealedUntil + windowWidthMs(monitor.rule);
}

/** The first slot that differs from what is stored, +∞ for none; slots that no longer have rows are removed. */
function firstDifference({ db, monitor }: EvaluateArgs, { ranges, fresh }: Reading): number {
  const freshAt = new Map(fresh.map((slot) => [Date.parse(slot.at), JSON.stringify(slot)]));
  let first = Number.POSITIVE_INFINITY;
  for (const range of ranges) {
    const stored = readSlots(db, monitor.id, range.first, range.last);
    const gone = stored.filter((row) => !freshAt.has(row.slot)).map((row) => row.slot);
    deleteSlots(db, monitor.id, gone);
    for (const slot of gone) first = Math.min(first, slot);
    const storedAt = new Map(stored.map((row) => [row.slot, JSON.stringify(slotOfRow(row))]));
    for (const [at, text] of freshAt) {
      if (at >= range.first && at <= range.last && storedAt.get(at) !== text) first = Math.min(first, at);
    }
  }
  return first;
}

/** Stored slots with what was read again in their place, from after the start. */
function overlay(
  stored: readonly SlotRow[],
  fresh: readonly BacktestSlot[],
  startSlot: number,
): BacktestSlot[] {
  const bySlot = new Map<number, BacktestSlot>(stored.map((row) => [row.slot, slotOfRow(row)]));
  for (const slot of fresh) {
    const at = Date.parse(slot.at);
    if (at > startSlot) bySlot.set(at, slot);
  }
  return [...bySlot.entries()].sort(([a], [b]) => a - b).map(([, slot]) => slot);
}

function writeTrace(
  { db, monitor }: EvaluateArgs,
  trace: readonly TraceEntry[],
  stored: readonly SlotRow[],
): void {
  const storedAt = new Map(stored.map((row) => [row.slot, JSON.stringify(row)]));
  for (const entry of trace) {
    const row = rowOfEntry(monitor.id, entry);
    if (row !== null && storedAt.get(entry.at) !== JSON.stringify(row)) writeSlot(db, row);
  }
}
