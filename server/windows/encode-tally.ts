import { BitWriter } from "#server/windows/bit-writer.ts";
import {
  BLOCK,
  blockOf,
  COUNTER,
  cellKey,
  cellOf,
  featureOfBlock,
  momentSlotOf,
} from "#server/windows/cells.ts";
import { readMoments } from "#server/windows/moments.ts";
import type { NewValues } from "#server/windows/new-values.ts";
import type { Moments } from "#server/windows/summary.ts";
import { countOf, type Tally } from "#server/windows/tally.ts";

/**
 * The stored form of a tally. A small one is a single run of bits; a larger one keeps each block on whole bytes
 * behind its length, so that a reader can step over the features it was not asked for.
 *
 *   format byte · generation · packed? · times? · sums · blocks
 *   block: step from the last block · [length] · cells (gaps, counts) · moments? · new values?
 */
export const FORMAT = 1;
const PACKED_LIMIT = 256;
export const ORDER_BITS = 5;

const writer = new BitWriter();
const blockWriter = new BitWriter();

export function encodeTally(tally: Tally, generation: number): Uint8Array {
  const packed = tally.cells.length <= PACKED_LIMIT;
  writer.reset();
  writer.bits(FORMAT, 8);
  writer.golomb(generation, 2);
  writer.bits(packed ? 1 : 0, 1);
  writeTimes(tally);
  writeSums(tally.sums);
  const orders = packed ? writeOrders(writer, tally, 0, tally.cells.length) : null;
  writeBlocks(tally, orders);
  return writer.finish();
}

export interface Orders {
  readonly gap: number;
  readonly count: number;
}

function writeTimes(tally: Tally): void {
  const known = Number.isFinite(tally.firstTs);
  writer.bits(known ? 1 : 0, 1);
  if (!known) return;
  writer.number(tally.firstTs);
  writer.number(tally.lastTs);
}

function writeSums(sums: Float64Array): void {
  writer.golomb(sums.length, 0);
  for (const part of sums) writer.number(part);
}

/** Chooses and writes the code orders that suit the gaps and counts of cells from..to. */
function writeOrders(target: BitWriter, tally: Tally, from: number, to: number): Orders {
  let gaps = 0;
  let counts = 0;
  for (let index = from; index < to; index += 1) {
    const key = tally.cells[index] ?? 0;
    const before = index > from ? (tally.cells[index - 1] ?? 0) : -1;
    gaps += (blockOf(before) === blockOf(key) ? key - before : cellOf(key) + 1) - 1;
    counts += (tally.counts[index] ?? 1) - 1;
  }
  const orders = { gap: orderFor(gaps / (to - from)), count: orderFor(counts / (to - from)) };
  target.bits(orders.gap, ORDER_BITS);
  target.bits(orders.count, ORDER_BITS);
  return orders;
}

function orderFor(mean: number): number {
  return mean >= 1 ? Math.min(24, Math.floor(Math.log2(mean))) : 0;
}

function writeBlocks(tally: Tally, orders: Orders | null): void {
  const starts = blockStarts(tally.cells);
  writer.golomb(starts.length - 1, 3);
  const predictions = countOf(tally, cellKey(BLOCK.counters, COUNTER.predictions));
  let before = -1;
  for (let index = 0; index + 1 < starts.length; index += 1) {
    const from = starts[index] ?? 0;
    const to = starts[index + 1] ?? 0;
    const block = blockOf(tally.cells[from] ?? 0);
    writer.golomb(block - before - 1, 0);
    before = block;
    if (orders !== null) writeBlock(writer, tally, from, to, orders, predictions);
    else writeAlignedBlock(tally, from, to, predictions);
  }
}

/** Where each block's cells begin, and the end. */
function blockStarts(cells: Uint32Array): number[] {
  const starts: number[] = [];
  let before = -1;
  for (let index = 0; index < cells.length; index += 1) {
    const block = blockOf(cells[index] ?? 0);
    if (block !== before) starts.push(index);
    before = block;
  }
  starts.push(cells.length);
  return starts;
}

function writeAlignedBlock(tally: Tally, from: number, to: number, predictions: number): void {
  blockWriter.reset();
  const orders = writeOrders(blockWriter, tally, from, to);
  writeBlock(blockWriter, tally, from, to, orders, predictions);
  const bytes = blockWriter.finish();
  writer.golomb(bytes.length, 4);
  writer.align();
  writer.append(bytes);
}

function writeBlock(
  target: BitWriter,
  tally: Tally,
  from: number,
  to: number,
  orders: Orders,
  predictions: number,
): void {
  const block = blockOf(tally.cells[from] ?? 0);
  const base = cellKey(block, 0);
  target.golomb(to - from - 1, 2);
  let before = -1;
  for (let index = from; index < to; index += 1) {
    const cell = (tally.cells[index] ?? 0) - base;
    target.golomb(cell - before - 1, orders.gap);
    target.golomb((tally.counts[index] ?? 1) - 1, orders.count);
    before = cell;
  }
  const slot = momentSlotOf(block);
  if (slot >= 0) writeBlockMoments(target, readMoments(tally.moments, slot), predictions);
  const feature = featureOfBlock(block);
  if (feature >= 0) writeNewValues(target, tally.newValues.get(feature) ?? null);
}

function writeBlockMoments(target: BitWriter, moments: Moments, predictions: number): void {
  target.bits(moments.n > 0 ? 1 : 0, 1);
  if (moments.n === 0) return;
  const missing = predictions - moments.n;
  target.golomb(missing < 0 ? -2 * missing - 1 : 2 * missing, 0);
  target.forgetNumber();
  target.number(moments.min);
  target.number(moments.max);
  target.number(moments.mean);
  target.number(moments.m2);
}

function writeNewValues(target: BitWriter, values: NewValues | null): void {
  target.golomb(values?.size ?? 0, 0);
  if (values === null) return;
  for (const [value, count] of values) {
    target.text(value);
    target.golomb(count, 4);
  }
}
