import type { MetaDatabase } from "#db/open-meta.ts";
import { readHandClosed } from "#db/queries/alerts.ts";
import {
  readIdleSlotAfter,
  readIdleSlotBefore,
  readSlots,
  type SlotRow,
  writeSlot,
} from "#db/queries/monitor-slots.ts";
import type { StoredMonitor } from "#db/queries/monitors.ts";
import { type Replay, type ReplayInput, replay } from "#server/alerts/replay.ts";
import {
  isIdle,
  rowOfEntry,
  sameNumbers,
  sameVerdict,
  slotOfRow,
  stateOfRow,
} from "#server/alerts/slot-rows.ts";
import type { BacktestSlot } from "#server/api/contract.ts";

export interface ReplayChangesArgs {
  readonly db: MetaDatabase;
  readonly monitor: StoredMonitor;
  /** Windows read again, by slot. */
  readonly fresh: ReadonlyMap<number, BacktestSlot>;
  /** Slots that differ from what is stored, ascending. */
  readonly changed: readonly number[];
  /** Slots from here on were never judged. */
  readonly unjudgedFrom: number;
  readonly sealedUntil: number;
}

/** A stretch that was replayed, between two slots at which nothing is open; `end` is null where it reaches the end. */
export interface ReplayedStretch {
  readonly startSlot: number;
  readonly start: SlotRow | null;
  readonly end: number | null;
  readonly stored: readonly SlotRow[];
  readonly replayed: Replay;
}

/**
 * Replays what changed and nothing else. A stretch goes from the last quiet slot before a change to the first slot
 * that was quiet before and is quiet now: from there on the states are the same as ever. The last stretch is the tail.
 */
export function replayChanges(args: ReplayChangesArgs): ReplayedStretch[] {
  const resolved = handClosings(args);
  let tailStart = readIdleSlotBefore(args.db, args.monitor.id, args.unjudgedFrom);
  const stretches: ReplayedStretch[] = [];
  let early = args.changed.filter((slot) => slot <= slotOrFirst(tailStart));
  while (early[0] !== undefined) {
    const stretch = replayEarly(args, resolved, early[0], slotOrFirst(tailStart));
    if (stretch === null) {
      tailStart = readIdleSlotBefore(args.db, args.monitor.id, early[0]);
      break;
    }
    stretches.push(stretch);
    early = early.filter((slot) => slot > (stretch.end ?? Number.POSITIVE_INFINITY));
  }
  stretches.push(replayStretch(args, resolved, tailStart, null));
  for (const stretch of stretches) writeVerdicts(args, stretch);
  return stretches;
}

type Resolved = NonNullable<ReplayInput["resolved"]>;

function handClosings({ db, monitor }: ReplayChangesArgs): Resolved {
  return readHandClosed(db, monitor.id, monitor.ruleVersion).flatMap(({ kind, closedSlot }) =>
    closedSlot === null ? [] : [{ kind, slot: closedSlot }],
  );
}

function slotOrFirst(row: SlotRow | null): number {
  return row?.slot ?? Number.NEGATIVE_INFINITY;
}

/** Null when it grows into the tail: then the tail begins before it. */
function replayEarly(
  args: ReplayChangesArgs,
  resolved: Resolved,
  changed: number,
  tailSlot: number,
): ReplayedStretch | null {
  const { db, monitor } = args;
  const start = readIdleSlotBefore(db, monitor.id, changed);
  let end = readIdleSlotAfter(db, monitor.id, changed);
  while (end !== null && end < tailSlot) {
    const stretch = replayStretch(args, resolved, start, end);
    if (isIdle(stretch.replayed.state)) return stretch;
    // Twice as far each time, so that a long episode costs a few replays and not one for every slot.
    end = readIdleSlotAfter(db, monitor.id, end + (end - changed));
  }
  return null;
}

function replayStretch(
  { db, monitor, fresh, sealedUntil }: ReplayChangesArgs,
  resolved: Resolved,
  start: SlotRow | null,
  end: number | null,
): ReplayedStretch {
  const startSlot = slotOrFirst(start);
  const last = end ?? sealedUntil;
  const stored = readSlots(db, monitor.id, startSlot + 1, last);
  const replayed = replay({
    rule: monitor.rule,
    slots: overlay(stored, fresh, startSlot, last),
    start: start === null ? undefined : stateOfRow(start),
    sealedUntil: last,
    resolved,
  });
  return { startSlot, start, end, stored, replayed };
}

/** Stored slots with what was read again in their place. */
function overlay(
  stored: readonly SlotRow[],
  fresh: ReadonlyMap<number, BacktestSlot>,
  startSlot: number,
  last: number,
): BacktestSlot[] {
  const bySlot = new Map<number, BacktestSlot>(stored.map((row) => [row.slot, slotOfRow(row)]));
  for (const [at, slot] of fresh) if (at > startSlot && at <= last) bySlot.set(at, slot);
  return [...bySlot].sort(([a], [b]) => a - b).map(([, slot]) => slot);
}

function writeVerdicts({ db, monitor }: ReplayChangesArgs, { stored, replayed }: ReplayedStretch): void {
  const storedAt = new Map(stored.map((row) => [row.slot, row]));
  for (const entry of replayed.trace) {
    const row = rowOfEntry(monitor.id, entry);
    if (row === null || entry.numbers === null) continue;
    const before = storedAt.get(entry.at);
    if (before && sameNumbers(before, entry.numbers) && sameVerdict(before, row)) continue;
    writeSlot(db, row);
  }
}
