import { BLOCKS_MIN } from "#server/stats/uncertainty/block-jackknife.ts";
import type { WindowRecord } from "#server/store/event-store.ts";
import { DAY_MS, windowStart } from "#server/windows/levels.ts";
import type { Summary } from "#server/windows/summary.ts";
import { summaryWithout } from "#server/windows/summary-without.ts";

/** Stretches of time whose rows belong together; read only when an interval needs them. */
export interface Blocks {
  /** Such as `31 days`. */
  readonly text: string;
  /** Their summaries, in the layout of the merged one. */
  readonly parts: () => readonly Summary[];
  /** The merged summary without each of them. */
  readonly leftOut: () => readonly Summary[];
}

/** Enough to know a variance by; more would cost time and say little. */
const BLOCKS_MAX = 60;
const HOUR_MS = 3_600_000;

export interface BlockedRecords {
  readonly text: string;
  readonly groups: readonly (readonly WindowRecord[])[];
}

/**
 * Stored windows as contiguous blocks: days where the range has enough of them, else the windows themselves, and
 * several of them together where there would be too many. Null below ten.
 */
export function blocksOf(records: readonly WindowRecord[]): BlockedRecords | null {
  if (records.length < BLOCKS_MIN) return null;
  const days = groupBy(records, ({ start }) => windowStart(start, DAY_MS));
  const isDays = days.length >= BLOCKS_MIN;
  const units = isDays ? days : groupBy(records, ({ start }) => start);
  if (units.length < BLOCKS_MIN) return null;
  const size = Math.ceil(units.length / BLOCKS_MAX);
  const groups = Array.from({ length: Math.ceil(units.length / size) }, (_, index) =>
    units.slice(index * size, (index + 1) * size).flat(),
  );
  const unit = isDays ? "days" : nameOfWidth(records);
  return { groups, text: size === 1 ? `${groups.length} ${unit}` : `${groups.length} × ${size} ${unit}` };
}

function nameOfWidth(records: readonly WindowRecord[]): string {
  return records.every(({ levelMs }) => levelMs === HOUR_MS) ? "hours" : "windows";
}

function groupBy(
  records: readonly WindowRecord[],
  keyOf: (record: WindowRecord) => number,
): (readonly WindowRecord[])[] {
  const groups = new Map<number, WindowRecord[]>();
  for (const record of records) {
    const key = keyOf(record);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [record]);
    else known.push(record);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}

/** Blocks that are read when they are first needed, and once for all metrics of a stretch. */
export function lazyBlocks(text: string, total: Summary, read: () => readonly Summary[]): Blocks {
  const parts = once(() => read().filter(({ predictions }) => predictions > 0));
  return { text, parts, leftOut: once(() => parts().map((part) => summaryWithout(total, part))) };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
