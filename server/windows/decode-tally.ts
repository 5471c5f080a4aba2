import { BitReader, type CellRun } from "#server/windows/bit-reader.ts";
import {
  BLOCK,
  CELLS_A_BLOCK,
  COUNTER,
  cellKey,
  featureOfBlock,
  momentSlotOf,
} from "#server/windows/cells.ts";
import { FORMAT, ORDER_BITS, type Orders } from "#server/windows/encode-tally.ts";
import { MOMENT_FIELDS } from "#server/windows/moments.ts";
import type { NewValues } from "#server/windows/new-values.ts";
import type { Moments } from "#server/windows/summary.ts";
import { EMPTY_TALLY, type Tally } from "#server/windows/tally.ts";

/** What a reader does with the parts of a stored tally. */
export interface TallySink {
  /** False to step over the block; its cells, moments and new values are then not given. */
  wants(block: number): boolean;
  /** All cells of a block, ascending; the arrays are longer than that and reused. */
  cells(block: number, run: CellRun, length: number): void;
  /** False to step over a wanted block's moments and new values where that is possible. */
  wantsRest(block: number): boolean;
  moments(slot: number, moments: Moments): void;
  newValues(feature: number, values: NewValues): void;
  times(firstTs: number, lastTs: number): void;
  sums(sums: Float64Array): void;
}

/** The generation of the layout that the tally was folded with. */
export function readGeneration(bytes: Uint8Array): number {
  return readHeader(new BitReader(bytes));
}

function readHeader(reader: BitReader): number {
  const format = reader.bits(8);
  if (format !== FORMAT) {
    throw new Error(`A stored summary has format ${format}, this release reads format ${FORMAT}.`);
  }
  return reader.golomb(2);
}

/** Walks a stored tally; returns its generation. Nothing of a block after the last wanted one is decoded. */
export function visitTally(bytes: Uint8Array, sink: TallySink): number {
  const reader = new BitReader(bytes);
  const generation = readHeader(reader);
  const packed = reader.bits(1) === 1;
  if (reader.bits(1) === 1) sink.times(reader.number(), reader.number());
  const sums = new Float64Array(reader.golomb(0));
  for (let index = 0; index < sums.length; index += 1) sums[index] = reader.number();
  if (sums.length > 0) sink.sums(sums);
  visitBlocks(reader, packed, sink);
  return generation;
}

function visitBlocks(reader: BitReader, packed: boolean, sink: TallySink): void {
  const orders = packed ? readOrders(reader) : null;
  const blocks = reader.golomb(3);
  const walk: BlockWalk = { reader, sink, predictions: 0 };
  let block = -1;
  for (let index = 0; index < blocks; index += 1) {
    block += reader.golomb(0) + 1;
    if (orders !== null) {
      visitBlock(walk, block, orders, true);
      continue;
    }
    const length = reader.golomb(4);
    const start = reader.align();
    // The counters say how many predictions there are, which the moments refer to.
    if (block === BLOCK.counters || sink.wants(block)) {
      reader.seek(start);
      visitBlock(walk, block, readOrders(reader), sink.wantsRest(block));
    }
    reader.seek(start + length);
  }
}

function readOrders(reader: BitReader): Orders {
  const gap = reader.bits(ORDER_BITS);
  return { gap, count: reader.bits(ORDER_BITS) };
}

interface BlockWalk {
  readonly reader: BitReader;
  readonly sink: TallySink;
  predictions: number;
}

const scratch: CellRun = {
  cells: new Int32Array(CELLS_A_BLOCK),
  counts: new Float64Array(CELLS_A_BLOCK),
};

function visitBlock(walk: BlockWalk, block: number, orders: Orders, withRest: boolean): void {
  const { reader, sink } = walk;
  const wanted = sink.wants(block);
  const length = reader.golomb(2) + 1;
  if (length > CELLS_A_BLOCK) {
    throw new Error("A stored summary is damaged: a part of it has more counts than there are cells.");
  }
  reader.cells(length, orders, scratch);
  if (block === BLOCK.counters) walk.predictions = predictionsIn(scratch, length);
  if (wanted) sink.cells(block, scratch, length);
  if (withRest) visitRest(walk, block, wanted);
}

function predictionsIn({ cells, counts }: CellRun, length: number): number {
  for (let index = 0; index < length; index += 1) {
    if (cells[index] === COUNTER.predictions) return counts[index] ?? 0;
  }
  return 0;
}

function visitRest(walk: BlockWalk, block: number, wanted: boolean): void {
  const { reader, sink } = walk;
  const slot = momentSlotOf(block);
  if (slot >= 0 && reader.bits(1) === 1) {
    const moments = readBlockMoments(reader, walk.predictions);
    if (wanted) sink.moments(slot, moments);
  }
  const feature = featureOfBlock(block);
  if (feature < 0) return;
  const values = readNewValues(reader);
  if (wanted && values !== null) sink.newValues(feature, values);
}

function readBlockMoments(reader: BitReader, predictions: number): Moments {
  const zigzag = reader.golomb(0);
  const missing = zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2;
  reader.forgetNumber();
  const min = reader.number();
  const max = reader.number();
  const mean = reader.number();
  return { n: predictions - missing, mean, m2: reader.number(), min, max };
}

function readNewValues(reader: BitReader): NewValues | null {
  const size = reader.golomb(0);
  if (size === 0) return null;
  const values = new Map<string, number>();
  for (let index = 0; index < size; index += 1) {
    const value = reader.text();
    values.set(value, reader.golomb(4));
  }
  return values;
}

export interface DecodedTally {
  readonly tally: Tally;
  readonly generation: number;
}

/** The whole tally: decodeTally(encodeTally(t, g)) is t and g. */
export function decodeTally(bytes: Uint8Array): DecodedTally {
  const collector = new TallyCollector();
  const generation = visitTally(bytes, collector);
  return { tally: collector.tally(), generation };
}

class TallyCollector implements TallySink {
  private readonly keys: number[] = [];
  private readonly counts: number[] = [];
  private readonly flatMoments: number[] = [];
  private flatSums: Float64Array = EMPTY_TALLY.sums;
  private readonly values = new Map<number, NewValues>();
  private firstTs = EMPTY_TALLY.firstTs;
  private lastTs = EMPTY_TALLY.lastTs;

  wants(): boolean {
    return true;
  }
  wantsRest(): boolean {
    return true;
  }
  cells(block: number, { cells, counts }: CellRun, length: number): void {
    for (let index = 0; index < length; index += 1) {
      this.keys.push(cellKey(block, cells[index] ?? 0));
      this.counts.push(counts[index] ?? 0);
    }
  }
  moments(slot: number, moments: Moments): void {
    const { n, mean, m2, min, max } = moments;
    const at = slot * MOMENT_FIELDS;
    while (this.flatMoments.length < at + MOMENT_FIELDS) this.flatMoments.push(0);
    this.flatMoments.splice(at, MOMENT_FIELDS, n, mean, m2, min, max);
  }
  newValues(feature: number, values: NewValues): void {
    this.values.set(feature, values);
  }
  times(firstTs: number, lastTs: number): void {
    this.firstTs = firstTs;
    this.lastTs = lastTs;
  }
  sums(sums: Float64Array): void {
    this.flatSums = sums;
  }

  tally(): Tally {
    return {
      cells: Uint32Array.from(this.keys),
      counts: Float64Array.from(this.counts),
      moments: Float64Array.from(this.flatMoments),
      sums: this.flatSums,
      firstTs: this.firstTs,
      lastTs: this.lastTs,
      newValues: this.values,
    };
  }
}
