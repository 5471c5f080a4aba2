import fc from "fast-check";
import { expect, test } from "vitest";
import { roundToSum } from "#components/segments/round-to-sum.ts";

test("rounded values add up, and none is moved further than it must", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -500, max: 500, noNaN: true }), { minLength: 1, maxLength: 20 }),
      (values) => {
        const total = Math.round(values.reduce((sum, value) => sum + value, 0)) + 0;
        const rounded = roundToSum(values, total);
        expect(rounded.reduce((sum, value) => sum + value, 0)).toBe(total);
        rounded.forEach((value, index) => {
          expect(Math.abs(value - (values[index] ?? 0))).toBeLessThanOrEqual(1 + 1e-9);
        });
      },
    ),
    { seed: 7 },
  );
});

test("the value nearest to the other side is the one that moves", () => {
  expect(roundToSum([1.4, 1.45, 1.1], 4)).toEqual([1, 2, 1]);
  expect(roundToSum([], 0)).toEqual([]);
});
