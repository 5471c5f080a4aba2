import fc from "fast-check";
import { expect, test } from "vitest";
import { addExact, addSquare, deviations, sumOf, trim40 } from "#server/windows/exact-sum.ts";

test("a mistyped 1e12 that is taken out again leaves no trace", () => {
  const sums = new Float64Array(4);
  for (const value of [3, 1e12, 5, -1]) {
    addExact(sums, 0, value);
    addSquare(sums, 1, value, 1);
  }
  addExact(sums, 0, -1e12);
  addSquare(sums, 1, 1e12, -1);
  expect([sumOf(sums, 0), sumOf(sums, 1)]).toEqual([7, 35]);
  expect(deviations(sums, 0, 1, 3)).toBeCloseTo(35 - 49 / 3, 12);
});

test("the spread of values far from zero survives the cancellation", () => {
  const sums = new Float64Array(4);
  const values = [1_700_000_000_001, 1_700_000_000_002, 1_700_000_000_003];
  for (const value of values) {
    addExact(sums, 0, value);
    addSquare(sums, 1, value, 1);
  }
  expect(deviations(sums, 0, 1, 3)).toBe(2);
});

test("whatever was added and taken out again in any order sums to what is left", () => {
  const value = fc.double({ min: -1e15, max: 1e15, noNaN: true });
  fc.assert(
    fc.property(fc.array(value), fc.array(value, { maxLength: 20 }), (gone, kept) => {
      const sums = new Float64Array(2);
      for (const one of gone) addExact(sums, 0, one);
      for (const one of kept) addExact(sums, 0, one);
      for (const one of [...gone].reverse()) addExact(sums, 0, -one);
      const expected = new Float64Array(2);
      for (const one of kept) addExact(expected, 0, one);
      expect(Math.abs(sumOf(sums, 0) - sumOf(expected, 0))).toBeLessThanOrEqual(1e-14);
    }),
    { seed: 20260111, numRuns: 300 },
  );
});

test("rounding to 40 bits errs by less than 1e-12 and keeps what has fewer", () => {
  for (const value of [0, 1, -0.5, 12_345_678.5, 2 ** 1000, Number.MAX_VALUE])
    expect(trim40(value)).toBe(value);
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Math.abs(trim40(value) - value)).toBeLessThanOrEqual(1e-12 * Math.abs(value) + Number.MIN_VALUE);
    }),
    { seed: 20260112 },
  );
});
