import fc from "fast-check";
import { expect, test } from "vitest";
import { SHIFT_UNITS, shiftEquivalents, shiftOf } from "./threshold-equivalents.ts";

fc.configureGlobal({ seed: 20_130_301, numRuns: 150 });

const shift = fc.double({ min: 0.001, max: 6, noNaN: true });
const unit = fc.constantFrom(...SHIFT_UNITS);

test("every unit grows with the shift, and the inverse finds it again", () => {
  fc.assert(
    fc.property(shift, unit, (d, name) => {
      const value = shiftEquivalents(d)[name];
      expect(shiftEquivalents(d * 1.1)[name]).toBeGreaterThan(value);
      expect(shiftOf(name, value) ?? Number.NaN).toBeCloseTo(d, 3);
    }),
  );
});

test("the units keep the inequalities between the distances", () => {
  fc.assert(
    fc.property(shift, (d) => {
      const { tv, hellinger, js, psi, kl, auc } = shiftEquivalents(d);
      expect(hellinger * hellinger).toBeLessThanOrEqual(tv + 1e-12);
      expect(tv).toBeLessThanOrEqual(hellinger * Math.SQRT2 + 1e-12);
      expect(js).toBeLessThanOrEqual(1);
      expect(psi).toBeGreaterThanOrEqual(4 * tv * tv);
      expect(tv).toBeLessThanOrEqual(Math.sqrt(kl / 2) + 1e-12);
      expect(auc).toBeGreaterThanOrEqual(0.5);
    }),
  );
});

test("a value that no shift gives has no equivalent", () => {
  expect([shiftOf("tv", 1.1), shiftOf("auc", 0.4), shiftOf("psi", -1), shiftOf("js", Number.NaN)]).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect([shiftOf("tv", 0), shiftOf("auc", 0.5)]).toEqual([0, 0]);
});
