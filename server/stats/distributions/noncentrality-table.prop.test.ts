import fc from "fast-check";
import { expect, test } from "vitest";
import { noncentralityAt } from "./noncentral-chi-squared.ts";
import { noncentralityNear } from "./noncentrality-table.ts";

test("the table answers what inverting the law anew would, to a millionth", () => {
  const x = fc.double({ min: 0, max: 3_000, noNaN: true });
  const p = fc.constantFrom(0.005, 0.025, 0.5, 0.975, 0.995);
  fc.assert(
    fc.property(x, fc.integer({ min: 1, max: 120 }), p, (statistic, degrees, share) => {
      const exact = noncentralityAt(statistic, degrees, share);
      const error = Math.abs(noncentralityNear(statistic, degrees, share) - exact);
      expect(error).toBeLessThanOrEqual(1e-6 * (1 + exact));
    }),
    { numRuns: 300 },
  );
});

test("bad parameters are no numbers, as in the law itself", () => {
  expect(noncentralityNear(1, 0, 0.5)).toBeNaN();
  expect(noncentralityNear(-1, 3, 0.5)).toBeNaN();
  expect(noncentralityNear(1, 3, 1)).toBeNaN();
  expect(noncentralityNear(0, 3, 0.025)).toBe(0);
});
