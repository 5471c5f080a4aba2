import type { SlotRow } from "#db/queries/monitors.ts";
import type { TraceEntry } from "#server/alerts/replay.ts";
import type { MonitorState } from "#server/alerts/transition.ts";
import type { BacktestSlot } from "#server/api/contract.ts";

export function slotOfRow(row: SlotRow): BacktestSlot {
  return plainSlot({ ...row, at: new Date(row.slot).toISOString() });
}

/** One order of keys and no absent ones, so that equal slots are equal texts. */
export function plainSlot(slot: BacktestSlot): BacktestSlot {
  const { at, value, lo, hi, n, status, version, rows } = slot;
  return { at, value, lo, hi, n, status, version, rows: rows ?? null };
}

/** Null for silence, which is not stored: it is what lies between slots. */
export function rowOfEntry(monitorId: string, entry: TraceEntry): SlotRow | null {
  if (entry.isSilent || entry.numbers === null) return null;
  const { value, lo, hi, n, rows, status, version } = entry.numbers;
  return {
    monitorId,
    slot: entry.at,
    value,
    lo,
    hi,
    n,
    rows: rows ?? null,
    status,
    version,
    observation: entry.observation,
    idle: isIdle(entry.state),
    state: entry.state,
  };
}

/** Nothing is open or on its way: a replay may start after this state and miss nothing. */
function isIdle({ breach, noData, error, missing }: MonitorState): boolean {
  return [breach, noData, error].every((instance) => instance.phase === "normal") && missing === 0;
}
