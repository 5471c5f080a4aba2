import fc from "fast-check";
import { expect, test } from "vitest";
import type { NumberBins } from "#server/windows/layout.ts";
import { binOf, nextUp, referenceBins } from "#server/windows/number-bins.ts";

function sortedOf(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}

function countsOf(bins: NumberBins, values: Float64Array, coarse: boolean): number[] {
  const counts = new Array<number>(coarse ? bins.coarseCount : bins.edges.length + 1).fill(0);
  const edges = Float64Array.from(bins.edges);
  for (const value of values) {
    const bin = binOf(edges, value);
    const at = coarse ? (bins.coarse[bin] ?? -1) : bin;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

test("a continuous reference is cut into 50 fine bins, the outer ones finer, and 10 coarse bins of equal weight", () => {
  const values = sortedOf(Array.from({ length: 5000 }, (_, index) => Math.sin(index) * 100));
  const bins = referenceBins(values);
  const tail = [1, 2, 2, 5, 15, 25, 50];
  expect(countsOf(bins, values, false)).toEqual([
    ...tail,
    ...new Array(48).fill(100),
    ...[...tail].reverse(),
  ]);
  expect(countsOf(bins, values, true)).toEqual(new Array(10).fill(500));
  expect(bins.edges[30]).toBeCloseTo((values[2499] ?? 0) / 2 + (values[2500] ?? 0) / 2, 10);
});

test("values that hold much of the reference get bins of their own, fine and coarse", () => {
  const values = sortedOf([
    ...new Array(900).fill(0),
    ...Array.from({ length: 100 }, (_, i) => (i + 1.5) / 10),
  ]);
  const bins = referenceBins(values);
  expect(countsOf(bins, values, false)[0]).toBe(900);
  expect(countsOf(bins, values, true)[0]).toBe(900);
  expect(bins.coarseCount).toBeGreaterThan(1);
  expect(binOf(Float64Array.from(bins.edges), 0.001)).toBeGreaterThan(0);
});

test("neighbouring heavy values keep apart", () => {
  const values = sortedOf([...new Array(500).fill(0.5), ...new Array(500).fill(1.5), 7.25]);
  const bins = referenceBins(values);
  expect(countsOf(bins, values, true)).toEqual([500, 500, 1]);
  expect(countsOf(bins, values, false)).toEqual([500, 500, 1]);
});

test("an integer column with few values has one bin a value", () => {
  const bins = referenceBins(sortedOf([3, 1, 2, 2, 7]));
  expect(bins).toMatchObject({ origin: "values", edges: [2, 3, 7], coarse: [0, 1, 2, 3], coarseCount: 4 });
});

test("a quantity with few values has one fine bin a value, grouped between deciles", () => {
  const values = sortedOf(
    Array.from({ length: 2000 }, (_, index) => (index % 40) / 4).concat(new Array(1000).fill(3.5)),
  );
  const bins = referenceBins(values);
  expect(bins).toMatchObject({
    origin: "values",
    edges: Array.from({ length: 39 }, (_, index) => (index + 1) / 4),
  });
  const own = bins.coarse[binOf(Float64Array.from(bins.edges), 3.5)] ?? -1;
  expect(countsOf(bins, values, true)[own]).toBe(1050);
  expect(bins.coarseCount).toBeLessThanOrEqual(11);
});

test("a constant column tells its value from all others", () => {
  const bins = referenceBins(sortedOf([4.5, 4.5, 4.5]));
  expect(bins.edges).toEqual([4.5, nextUp(4.5)]);
  const edges = Float64Array.from(bins.edges);
  expect([4.4, 4.5, 4.6].map((value) => binOf(edges, value))).toEqual([0, 1, 2]);
});

test("nextUp is the next double", () => {
  expect(nextUp(1)).toBe(1 + Number.EPSILON);
  expect(nextUp(0)).toBe(Number.MIN_VALUE);
  expect(nextUp(-1)).toBe(-1 + Number.EPSILON / 2);
});

const value = fc.oneof(
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: -300, max: 300 }).map((n) => n / 10),
);

test("any reference: edges ascend, no bin is empty, coarse bins are runs of fine ones", () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 400 }), (list) => {
      const values = sortedOf(list.map((one) => one + 0));
      const bins = referenceBins(values);
      expect(bins.edges.every((edge, index) => index === 0 || edge > (bins.edges[index - 1] ?? 0))).toBe(
        true,
      );
      expect(bins.coarse.length).toBe(bins.edges.length + 1);
      expect(bins.coarse[0]).toBe(0);
      expect(bins.coarse.at(-1)).toBe(bins.coarseCount - 1);
      expect(
        bins.coarse.every((group, i) => i === 0 || [0, 1].includes(group - (bins.coarse[i - 1] ?? 0))),
      ).toBe(true);
      if (values[0] !== values[values.length - 1])
        expect(Math.min(...countsOf(bins, values, false))).toBeGreaterThan(0);
    }),
    { seed: 20260106, numRuns: 500 },
  );
});

test("any reference: a value with a hundredth of the rows shares its bin with no other value of it", () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 200, maxLength: 400 }), (list) => {
      const values = sortedOf(list.map((one) => one + 0));
      const edges = Float64Array.from(referenceBins(values).edges);
      const byBin = new Map<number, Map<number, number>>();
      for (const one of values) {
        const bin = byBin.get(binOf(edges, one)) ?? new Map<number, number>();
        byBin.set(binOf(edges, one), bin.set(one, (bin.get(one) ?? 0) + 1));
      }
      for (const bin of byBin.values()) {
        const heavy = [...bin.values()].some((count) => count >= values.length / 100 && count > 1);
        if (heavy) expect(bin.size).toBe(1);
      }
    }),
    { seed: 20260107, numRuns: 200 },
  );
});
