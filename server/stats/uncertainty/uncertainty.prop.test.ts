import fc from "fast-check";
import { expect, test } from "vitest";
import { noncentralChiSquaredCumulative, noncentralityAt } from "../distributions/noncentral-chi-squared.ts";
import { normalCumulative, normalQuantile } from "../distributions/normal.ts";
import { binnedQuantile } from "../sketch/binned-quantile.ts";
import { clopperPearsonLower, clopperPearsonUpper } from "./clopper-pearson.ts";
import { foldedNormalMean, foldedSumLimits } from "./folded-sum.ts";
import { newcombeDifference } from "./newcombe.ts";
import { wilsonInterval } from "./wilson.ts";

fc.configureGlobal({ seed: 20_130_301, numRuns: 200 });

const trials = fc.integer({ min: 1, max: 100_000 });
const ratio = trials.chain((n) =>
  fc.record({ successes: fc.integer({ min: 0, max: n }), trials: fc.constant(n) }),
);

test("Wilson stays in [0, 1], holds the share, mirrors, and widens with the level", () => {
  fc.assert(
    fc.property(ratio, ({ successes, trials: n }) => {
      const interval = wilsonInterval(successes, n);
      const mirrored = wilsonInterval(n - successes, n);
      const wider = wilsonInterval(successes, n, 0.99);
      if (interval === null || mirrored === null || wider === null) throw new Error("There were trials.");
      expect(interval.lo).toBeGreaterThanOrEqual(0);
      expect(interval.hi).toBeLessThanOrEqual(1);
      expect(interval.lo).toBeLessThanOrEqual(successes / n);
      expect(interval.hi).toBeGreaterThanOrEqual(successes / n);
      expect(mirrored.lo).toBeCloseTo(1 - interval.hi, 12);
      expect(wider.lo).toBeLessThanOrEqual(interval.lo);
      expect(wider.hi).toBeGreaterThanOrEqual(interval.hi);
    }),
  );
});

test("exact limits enclose the share and mirror each other", () => {
  fc.assert(
    fc.property(ratio, ({ successes, trials: n }) => {
      const upper = clopperPearsonUpper(successes, n, 0.025);
      expect(upper).toBeGreaterThanOrEqual(successes / n);
      expect(clopperPearsonLower(n - successes, n, 0.025)).toBeCloseTo(1 - upper, 9);
    }),
  );
});

test("a difference turns its sign around with its sides", () => {
  fc.assert(
    fc.property(ratio, ratio, (a, b) => {
      const there = newcombeDifference(a, b);
      const back = newcombeDifference(b, a);
      expect(there?.lo).toBeCloseTo(-(back?.hi ?? 0), 12);
      expect(there?.lo).toBeGreaterThanOrEqual(-1 - 1e-12);
    }),
  );
});

test("normal quantile and cumulative share undo each other", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-300, max: 1 - 1e-12, noNaN: true }), (p) => {
      expect(normalCumulative(normalQuantile(p)) / p).toBeCloseTo(1, 10);
    }),
  );
});

test("the noncentrality that is found gives the probability that was asked for", () => {
  const statistic = fc.double({ min: 1e-3, max: 20_000, noNaN: true });
  const p = fc.constantFrom(0.005, 0.025, 0.5, 0.975, 0.995);
  fc.assert(
    fc.property(statistic, fc.integer({ min: 1, max: 60 }), p, (x, degrees, wanted) => {
      const found = noncentralityAt(x, degrees, wanted);
      const got = noncentralChiSquaredCumulative(x, degrees, found);
      if (found === 0) expect(got).toBeLessThanOrEqual(wanted + 1e-12);
      else expect(got).toBeCloseTo(wanted, 7);
    }),
  );
});

test("the folded mean is at least the size of the mean and grows with it", () => {
  const size = fc.double({ min: 0, max: 100, noNaN: true });
  const deviation = fc.double({ min: 1e-6, max: 10, noNaN: true });
  fc.assert(
    fc.property(size, deviation, (d, s) => {
      const value = foldedNormalMean(d, s);
      const exact =
        (2 * s * Math.exp(-0.5 * (d / s) ** 2)) / Math.sqrt(2 * Math.PI) +
        d * (2 * normalCumulative(d / s) - 1);
      expect(Math.abs(value - exact)).toBeLessThanOrEqual(2e-9 * s);
      expect(foldedNormalMean(-d, s)).toBe(value);
    }),
  );
});

test("limits of a sum of gaps: without error they are the sum, with more error they are wider", () => {
  const gaps = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(gaps, fc.double({ min: 0, max: 1, noNaN: true }), (measured, error) => {
      const weights = measured.map(() => 1);
      const value = measured.reduce((sum, gap) => sum + Math.abs(gap), 0);
      const exact = foldedSumLimits(
        { gaps: measured, errors: weights.map(() => 0), weights, standardError: 0 },
        value,
      );
      expect(Math.abs(exact.lo - value) + Math.abs(exact.hi - value)).toBeLessThanOrEqual(1e-6 * (1 + value));
      const noisy = { gaps: measured, errors: weights.map(() => error), weights, standardError: error };
      const { lo, hi } = foldedSumLimits(noisy, value);
      expect(lo).toBeGreaterThanOrEqual(0);
      expect(hi).toBeGreaterThanOrEqual(lo);
      expect(lo).toBeLessThanOrEqual(value + 1e-6);
    }),
  );
});

test("quantiles from bins rise with p and stay between smallest and largest", () => {
  const counts = fc.array(fc.nat(20), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(counts, (found) => {
      const data = { edges: [1, 2, 10], counts: found, min: 0, max: 12 };
      const values = [0, 0.1, 0.5, 0.9, 1].map((p) => binnedQuantile(data, p));
      for (const [index, value] of values.entries()) {
        if (value === null) return;
        expect(value).toBeGreaterThanOrEqual(values[index - 1] ?? 0);
        expect(value).toBeLessThanOrEqual(12);
      }
    }),
  );
});
