import { windowStart } from "#server/windows/levels.ts";

/** Rows put into groups, by window or by window and segment: a counting sort, so that folding walks each group in one go. */
export interface RowGroups {
  readonly count: number;
  /** Local row numbers, group after group. */
  readonly order: Uint32Array;
  /** Group g is order[offsets[g] .. offsets[g + 1]). */
  readonly offsets: Uint32Array;
}

export interface WindowGroups extends RowGroups {
  readonly starts: readonly number[];
  /** Window of each local row, as an index into `starts`. */
  readonly windowOf: Uint32Array;
}

export interface SegmentGroups extends RowGroups {
  readonly windows: readonly number[];
  readonly values: readonly number[];
}

/** Groups rows by the window that their time falls in. Local row j is positions[j]. */
export function groupByWindow(ts: Float64Array, positions: Uint32Array, widthMs: number): WindowGroups {
  const starts: number[] = [];
  const known = new Map<number, number>();
  const windowOf = new Uint32Array(positions.length);
  let lastStart = Number.NaN;
  let lastWindow = 0;
  for (let j = 0; j < positions.length; j += 1) {
    const start = windowStart(ts[positions[j] as number] as number, widthMs);
    if (start !== lastStart) {
      lastStart = start;
      lastWindow = known.get(start) ?? starts.length;
      if (lastWindow === starts.length) {
        known.set(start, lastWindow);
        starts.push(start);
      }
    }
    windowOf[j] = lastWindow;
  }
  return { ...sortByGroup(windowOf, starts.length), starts, windowOf };
}

/** Groups rows by window and segment value; rows with value −1 belong to no group. */
export function groupBySegment(windows: WindowGroups, values: Int32Array, valueCount: number): SegmentGroups {
  const groupAt = new Int32Array(windows.count * valueCount).fill(-1);
  const groupOf = new Uint32Array(values.length);
  const found = { windows: [] as number[], values: [] as number[] };
  for (let j = 0; j < values.length; j += 1) {
    const value = values[j] as number;
    if (value < 0) {
      groupOf[j] = NO_GROUP;
      continue;
    }
    const window = windows.windowOf[j] as number;
    const at = window * valueCount + value;
    let group = groupAt[at] as number;
    if (group < 0) {
      group = found.windows.push(window) - 1;
      found.values.push(value);
      groupAt[at] = group;
    }
    groupOf[j] = group;
  }
  return { ...sortByGroup(groupOf, found.windows.length), ...found };
}

const NO_GROUP = 0xffffffff;

function sortByGroup(groupOf: Uint32Array, count: number): RowGroups {
  const offsets = new Uint32Array(count + 1);
  for (const group of groupOf)
    if (group !== NO_GROUP) offsets[group + 1] = (offsets[group + 1] as number) + 1;
  for (let group = 0; group < count; group += 1) {
    offsets[group + 1] = (offsets[group + 1] as number) + (offsets[group] as number);
  }
  const next = offsets.slice(0, count);
  const order = new Uint32Array(offsets[count] as number);
  for (let j = 0; j < groupOf.length; j += 1) {
    const group = groupOf[j] as number;
    if (group === NO_GROUP) continue;
    const at = next[group] as number;
    order[at] = j;
    next[group] = at + 1;
  }
  return { count, order, offsets };
}
