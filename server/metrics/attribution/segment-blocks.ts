import { blocksOf } from "#server/metrics/blocks.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import type { QueryScope } from "#server/metrics/query-scope.ts";
import { PartReader } from "#server/metrics/read-parts.ts";
import { versionSpans } from "#server/metrics/version-spans.ts";
import { BLOCKS_MIN } from "#server/stats/uncertainty/block-jackknife.ts";
import type { WindowRecord } from "#server/store/event-store.ts";
import type { Layout } from "#server/windows/layout.ts";
import { DAY_MS } from "#server/windows/levels.ts";
import {
  type SummaryPick,
  sumSummaries,
  sumTallies,
  talliesByValue,
} from "#server/windows/read-summaries.ts";
import type { Summary } from "#server/windows/summary.ts";

/** What is kept of a summary: numbers that add up over windows. */
export interface CellReader {
  readonly pick: SummaryPick;
  readonly cells: number;
  read(summary: Summary, layout: Layout): Float64Array;
}

/** Predictions and labelled rows come first in every block's numbers. */
export const COUNT_CELLS = 2;

export interface Block {
  readonly start: number;
  readonly end: number;
  /** All rows: predictions, labelled, then the reader's cells. */
  readonly all: Float64Array;
  /** The same by segment value; absent: no rows. */
  readonly values: ReadonlyMap<string, Float64Array>;
}

export interface SegmentBlocks {
  readonly versions: readonly string[];
  readonly blocks: readonly Block[];
  /** Such as `31 days`; `rows` where there are too few blocks to tell anything by. */
  readonly text: string;
}

const HOUR_MS = 3_600_000;
/** Numbers held at once: 32 MB. */
const NUMBERS_MAX = 4_000_000;

/** Makes the reader fetch segments; which one is decided later. */
const EVERY_SEGMENT = { key: "", values: [], text: "" };

/** A range's numbers by segment value, in blocks of days (or windows) whose rows hang together. */
export function readSegmentBlocks(
  source: MetricsSource,
  scope: QueryScope,
  range: { from: number; to: number },
  asked: { readonly key: string | null; readonly cells: CellReader },
): SegmentBlocks {
  const records = readRecords(source, scope, range, asked.key !== null);
  const layouts = new Map<string, Layout | null>();
  const layoutOf = (version: string): Layout | null => {
    const known = layouts.get(version);
    if (known !== undefined) return known;
    const layout = source.layout(scope.schema.modelId, version);
    layouts.set(version, layout);
    return layout;
  };
  const versions = [...new Set(records.map(({ version }) => version))];
  const values = versions.map((version) => {
    const layout = layoutOf(version);
    return layout?.segmentValues[layout.segmentKeys.indexOf(asked.key ?? "")]?.length ?? 0;
  });
  const { groups, text } = blocksFor(records, Math.max(1, ...values) * asked.cells.cells);
  return { versions, blocks: groups.map((group) => blockOf(group, layoutOf, asked)), text };
}

/** Days (or windows), several together where their numbers would take too much room. */
function blocksFor(records: readonly WindowRecord[], numbersABlock: number) {
  const found = blocksOf(records);
  if (found === null) return { groups: records.length > 0 ? [records] : [], text: "rows" };
  const most = Math.max(BLOCKS_MIN, Math.floor(NUMBERS_MAX / numbersABlock));
  const size = Math.ceil(found.groups.length / most);
  if (size === 1 || found.groups.length / size < BLOCKS_MIN) return found;
  const groups = Array.from({ length: Math.ceil(found.groups.length / size) }, (_, index) =>
    found.groups.slice(index * size, (index + 1) * size).flat(),
  );
  return { groups, text: `${groups.length} stretches` };
}

function readRecords(
  source: MetricsSource,
  scope: QueryScope,
  range: { from: number; to: number },
  withSegments: boolean,
): WindowRecord[] {
  if (range.from >= range.to) return [];
  const segment = withSegments ? EVERY_SEGMENT : null;
  const reader = new PartReader(source, { ...scope, segment }, {});
  // Below ten days, days are too few to tell anything by: hours then, or the model's own windows.
  const isLong = (range.to - range.from) / DAY_MS >= BLOCKS_MIN;
  return versionSpans(source, scope.schema, scope.version, range).flatMap((span) =>
    reader.records(span, isLong ? span.to - span.from : HOUR_MS),
  );
}

function blockOf(
  records: readonly WindowRecord[],
  layoutOf: (version: string) => Layout | null,
  { key, cells }: { key: string | null; cells: CellReader },
): Block {
  const all = new Float64Array(COUNT_CELLS + cells.cells);
  const values = new Map<string, Float64Array>();
  for (const version of new Set(records.map((record) => record.version))) {
    const layout = layoutOf(version);
    if (layout === null) continue;
    const own = records.filter((record) => record.version === version);
    addInto(all, numbersOf(sumSummaries(own, layout, cells.pick), layout, cells));
    if (key === null) continue;
    for (const [value, tallies] of talliesByValue(own, layout, key)) {
      const summary = sumTallies(tallies, layout, cells.pick);
      if (summary.predictions === 0) continue;
      const sum = values.get(value) ?? new Float64Array(all.length);
      addInto(sum, numbersOf(summary, layout, cells));
      values.set(value, sum);
    }
  }
  const starts = records.map(({ start }) => start);
  const ends = records.map(({ start, levelMs }) => start + levelMs);
  return { start: Math.min(...starts), end: Math.max(...ends), all, values };
}

export function numbersOf(summary: Summary, layout: Layout, cells: CellReader): Float64Array {
  const numbers = new Float64Array(COUNT_CELLS + cells.cells);
  numbers[0] = summary.predictions;
  numbers[1] = summary.labelled;
  numbers.set(cells.read(summary, layout), COUNT_CELLS);
  return numbers;
}

export function addInto(sum: Float64Array, part: ArrayLike<number>): void {
  for (let cell = 0; cell < sum.length; cell++) sum[cell] = (sum[cell] ?? 0) + (part[cell] ?? 0);
}

/** Values of several ranges, most predictions first, and a last null where rows have no value of the key. */
export function groupNames(sides: readonly SegmentBlocks[]): (string | null)[] {
  const totals = new Map<string, number>();
  let without = 0;
  for (const { all, values } of sides.flatMap(({ blocks }) => blocks)) {
    without += all[0] ?? 0;
    for (const [value, numbers] of values) {
      totals.set(value, (totals.get(value) ?? 0) + (numbers[0] ?? 0));
      without -= numbers[0] ?? 0;
    }
  }
  const names = [...totals].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([value]) => value);
  return without > 0 ? [...names, null] : names;
}

/** One group's numbers in a block; for null, those of the rows that have no value. */
export function groupNumbers({ all, values }: Block, name: string | null): Float64Array {
  if (name !== null) return values.get(name) ?? new Float64Array(all.length);
  const rest = all.slice();
  for (const numbers of values.values()) {
    for (let cell = 0; cell < rest.length; cell++) rest[cell] = (rest[cell] ?? 0) - (numbers[cell] ?? 0);
  }
  return rest.map((value) => (Math.abs(value) < 1e-6 ? 0 : value));
}

/** All groups' numbers in a row, so that a block is one list of numbers. */
export function flatBlock(block: Block, names: readonly (string | null)[]): Float64Array {
  const width = block.all.length;
  const flat = new Float64Array(width * names.length);
  names.forEach((name, index) => {
    flat.set(groupNumbers(block, name), index * width);
  });
  return flat;
}
