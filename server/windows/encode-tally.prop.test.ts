import fc from "fast-check";
import { expect, test } from "vitest";
import { BitReader } from "#server/windows/bit-reader.ts";
import { BitWriter } from "#server/windows/bit-writer.ts";
import { BLOCK, COUNTER, cellKey, featureBlock, MOMENT_SLOT } from "#server/windows/cells.ts";
import { decodeTally } from "#server/windows/decode-tally.ts";
import { encodeTally } from "#server/windows/encode-tally.ts";
import { MOMENT_FIELDS } from "#server/windows/moments.ts";
import { encodeSegments, readSegments } from "#server/windows/segment-blob.ts";
import { EMPTY_TALLY, mergeTallies, type Tally } from "#server/windows/tally.ts";

const count = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.maxSafeNat().map((n) => Math.max(1, n)) },
);
const double = fc.oneof(
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -0, 1, -1, 44.06, 1e-300, 5e-324, 1.7976931348623157e308, Infinity),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => n / 100),
);

const cells = fc
  .uniqueArray(
    fc
      .tuple(fc.constantFrom(1, 2, 3, 4, 5, 8, 16, 17, 18, 300, 10_015), fc.integer({ min: 0, max: 16_383 }))
      .map(([block, cell]) => cellKey(block, cell)),
    { maxLength: 600 },
  )
  .map((keys) => keys.sort((a, b) => a - b));

/** A tally as folding makes them: moments only where the block has cells. */
const tally: fc.Arbitrary<Tally> = fc
  .record({
    keys: cells,
    predictions: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    seed: fc.array(count, { minLength: 600, maxLength: 600 }),
    numbers: fc.array(double, { minLength: 10, maxLength: 10 }),
    sums: fc.oneof(fc.constant<number[]>([]), fc.array(double, { minLength: 12, maxLength: 12 })),
    ts: fc.option(fc.tuple(double, double).filter(([first]) => Number.isFinite(first))),
    newValues: fc.dictionary(
      fc.string({ unit: "binary" }).filter((text) => text.isWellFormed()),
      count,
      { maxKeys: 16 },
    ),
  })
  .map(({ keys, predictions, seed, numbers, sums, ts, newValues }) => {
    const all = [cellKey(BLOCK.counters, COUNTER.predictions), ...keys];
    const hasLatency = all.some(
      (key) => key >= cellKey(BLOCK.latency, 0) && key < cellKey(BLOCK.latency + 1, 0),
    );
    const hasFeature = all.some(
      (key) => key >= cellKey(featureBlock(0), 0) && key < cellKey(featureBlock(1), 0),
    );
    const moments = new Float64Array(hasLatency ? MOMENT_FIELDS * (MOMENT_SLOT.latency + 1) : 0);
    if (hasLatency) moments.set([3, ...numbers.slice(0, 4)], MOMENT_FIELDS * MOMENT_SLOT.latency);
    return {
      cells: Uint32Array.from(all),
      counts: Float64Array.from(all, (_, index) => (index === 0 ? predictions : (seed[index] ?? 1))),
      moments,
      sums: Float64Array.from(sums),
      firstTs: ts?.[0] ?? Number.POSITIVE_INFINITY,
      lastTs: ts?.[1] ?? Number.NEGATIVE_INFINITY,
      newValues:
        hasFeature && Object.keys(newValues).length > 0
          ? new Map([[0, new Map(Object.entries(newValues))]])
          : new Map(),
    };
  });

test("decode(encode(tally)) is the tally", () => {
  fc.assert(
    fc.property(tally, fc.nat(1_000_000), (one, generation) => {
      const decoded = decodeTally(encodeTally(one, generation));
      expect(decoded.generation).toBe(generation);
      expect(decoded.tally).toEqual(one);
    }),
    { seed: 20260102, numRuns: 400 },
  );
});

test("cells add up in any grouping and order, and the empty tally adds nothing", () => {
  fc.assert(
    fc.property(tally, tally, tally, (a, b, c) => {
      const left = mergeTallies(mergeTallies(a, b), c);
      const right = mergeTallies(a, mergeTallies(c, b));
      expect(left.cells).toEqual(right.cells);
      const largest = left.counts.reduce((most, n) => Math.max(most, n), 0);
      if (largest < 2 ** 51) expect(left.counts).toEqual(right.counts);
      expect(mergeTallies(a, EMPTY_TALLY)).toEqual(a);
      expect(mergeTallies(EMPTY_TALLY, a)).toEqual(a);
    }),
    { seed: 20260103, numRuns: 200 },
  );
});

test("numbers survive the bit stream in any mixture", () => {
  const item = fc.oneof(
    fc.record({
      kind: fc.constant("golomb" as const),
      value: fc.maxSafeNat(),
      order: fc.integer({ min: 0, max: 24 }),
    }),
    fc.record({
      kind: fc.constant("bits" as const),
      value: fc.integer({ min: 0, max: 0xffffff }),
      order: fc.constant(24),
    }),
    fc.record({ kind: fc.constant("number" as const), value: double, order: fc.constant(0) }),
    fc.record({ kind: fc.constant("align" as const), value: fc.constant(0), order: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.array(item), (items) => {
      const writer = new BitWriter();
      for (const { kind, value, order } of items) {
        if (kind === "golomb") writer.golomb(value, order);
        else if (kind === "bits") writer.bits(value, order);
        else if (kind === "number") writer.number(value);
        else writer.align();
      }
      const reader = new BitReader(writer.finish());
      for (const { kind, value, order } of items) {
        if (kind === "golomb") expect(reader.golomb(order)).toBe(value);
        else if (kind === "bits") expect(reader.bits(order)).toBe(value);
        else if (kind === "number") expect(reader.number()).toBe(value);
        else reader.align();
      }
    }),
    { seed: 20260104, numRuns: 500 },
  );
});

test("segments come back by id, with the bytes they went in with", () => {
  const entry = fc.record({ id: fc.nat(51_200), bytes: fc.uint8Array({ maxLength: 40 }) });
  fc.assert(
    fc.property(fc.uniqueArray(entry, { selector: ({ id }) => id, minLength: 1 }), (entries) => {
      const sorted = [...entries].sort((a, b) => a.id - b.id);
      const blob = encodeSegments(sorted) ?? new Uint8Array();
      const read = readSegments(blob, () => true).map(({ id, bytes }) => ({
        id,
        bytes: Uint8Array.from(bytes),
      }));
      expect(read).toEqual(sorted.map(({ id, bytes }) => ({ id, bytes: Uint8Array.from(bytes) })));
      const odd = readSegments(blob, (id) => id % 2 === 1);
      expect(odd.map(({ id }) => id)).toEqual(sorted.map(({ id }) => id).filter((id) => id % 2 === 1));
    }),
    { seed: 20260105, numRuns: 200 },
  );
});
