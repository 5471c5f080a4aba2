import fc from "fast-check";
import { expect, test } from "vitest";
import { seededGenerator } from "../random/seeded-generator.ts";
import { andersonDarling } from "./anderson-darling.ts";
import { bootstrapInterval } from "./bootstrap-interval.ts";
import { chiSquaredHomogeneity } from "./chi-squared-homogeneity.ts";
import { cramerVonMises, cramerVonMisesPValue } from "./cramer-von-mises.ts";
import { energyDistance, energyDistanceBinned, normalisedEnergyDistance } from "./energy-distance.ts";
import { fisherExact } from "./fisher-exact.ts";
import { kolmogorovSmirnovExact } from "./kolmogorov-exact.ts";
import { kolmogorovSmirnovPValue } from "./kolmogorov-smirnov.ts";
import { populationStability } from "./population-stability.ts";
import { totalVariation } from "./total-variation.ts";
import { twoProportions } from "./two-proportions.ts";
import { wassersteinBinningError, wassersteinDistance } from "./wasserstein.ts";

fc.configureGlobal({ seed: 20_130_301, numRuns: 150 });

/** Whole numbers tie; millionths seldom do, and survive being scaled. */
const value = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.integer({ min: -2e7, max: 2e7 }).map((millionths) => millionths / 1e6),
);
const sample = fc.array(value, { minLength: 3, maxLength: 40 });
const share = fc
  .integer({ min: 1, max: 200 })
  .chain((trials) => fc.record({ successes: fc.nat(trials), trials: fc.constant(trials) }));

test("tests on raw values do not care which side is the reference, nor for the order of rows", () => {
  fc.assert(
    fc.property(sample, sample, (x, y) => {
      const turned = x.toReversed();
      const cvm = cramerVonMises(x, y) ?? Number.NaN;
      expect(cramerVonMises(y, turned)).toBeCloseTo(cvm, 9);
      expect(energyDistance(y, turned)).toBeCloseTo(energyDistance(x, y) ?? Number.NaN, 9);
      const ad = andersonDarling([x, y]);
      if (ad !== null) expect(andersonDarling([y, turned])?.statistic).toBeCloseTo(ad.statistic, 9);
      const p = cramerVonMisesPValue(cvm, { nRef: x.length, nCur: y.length });
      expect(p).toBeGreaterThanOrEqual(0);
      expect(p).toBeLessThanOrEqual(1);
    }),
  );
});

test("ranks see no scale; the normalised energy distance does not, either", () => {
  fc.assert(
    fc.property(sample, sample, fc.constantFrom(1e-9, 0.25, 4, 1e9), (x, y, scale) => {
      const scaled = (values: number[]): number[] => values.map((one) => one * scale);
      expect(cramerVonMises(scaled(x), scaled(y))).toBeCloseTo(cramerVonMises(x, y) ?? Number.NaN, 9);
      const plain = normalisedEnergyDistance(energyDistance(x, y) ?? Number.NaN, 2) ?? Number.NaN;
      const other = normalisedEnergyDistance(energyDistance(scaled(x), scaled(y)) ?? Number.NaN, 2 * scale);
      expect(other).toBeCloseTo(plain, 9);
    }),
  );
});

test("the energy distance is that of its definition, and 0 only between the same shares", () => {
  const meanGap = (a: number[], b: number[]): number =>
    a.reduce((sum, one) => sum + b.reduce((rest, other) => rest + Math.abs(one - other), 0), 0) /
    (a.length * b.length);
  fc.assert(
    fc.property(sample, sample, (x, y) => {
      const squared = (energyDistance(x, y) ?? Number.NaN) ** 2;
      expect(squared).toBeCloseTo(2 * meanGap(x, y) - meanGap(x, x) - meanGap(y, y), 8);
      expect(energyDistance(x, [...x, ...x])).toBeCloseTo(0, 9);
    }),
  );
});

test("the z-test squared is chi-squared without correction, and Fisher's test agrees on what is likely", () => {
  fc.assert(
    fc.property(share, share, (a, b) => {
      const found = twoProportions(a, b);
      const chi = chiSquaredHomogeneity(
        [a.successes, a.trials - a.successes],
        [b.successes, b.trials - b.successes],
        { pool: false },
      );
      if (chi !== null) expect((found?.z ?? 0) ** 2).toBeCloseTo(chi.statistic, 8);
      const exact = fisherExact(a, b) ?? Number.NaN;
      expect(fisherExact(b, a)).toBeCloseTo(exact, 9);
      expect(exact).toBeGreaterThanOrEqual(0);
      if (a.successes * b.trials === b.successes * a.trials) expect(exact).toBeGreaterThan(0.9);
    }),
  );
});

test("the exact Kolmogorov–Smirnov probability falls with the distance and meets the limit law for many rows", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (n, m) => {
      const at = (distance: number): number =>
        kolmogorovSmirnovExact(distance, { nRef: n, nCur: m }) ?? Number.NaN;
      expect(at(0)).toBeCloseTo(1, 12);
      for (const distance of [0.1, 0.3, 0.7])
        expect(at(distance + 0.2)).toBeLessThanOrEqual(at(distance) + 1e-12);
    }),
    { numRuns: 40 },
  );
  const size = { nRef: 997, nCur: 983 };
  expect(kolmogorovSmirnovExact(0.06, size)).toBeCloseTo(kolmogorovSmirnovPValue(0.06, size), 1);
  expect(kolmogorovSmirnovExact(0.1, { nRef: 1001, nCur: 1000 })).toBeNull();
});

test("distances from bins miss those of the raw values by no more than they say", () => {
  fc.assert(
    fc.property(sample, sample, (x, y) => {
      const edges = [-10, -5, -2, 0, 1, 4, 9];
      const counts = (values: number[]): number[] => {
        const sums = Array<number>(edges.length + 1).fill(0);
        for (const one of values) {
          const bin = edges.filter((edge) => edge <= one).length;
          sums[bin] = (sums[bin] ?? 0) + 1;
        }
        return sums;
      };
      const rangeOf = (values: number[]) => ({ min: Math.min(...values), max: Math.max(...values) });
      const data = {
        edges,
        reference: counts(x),
        current: counts(y),
        referenceRange: rangeOf(x),
        currentRange: rangeOf(y),
        atoms: false,
      };
      const points = [...new Set([...x, ...y])].sort((a, b) => a - b);
      const upTo = (values: number[], at: number): number =>
        values.filter((one) => one <= at).length / values.length;
      const raw = points.slice(1).reduce((sum, to, index) => {
        const from = points[index] ?? to;
        return sum + Math.abs(upTo(x, from) - upTo(y, from)) * (to - from);
      }, 0);
      const gap = Math.abs((wassersteinDistance(data) ?? Number.NaN) - raw);
      expect(gap).toBeLessThanOrEqual((wassersteinBinningError(data) ?? 0) + 1e-9);
      expect(energyDistanceBinned(data)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("the bootstrap repeats with its seed, stays in range, and covers the truth about as often as it says", () => {
  const reference = [2000, 2000, 2000, 2000, 2000];
  const truth = [0.26, 0.22, 0.2, 0.18, 0.14];
  const asked = { seed: "a", range: [0, 1] } as const;
  const once = bootstrapInterval(reference, [60, 50, 40, 30, 20], totalVariation, asked);
  expect(bootstrapInterval(reference, [60, 50, 40, 30, 20], totalVariation, asked)).toEqual(once);
  let held = 0;
  const next = seededGenerator("coverage of the bootstrap");
  for (let run = 0; run < 60; run++) {
    const current = [0, 0, 0, 0, 0];
    for (let row = 0; row < 500; row++) {
      let left = next();
      let bin = 0;
      while (bin < 4 && left >= (truth[bin] ?? 0)) left -= truth[bin++] ?? 0;
      current[bin] = (current[bin] ?? 0) + 1;
    }
    const found = bootstrapInterval(reference, current, totalVariation, { ...asked, seed: `run ${run}` });
    if (found !== null && found.lo <= 0.08 && found.hi >= 0.08) held += 1;
  }
  expect(held / 60).toBeGreaterThan(0.85);
  const psi = bootstrapInterval([900, 100], [100, 900], populationStability, { seed: "b", range: [0, null] });
  expect(psi?.lo).toBeGreaterThan(1);
});
