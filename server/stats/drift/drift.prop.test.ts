import fc from "fast-check";
import { expect, test } from "vitest";
import { chiSquaredHomogeneity, likelihoodRatioHomogeneity } from "./chi-squared-homogeneity.ts";
import { cramersV } from "./cramers-v.ts";
import { divergenceLimits } from "./divergence-interval.ts";
import { hellingerDistance } from "./hellinger.ts";
import { jensenShannonDistance, jensenShannonDivergence } from "./jensen-shannon.ts";
import { kolmogorovSmirnov } from "./kolmogorov-smirnov.ts";
import { kullbackLeibler } from "./kullback-leibler.ts";
import { lInfinity } from "./l-infinity.ts";
import { populationStability } from "./population-stability.ts";
import { occupiedBins, sharesOf, smoothedSharesOf, totalOf } from "./shares.ts";
import { totalVariation, totalVariationLimits } from "./total-variation.ts";
import { wassersteinDistance, wassersteinWithLimits } from "./wasserstein.ts";

fc.configureGlobal({ seed: 20_130_301, numRuns: 200 });

const count = fc.oneof(
  { weight: 4, arbitrary: fc.nat(1000) },
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(1, 2 ** 32, 2 ** 40) },
);
const pair = fc
  .integer({ min: 1, max: 50 })
  .chain((bins) =>
    fc.record({
      reference: fc.array(count, { minLength: bins, maxLength: bins }),
      current: fc.array(count, { minLength: bins, maxLength: bins }),
    }),
  )
  .filter(({ reference, current }) => totalOf(reference) > 0 && totalOf(current) > 0);
const NEAR = 1e-9;

test("divergences stay in their ranges and in their order", () => {
  fc.assert(
    fc.property(pair, ({ reference, current }) => {
      const tv = totalVariation(reference, current);
      const h = hellingerDistance(reference, current);
      const js = jensenShannonDistance(reference, current);
      const p = smoothedSharesOf(reference);
      const q = smoothedSharesOf(current);
      const smoothTv = p.reduce((sum, share, bin) => sum + Math.abs(share - (q[bin] ?? 0)) / 2, 0);
      for (const value of [tv, h, js]) expect(value).toBeGreaterThanOrEqual(0);
      for (const value of [tv, h, js]) expect(value).toBeLessThanOrEqual(1);
      expect(h * h).toBeLessThanOrEqual(tv + NEAR);
      expect(tv).toBeLessThanOrEqual(h * Math.SQRT2 + NEAR);
      expect(smoothTv).toBeLessThanOrEqual(Math.sqrt(kullbackLeibler(q, p) / 2) + NEAR);
      expect(populationStability(reference, current)).toBeGreaterThanOrEqual(4 * smoothTv ** 2 - NEAR);
      expect(lInfinity(reference, current).value).toBeLessThanOrEqual(tv + NEAR);
    }),
  );
});

test("symmetric ones are, and do not care for the order of bins", () => {
  fc.assert(
    fc.property(pair, fc.infiniteStream(fc.nat()), ({ reference, current }, stream) => {
      const order = reference
        .map((_, bin) => [stream.next().value ?? 0, bin] as const)
        .sort((a, b) => a[0] - b[0]);
      const permuted = (counts: number[]): number[] => order.map(([, bin]) => counts[bin] ?? 0);
      for (const distance of [
        totalVariation,
        hellingerDistance,
        jensenShannonDistance,
        populationStability,
      ]) {
        const value = distance(reference, current);
        expect(distance(current, reference)).toBeCloseTo(value, 9);
        expect(distance(permuted(reference), permuted(current))).toBeCloseTo(value, 9);
      }
    }),
  );
});

test("adding bins up never increases a divergence", () => {
  const halved = (counts: number[]): number[] =>
    Array.from(
      { length: Math.ceil(counts.length / 2) },
      (_, bin) => (counts[2 * bin] ?? 0) + (counts[2 * bin + 1] ?? 0),
    );
  fc.assert(
    fc.property(pair, ({ reference, current }) => {
      for (const distance of [totalVariation, hellingerDistance, jensenShannonDistance]) {
        expect(distance(halved(reference), halved(current))).toBeLessThanOrEqual(
          distance(reference, current) + NEAR,
        );
      }
    }),
  );
});

test("with as many rows on both sides the likelihood ratio is 2(N + n) times the divergence", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 999 }), { minLength: 2, maxLength: 20 }), (counts) => {
      const current = [...counts].reverse();
      const rows = 2 * totalOf(counts);
      const expected = 2 * rows * jensenShannonDivergence(counts, current);
      expect(likelihoodRatioHomogeneity(counts, current)).toBeCloseTo(expected, 6);
    }),
  );
});

test("pooled bins expect at least five rows each and lose none", () => {
  fc.assert(
    fc.property(pair, fc.boolean(), ({ reference, current }, ordered) => {
      const found = chiSquaredHomogeneity(reference, current, { ordered });
      if (found === null) throw new Error("There were rows on both sides.");
      const [nRef, nCur] = [totalOf(reference), totalOf(current)];
      const bins = found.groups.flat();
      expect(new Set(bins).size).toBe(bins.length);
      expect(bins.length).toBe(occupiedBins(reference, current).reference.length);
      for (const group of found.groups) {
        const rows = group.reduce((sum, bin) => sum + (reference[bin] ?? 0) + (current[bin] ?? 0), 0);
        if (found.groups.length > 1) {
          expect((rows * Math.min(nRef, nCur)) / (nRef + nCur)).toBeGreaterThanOrEqual(5 - NEAR);
        }
      }
      expect(found.pValue).toBeGreaterThanOrEqual(0);
      expect(found.pValue).toBeLessThanOrEqual(1);
      expect(cramersV(reference, current)).toBeLessThanOrEqual(1);
    }),
  );
});

test("limits hold the value where they are not clamped, and are finite and in order", () => {
  fc.assert(
    fc.property(pair, ({ reference, current }) => {
      const size = { bins: reference.length, nRef: totalOf(reference), nCur: totalOf(current) };
      const limits = [
        divergenceLimits(populationStability(reference, current), size),
        totalVariationLimits(reference, current),
      ];
      for (const limit of limits) {
        if (limit === null) continue;
        expect(Number.isFinite(limit.lo) && Number.isFinite(limit.hi)).toBe(true);
        expect(limit.lo).toBeGreaterThanOrEqual(0);
        expect(limit.hi).toBeGreaterThanOrEqual(limit.lo);
      }
    }),
  );
});

const numbers = pair.chain(({ reference, current }) =>
  fc
    .record({
      steps: fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), {
        minLength: reference.length - 1,
        maxLength: reference.length - 1,
      }),
      start: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      atoms: fc.boolean(),
    })
    .map(({ steps, start, atoms }) => {
      let edge = start;
      const edges = steps.map((step) => {
        edge += step;
        return edge;
      });
      const range = { min: start - 1, max: atoms ? edge : edge + 1 };
      return { edges, reference, current, referenceRange: range, currentRange: range, atoms };
    }),
);

test("Wasserstein is symmetric, at most the range, and grows in proportion to the scale", () => {
  fc.assert(
    fc.property(numbers, (data) => {
      const value = wassersteinDistance(data) ?? Number.NaN;
      const swapped = { ...data, reference: data.current, current: data.reference };
      const double = (x: number): number => 2 * x;
      const range = { min: 2 * data.referenceRange.min, max: 2 * data.referenceRange.max };
      const scaled = { ...data, edges: data.edges.map(double), referenceRange: range, currentRange: range };
      const width = data.referenceRange.max - data.referenceRange.min;
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(width * (1 + NEAR));
      expect(Math.abs((wassersteinDistance(swapped) ?? 0) - value)).toBeLessThanOrEqual(NEAR * width);
      expect(Math.abs((wassersteinDistance(scaled) ?? 0) - 2 * value)).toBeLessThanOrEqual(NEAR * width);
      const limits = wassersteinWithLimits(data);
      expect(limits?.lo).toBeGreaterThanOrEqual(0);
      expect(limits?.hi).toBeGreaterThanOrEqual(limits?.lo ?? 0);
    }),
  );
});

test("Kolmogorov–Smirnov lies between its value from bins and what finer bins could give", () => {
  fc.assert(
    fc.property(pair, ({ reference, current }) => {
      const found = kolmogorovSmirnov(reference, current);
      expect(found?.distance).toBeLessThanOrEqual((found?.atMost ?? 0) + NEAR);
      expect(found?.distance).toBeLessThanOrEqual(totalVariation(reference, current) + NEAR);
    }),
  );
});

test("shares sum to one, smoothed or not", () => {
  fc.assert(
    fc.property(pair, ({ reference }) => {
      for (const shares of [sharesOf(reference), smoothedSharesOf(reference)]) {
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      }
    }),
  );
});
