import type { SlotRow } from "#db/queries/monitor-slots.ts";
import type { TraceEntry } from "#server/alerts/replay.ts";
import { INITIAL_STATE, type MonitorState } from "#server/alerts/transition.ts";
import type { BacktestSlot } from "#server/api/contract.ts";

export function slotOfRow({
  slot,
  value,
  lo,
  hi,
  n,
  status,
  version,
  rows,
  evidence,
}: SlotRow): BacktestSlot {
  return { at: new Date(slot).toISOString(), value, lo, hi, n, status, version, rows, evidence };
}

/** One order of keys and none absent, so that equal slots are equal texts. */
export function plainSlot({
  at,
  value,
  lo,
  hi,
  n,
  status,
  version,
  rows,
  evidence,
}: BacktestSlot): BacktestSlot {
  return { at, value, lo, hi, n, status, version, rows: rows ?? null, evidence: evidence ?? null };
}

export function stateOfRow({ slot, state }: SlotRow): MonitorState {
  return state ?? { ...INITIAL_STATE, lastSlot: slot };
}

/** Null for silence, which is not stored: it is what lies between slots. */
export function rowOfEntry(monitorId: string, entry: TraceEntry): SlotRow | null {
  if (entry.isSilent || entry.numbers === null) return null;
  const { value, lo, hi, n, rows, status, version, evidence } = entry.numbers;
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
    evidence: evidence ?? null,
    state: isIdle(entry.state) ? null : entry.state,
  };
}

/** Nothing is open or on its way: a replay may start after this state and miss nothing. */
export function isIdle({ breach, noData, error, missing }: MonitorState): boolean {
  return breach.phase === "normal" && noData.phase === "normal" && error.phase === "normal" && missing === 0;
}

export function sameNumbers(row: SlotRow, slot: BacktestSlot): boolean {
  return (
    row.value === slot.value &&
    row.lo === slot.lo &&
    row.hi === slot.hi &&
    row.n === slot.n &&
    row.rows === (slot.rows ?? null) &&
    row.status === slot.status &&
    row.version === slot.version &&
    sameEvidence(row.evidence, slot.evidence ?? null)
  );
}

function sameEvidence(a: SlotRow["evidence"], b: SlotRow["evidence"]): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.log10 === b.log10 &&
    a.line === b.line &&
    a.onset === b.onset &&
    a.route === b.route &&
    a.holds === b.holds
  );
}

export function sameVerdict(a: SlotRow, b: SlotRow): boolean {
  if (a.observation !== b.observation || (a.state === null) !== (b.state === null)) return false;
  return a.state === null || JSON.stringify(a.state) === JSON.stringify(b.state);
}
