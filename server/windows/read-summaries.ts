import type { WindowRecord } from "#server/store/event-store.ts";
import type { CellRun } from "#server/windows/bit-reader.ts";
import { canonicalCategory } from "#server/windows/category-bins.ts";
import { COUNTER } from "#server/windows/cells.ts";
import { readGeneration, type TallySink, visitTally } from "#server/windows/decode-tally.ts";
import { type Layout, MAX_SEGMENT_VALUES, OTHER_VALUE } from "#server/windows/layout.ts";
import { mergeTwo } from "#server/windows/merge.ts";
import { keyOfSegment, readSegments, segmentId, valueOfSegment } from "#server/windows/segment-blob.ts";
import type { Summary } from "#server/windows/summary.ts";
import { SummaryBuilder, type SummaryPick } from "#server/windows/summary-builder.ts";

export type { SummaryPick } from "#server/windows/summary-builder.ts";

/** The stored parts of a window (or of a reference) that summaries are read from. */
export interface SummarySource {
  readonly summary: WindowRecord["summary"];
  readonly segments: WindowRecord["segments"];
}

/**
 * `layout`: the newest of the version (parseLayout of EventReader.currentLayout). A record of an older generation,
 * whose rebuild is still to come, reads without features, classes and segments; what labels and scores say stays.
 */
export function decodeSummary(record: SummarySource, layout: Layout, pick?: SummaryPick): Summary {
  return sumSummaries([record], layout, pick);
}

/** One segment's summary (several values: their sum); an empty one where the window has no row of it. */
export function decodeSegment(
  record: SummarySource,
  layout: Layout,
  key: string,
  value: string | readonly string[],
  pick?: SummaryPick,
): Summary {
  return sumSegments([record], layout, key, value, pick);
}

/** The sum of many windows, decoded straight into one accumulator: much faster than decoding and merging each. */
export function sumSummaries(records: readonly SummarySource[], layout: Layout, pick?: SummaryPick): Summary {
  const builder = new SummaryBuilder(layout, pick);
  for (const record of records) builder.add(record.summary);
  return builder.finish();
}

/** As sumSummaries, for one segment. */
export function sumSegments(
  records: readonly SummarySource[],
  layout: Layout,
  key: string,
  value: string | readonly string[],
  pick?: SummaryPick,
): Summary {
  const builder = new SummaryBuilder(layout, pick);
  const wanted = segmentIds(layout, key, typeof value === "string" ? [value] : value);
  for (const record of records) {
    for (const { bytes } of readableSegments(record, layout, (id) => wanted.has(id))) builder.add(bytes);
  }
  return builder.finish();
}

/**
 * The stored tallies of each value of a key, in the order of the records. Each record's segments are walked once, so
 * that a question about all values does not look every one of them up on its own. `__other__` stands for all beyond 200.
 */
export function talliesByValue(
  records: readonly SummarySource[],
  layout: Layout,
  key: string,
): Map<string, Uint8Array[]> {
  const keyIndex = layout.segmentKeys.indexOf(key);
  const names = layout.segmentValues[keyIndex] ?? [];
  const found = new Map<string, Uint8Array[]>();
  for (const record of records) {
    const isOfKey = (id: number): boolean => keyOfSegment(id) === keyIndex;
    for (const { id, bytes } of readableSegments(record, layout, isOfKey)) {
      const value = names[valueOfSegment(id)] ?? OTHER_VALUE;
      const own = found.get(value);
      if (own === undefined) found.set(value, [bytes]);
      else own.push(bytes);
    }
  }
  return found;
}

/** As sumSegments, of tallies at hand. */
export function sumTallies(tallies: readonly Uint8Array[], layout: Layout, pick?: SummaryPick): Summary {
  const builder = new SummaryBuilder(layout, pick);
  for (const bytes of tallies) builder.add(bytes);
  return builder.finish();
}

/** Values of a key that occur in these windows, most predictions first; `__other__` stands for all beyond 200. */
export function segmentValues(
  records: readonly SummarySource[],
  layout: Layout,
  key: string,
): Array<{ value: string; predictions: number; labelled: number }> {
  return [...talliesByValue(records, layout, key)]
    .map(([value, tallies]) => ({ value, ...countTallies(tallies) }))
    .sort((a, b) => b.predictions - a.predictions || (a.value < b.value ? -1 : 1));
}

export function mergeSummaries(layout: Layout, summaries: readonly Summary[]): Summary {
  return summaries.reduce(mergeTwo, emptySummary(layout));
}

export function emptySummary(layout: Layout): Summary {
  return new SummaryBuilder(layout).finish();
}

/** Values of a segment key. */
export interface SegmentChoice {
  readonly key: string;
  readonly values: readonly string[];
}

/** The stored tallies of a window's segments. */
export function segmentBytes(
  record: SummarySource,
  layout: Layout,
  { key, values }: SegmentChoice,
): Uint8Array[] {
  const wanted = segmentIds(layout, key, values);
  return readableSegments(record, layout, (id) => wanted.has(id)).map(({ bytes }) => bytes);
}

/** Segment ids mean nothing without the layout they were folded with: those of another generation are passed over. */
function readableSegments(
  { summary, segments }: SummarySource,
  layout: Layout,
  wanted: (id: number) => boolean,
): ReturnType<typeof readSegments> {
  if (segments === null || readGeneration(summary) !== layout.generation) return [];
  return readSegments(segments, wanted);
}

function segmentIds(layout: Layout, key: string, values: readonly string[]): Set<number> {
  const keyIndex = layout.segmentKeys.indexOf(key);
  const names = layout.segmentValues[keyIndex] ?? [];
  const ids = new Set<number>();
  for (const value of values) {
    const index = value === OTHER_VALUE ? MAX_SEGMENT_VALUES : names.indexOf(canonicalCategory(value));
    if (keyIndex >= 0 && index >= 0) ids.add(segmentId(keyIndex, index));
  }
  return ids;
}

/** Predictions and labelled rows of stored tallies; nothing else of them is decoded where that is possible. */
export function countTallies(tallies: readonly Uint8Array[]): { predictions: number; labelled: number } {
  const sink = new CounterSink();
  for (const bytes of tallies) visitTally(bytes, sink);
  const { predictions, labelled } = sink;
  return { predictions, labelled };
}

/** Reads two counters and steps over the rest. */
class CounterSink implements TallySink {
  predictions = 0;
  labelled = 0;

  wants(block: number): boolean {
    return block === 0;
  }
  wantsRest(): boolean {
    return false;
  }
  cells(_block: number, { cells, counts }: CellRun, length: number): void {
    for (let index = 0; index < length; index += 1) {
      if (cells[index] === COUNTER.predictions) this.predictions += counts[index] ?? 0;
      if (cells[index] === COUNTER.labelled) this.labelled += counts[index] ?? 0;
    }
  }
  moments(): void {}
  newValues(): void {}
  times(): void {}
  sums(): void {}
}
