import type { WindowRecord } from "#server/store/event-store.ts";
import { BLOCK, blockOf, COUNTER, cellKey } from "#server/windows/cells.ts";
import { decodeTally, readGeneration } from "#server/windows/decode-tally.ts";
import { encodeTally } from "#server/windows/encode-tally.ts";
import type { WindowDelta } from "#server/windows/fold-predictions.ts";
import { encodeSegments, readSegments } from "#server/windows/segment-blob.ts";
import { countOf, EMPTY_TALLY, mergeAllTallies, mergeTallies, type Tally } from "#server/windows/tally.ts";

/** A segment is decoded when it is first added to; until then its stored bytes are passed on as they are. */
interface SegmentState {
  bytes: Uint8Array | null;
  tally: Tally | null;
}

export type WindowKey = Pick<WindowRecord, "modelId" | "version" | "levelMs" | "start">;

/** One window in memory. */
export class WindowState {
  private whole: Tally = EMPTY_TALLY;
  private readonly segments = new Map<number, SegmentState>();
  readonly generation: number;
  private revision: number;
  /** The stored window was folded with another layout: only its rebuild may touch it. */
  readonly isStale: boolean;

  /** `revision`: of the window that was there before, where it was emptied for a rebuild. */
  constructor(record: WindowRecord | null, generation: number, revision = 0) {
    this.generation = generation;
    this.revision = record?.revision ?? revision;
    this.isStale = record !== null && readGeneration(record.summary) !== generation;
    if (record === null || this.isStale) return;
    this.whole = decodeTally(record.summary).tally;
    if (record.segments === null) return;
    for (const { id, bytes } of readSegments(record.segments, () => true)) {
      this.segments.set(id, { bytes, tally: null });
    }
  }

  add(deltas: readonly WindowDelta[]): void {
    const sum = mergeTallies(this.whole, mergeAllTallies(deltas.map((delta) => delta.whole)));
    this.whole = withoutUnknownAges(settled(sum));
    for (const [id, tallies] of bySegment(deltas)) {
      const { bytes = null, tally = null } = this.segments.get(id) ?? {};
      const before = tally ?? (bytes === null ? EMPTY_TALLY : decodeTally(bytes).tally);
      this.segments.set(id, { bytes: null, tally: settled(mergeTallies(before, mergeAllTallies(tallies))) });
    }
  }

  /** The window as it is stored next; its revision is one more than the last. */
  toRecord(key: WindowKey, layoutId: number): WindowRecord {
    this.revision += 1;
    return {
      ...key,
      layoutId,
      revision: this.revision,
      predictions: countOf(this.whole, cellKey(BLOCK.counters, COUNTER.predictions)),
      labelled: countOf(this.whole, cellKey(BLOCK.counters, COUNTER.labelled)),
      summary: encodeTally(this.whole, this.generation),
      segments: this.encodedSegments(),
    };
  }

  /** Roughly what the state holds in memory. */
  sizeBytes(): number {
    let size = 500 + tallyBytes(this.whole);
    for (const { bytes, tally } of this.segments.values()) {
      size += 200 + (bytes?.length ?? 0) + (tally === null ? 0 : tallyBytes(tally));
    }
    return size;
  }

  private encodedSegments(): Uint8Array | null {
    const entries = [...this.segments].sort(([a], [b]) => a - b);
    return encodeSegments(
      entries.map(([id, state]) => {
        state.bytes ??= encodeTally(state.tally ?? EMPTY_TALLY, this.generation);
        return { id, bytes: state.bytes };
      }),
    );
  }
}

/** Once the last label is taken out, what is left of its sums is rounding. */
function settled(tally: Tally): Tally {
  if (tally.sums.length === 0 || countOf(tally, cellKey(BLOCK.counters, COUNTER.scored)) !== 0) return tally;
  return { ...tally, sums: EMPTY_TALLY.sums };
}

/** A label of a window that was stored before ages were counted is taken out of an age that never had it. */
function withoutUnknownAges(tally: Tally): Tally {
  const isUnknown = (index: number): boolean =>
    (tally.counts[index] ?? 0) < 0 && blockOf(tally.cells[index] ?? 0) === BLOCK.labelAges;
  if (!tally.counts.some((_, index) => isUnknown(index))) return tally;
  return {
    ...tally,
    cells: tally.cells.filter((_, index) => !isUnknown(index)),
    counts: tally.counts.filter((_, index) => !isUnknown(index)),
  };
}

function bySegment(deltas: readonly WindowDelta[]): Map<number, Tally[]> {
  const tallies = new Map<number, Tally[]>();
  for (const delta of deltas) {
    for (const { id, tally } of delta.segments) {
      const list = tallies.get(id);
      if (list === undefined) tallies.set(id, [tally]);
      else list.push(tally);
    }
  }
  return tallies;
}

function tallyBytes(tally: Tally): number {
  return tally.cells.length * 12 + (tally.moments.length + tally.sums.length) * 8;
}
