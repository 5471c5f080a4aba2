import { inTransaction, type MetaDatabase } from "#db/open-meta.ts";
import { deleteAllSlots, deleteSlots, readSlots } from "#db/queries/monitor-slots.ts";
import { type ProgressRow, readProgress, type StoredMonitor, writeProgress } from "#db/queries/monitors.ts";
import { closeErrorAlerts, closeOpenAlerts } from "#server/alerts/close-alerts.ts";
import { learningProgress, progressAfter } from "#server/alerts/monitor-progress.ts";
import type { NoticeTiming } from "#server/alerts/notice-timing.ts";
import { replayChanges } from "#server/alerts/replay-changes.ts";
import { type ChangedRange, rangesToJudge, type SlotRange } from "#server/alerts/slot-ranges.ts";
import { plainSlot, sameNumbers } from "#server/alerts/slot-rows.ts";
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
  const read = ranges.flatMap((range) => readRange(args, range));
  const fresh = new Map(read.map((slot) => [Date.parse(slot.at), slot]));
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
  readonly fresh: ReadonlyMap<number, BacktestSlot>;
}

function applyReplay(
  args: EvaluateArgs,
  facts: ModelFacts,
  reading: Reading,
): { alertIds: string[]; isNews: boolean } {
  const { db, monitor, now } = args;
  const { known, until } = reading;
  const stretches = replayChanges({
    db,
    monitor,
    fresh: reading.fresh,
    changed: changedSlots(args, reading),
    unjudgedFrom: firstUnjudged(args, known),
    sealedUntil: until,
  });
  const caughtUp = isCaughtUp(monitor.rule, facts, now);
  const alertIds = stretches.flatMap((stretch) => {
    const judged = new Set(stretch.stored.map((row) => row.slot));
    const wasJudged = (slot: number) => judged.has(slot);
    return storeEpisodes({ db, monitor, now, caughtUp, livingSince: args.livingSince, wasJudged }, stretch);
  });
  const tail = stretches.at(-1);
  const progress = progressAfter({
    monitor,
    known,
    until,
    trace: tail?.replayed.trace ?? [],
    start: tail?.start ?? null,
    now,
  });
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

/** Slots that differ from what is stored, ascending; those that no longer have rows are removed. */
function changedSlots({ db, monitor }: EvaluateArgs, { ranges, fresh }: Reading): number[] {
  const changed: number[] = [];
  for (const { first, last } of ranges) {
    const stored = new Map(readSlots(db, monitor.id, first, last).map((row) => [row.slot, row]));
    const gone = [...stored.keys()].filter((slot) => !fresh.has(slot));
    deleteSlots(db, monitor.id, gone);
    changed.push(...gone);
    for (const [at, slot] of fresh) {
      const row = stored.get(at);
      if (at >= first && at <= last && !(row && sameNumbers(row, slot))) changed.push(at);
    }
  }
  return changed.sort((a, b) => a - b);
}
