import type Sqlite from "better-sqlite3";
import type { MetaDatabase } from "#db/open-meta.ts";
import type { MonitorState } from "#server/alerts/transition.ts";
import type { MetricStatus, SlotEvidence } from "#server/api/contract.ts";

export interface SlotRow {
  readonly monitorId: string;
  /** End of the window, milliseconds. */
  readonly slot: number;
  readonly value: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  readonly n: number;
  readonly rows: number | null;
  readonly status: MetricStatus;
  readonly version: string | null;
  readonly observation: string;
  /** For rules that decide by it. */
  readonly evidence: SlotEvidence | null;
  /** Null when nothing is open or pending after this slot. */
  readonly state: MonitorState | null;
}

interface StoredSlot extends Omit<SlotRow, "state" | "evidence"> {
  readonly state: string | null;
  readonly evidence: string | null;
}

/** A year of five-minute windows is 100,000 slots: they are read and written by prepared statements. */
interface Statements {
  readonly range: Sqlite.Statement<[string, number, number], StoredSlot>;
  readonly idleBefore: Sqlite.Statement<[string, number], StoredSlot>;
  readonly idleAfter: Sqlite.Statement<[string, number], number>;
  readonly write: Sqlite.Statement<unknown[]>;
  readonly remove: Sqlite.Statement<[string, number]>;
  readonly removeAll: Sqlite.Statement<[string]>;
}

const prepared = new WeakMap<Sqlite.Database, Statements>();

function statements({ $client: sqlite }: MetaDatabase): Statements {
  const known = prepared.get(sqlite);
  if (known !== undefined) return known;
  const columns =
    "monitor_id AS monitorId, slot, value, lo, hi, n, rows, status, version, observation, evidence, state";
  const made: Statements = {
    range: sqlite.prepare(
      `SELECT ${columns} FROM monitor_slots WHERE monitor_id = ? AND slot >= ? AND slot <= ? ORDER BY slot`,
    ),
    idleBefore: sqlite.prepare(
      `SELECT ${columns} FROM monitor_slots WHERE monitor_id = ? AND slot < ? AND state IS NULL
       ORDER BY slot DESC LIMIT 1`,
    ),
    idleAfter: sqlite
      .prepare<[string, number], number>(
        "SELECT slot FROM monitor_slots WHERE monitor_id = ? AND slot > ? AND state IS NULL ORDER BY slot LIMIT 1",
      )
      .pluck(),
    write: sqlite.prepare(
      `INSERT INTO monitor_slots
         (monitor_id, slot, value, lo, hi, n, rows, status, version, observation, evidence, state)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (monitor_id, slot) DO UPDATE SET value = excluded.value, lo = excluded.lo, hi = excluded.hi,
         n = excluded.n, rows = excluded.rows, status = excluded.status, version = excluded.version,
         observation = excluded.observation, evidence = excluded.evidence, state = excluded.state`,
    ),
    remove: sqlite.prepare("DELETE FROM monitor_slots WHERE monitor_id = ? AND slot = ?"),
    removeAll: sqlite.prepare("DELETE FROM monitor_slots WHERE monitor_id = ?"),
  };
  prepared.set(sqlite, made);
  return made;
}

/** Slots with from ≤ slot ≤ to, oldest first. */
export function readSlots(meta: MetaDatabase, monitorId: string, from: number, to: number): SlotRow[] {
  return statements(meta).range.all(monitorId, from, to).map(toRow);
}

/** The last slot before that one after which nothing was open or pending: a replay may start from it. */
export function readIdleSlotBefore(meta: MetaDatabase, monitorId: string, slot: number): SlotRow | null {
  const row = statements(meta).idleBefore.get(monitorId, slot);
  return row === undefined ? null : toRow(row);
}

/** The first such slot after that one: a replay that is idle there as well need not go on. */
export function readIdleSlotAfter(meta: MetaDatabase, monitorId: string, slot: number): number | null {
  return statements(meta).idleAfter.get(monitorId, slot) ?? null;
}

export function writeSlot(meta: MetaDatabase, row: SlotRow): void {
  const { monitorId, slot, value, lo, hi, n, rows, status, version, observation, evidence, state } = row;
  const stateText = state === null ? null : JSON.stringify(state);
  const evidenceText = evidence === null ? null : JSON.stringify(evidence);
  statements(meta).write.run(
    monitorId,
    slot,
    value,
    lo,
    hi,
    n,
    rows,
    status,
    version,
    observation,
    evidenceText,
    stateText,
  );
}

export function deleteSlots(meta: MetaDatabase, monitorId: string, slots: readonly number[]): void {
  const { remove } = statements(meta);
  for (const slot of slots) remove.run(monitorId, slot);
}

export function deleteAllSlots(meta: MetaDatabase, monitorId: string): void {
  statements(meta).removeAll.run(monitorId);
}

function toRow(row: StoredSlot): SlotRow {
  const state: MonitorState | null = row.state === null ? null : JSON.parse(row.state);
  const evidence: SlotEvidence | null = row.evidence === null ? null : JSON.parse(row.evidence);
  return { ...row, evidence, state };
}
