import type { SlotRow } from "#db/queries/monitor-slots.ts";
import type { ProgressRow, StoredMonitor } from "#db/queries/monitors.ts";
import type { TraceEntry } from "#server/alerts/replay.ts";
import { slotOfRow, stateOfRow } from "#server/alerts/slot-rows.ts";
import { INITIAL_STATE, isOpen, type MonitorState } from "#server/alerts/transition.ts";
import type { Monitor } from "#server/api/contract.ts";

/** The one word for where a monitor stands after its last window. */
export function stateWord(state: MonitorState, lastObservation: string | null): Monitor["state"] {
  if (state.lastSlot === null || lastObservation === null) return "learning";
  if (state.breach.phase === "firing" || state.breach.phase === "recovering") return state.breach.phase;
  if (isOpen(state.noData) || lastObservation === "no-data") return "no-data";
  if (state.breach.phase === "pending") return "pending";
  return lastObservation === "not-enough-data" || lastObservation === "missing"
    ? "not-enough-data"
    : "normal";
}

export interface ProgressFacts {
  readonly monitor: StoredMonitor;
  readonly known: ProgressRow | null;
  readonly until: number;
  readonly trace: readonly TraceEntry[];
  /** The stored slot that the replay began after. */
  readonly start: SlotRow | null;
  readonly now: number;
}

export function progressAfter({ monitor, known, until, trace, start, now }: ProgressFacts): ProgressRow {
  const entry = trace.at(-1);
  const state = stateWord(
    entry?.state ?? (start === null ? INITIAL_STATE : stateOfRow(start)),
    entry?.observation ?? start?.observation ?? null,
  );
  const numbers = trace.findLast((item) => item.numbers !== null)?.numbers;
  return {
    ...fresh(monitor, now),
    sealedUntil: until,
    state,
    stateSince: known?.state === state ? known.stateSince : (entry?.at ?? start?.slot ?? now),
    reason: entry?.reason ?? known?.reason ?? "No window has ended yet.",
    last: numbers ?? (start === null ? null : slotOfRow(start)),
  };
}

export function learningProgress(
  monitor: StoredMonitor,
  before: ProgressRow | null,
  now: number,
): ProgressRow {
  return {
    ...fresh(monitor, now),
    sealedUntil: null,
    state: "learning",
    stateSince: before?.state === "learning" ? before.stateSince : now,
    reason: "The model has no rows yet.",
    last: null,
  };
}

function fresh(monitor: StoredMonitor, now: number) {
  return {
    monitorId: monitor.id,
    ruleVersion: monitor.ruleVersion,
    evaluatedAt: now,
    failures: 0,
    failingSince: null,
    failure: null,
  };
}
