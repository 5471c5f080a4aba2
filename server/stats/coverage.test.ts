import { expect, test } from "vitest";
import { calibrationErrorEstimate } from "./accuracy/calibration-error.ts";
import { rocAuc, rocAucEstimate } from "./accuracy/roc-auc.ts";
import { normalCumulative, normalQuantile } from "./distributions/normal.ts";
import { divergenceLimits } from "./drift/divergence-interval.ts";
import { jensenShannonDivergence } from "./drift/jensen-shannon.ts";
import { kolmogorovSmirnov, kolmogorovSmirnovLimits } from "./drift/kolmogorov-smirnov.ts";
import { populationStability } from "./drift/population-stability.ts";
import { totalVariation, totalVariationLimits } from "./drift/total-variation.ts";
import { wassersteinDistance, wassersteinWithLimits } from "./drift/wasserstein.ts";
import { drawBinomial, drawMultinomial } from "./random/multinomial.ts";
import { seededGenerator } from "./random/seeded-generator.ts";
import { wilsonInterval } from "./uncertainty/wilson.ts";

/** Seeded simulations: the share of nominal 95 % intervals that hold the truth. Fixed seeds, so fixed answers. */
const RUNS = 400;
const BINS = 10;
const N_REF = 10_000;
const N_CUR = 1_000;

/** Shares of normal values, shifted by d standard deviations, on the deciles of unshifted ones. */
function shiftedShares(d: number): { edges: number[]; shares: number[] } {
  const edges = Array.from({ length: BINS - 1 }, (_, index) => normalQuantile((index + 1) / BINS));
  const cumulative = [0, ...edges.map((edge) => normalCumulative(edge - d)), 1];
  return { edges, shares: cumulative.slice(1).map((share, bin) => share - (cumulative[bin] ?? 0)) };
}

interface Limits {
  lo: number;
  hi: number;
}

function coverage(
  d: number,
  truthOf: (p: number[], q: number[]) => number,
  limitsOf: (r: number[], c: number[]) => Limits | null,
) {
  const { shares: p } = shiftedShares(0);
  const { shares: q } = shiftedShares(d);
  const next = seededGenerator(`coverage ${d} ${truthOf.name}`);
  const truth = truthOf(p, q);
  let held = 0;
  for (let run = 0; run < RUNS; run++) {
    const draw = (shares: number[], rows: number): number[] =>
      Array.from(
        drawMultinomial(
          next,
          shares.map((share) => share * rows),
          new Float64Array(BINS),
        ),
      );
    const limits = limitsOf(draw(p, N_REF), draw(q, N_CUR));
    if (limits !== null && limits.lo <= truth + 1e-12 && limits.hi >= truth - 1e-12) held++;
  }
  return held / RUNS;
}

const SHIFTS = [0, 0.1, 0.3, 0.6];
const size = { bins: BINS, nRef: N_REF, nCur: N_CUR };
const range = { min: -4, max: 4 };
const asNumbers = (reference: number[], current: number[]) => ({
  edges: shiftedShares(0).edges,
  reference,
  current,
  referenceRange: range,
  currentRange: range,
  atoms: false,
});
const stability = (p: number[], q: number[]): number =>
  p.reduce((sum, share, bin) => sum + ((q[bin] ?? 0) - share) * Math.log((q[bin] ?? 0) / share), 0);

test.each(SHIFTS)("population stability and Jensen–Shannon at a shift of %d", (d) => {
  const psi = coverage(d, stability, (r, c) => divergenceLimits(populationStability(r, c), size));
  const js = coverage(d, jensenShannonDivergence, (r, c) => {
    const limits = divergenceLimits(8 * jensenShannonDivergence(r, c), size);
    return limits === null ? null : { lo: limits.lo / 8, hi: limits.hi / 8 };
  });
  for (const share of [psi, js]) expect(share).toBeGreaterThanOrEqual(0.92);
});

test.each(SHIFTS)("total variation at a shift of %d", (d) => {
  expect(coverage(d, totalVariation, totalVariationLimits)).toBeGreaterThanOrEqual(0.92);
});

test.each(SHIFTS)("Wasserstein at a shift of %d", (d) => {
  const truth = (p: number[], q: number[]): number => wassersteinDistance(asNumbers(p, q)) ?? 0;
  expect(coverage(d, truth, (r, c) => wassersteinWithLimits(asNumbers(r, c)))).toBeGreaterThanOrEqual(0.88);
});

test.each(SHIFTS)("Kolmogorov–Smirnov at a shift of %d", (d) => {
  const distance = (p: number[], q: number[]): number => kolmogorovSmirnov(p, q)?.distance ?? 0;
  const share = coverage(d, distance, (r, c) => kolmogorovSmirnovLimits(distance(r, c), size));
  expect(share).toBeGreaterThanOrEqual(0.95);
});

test("no drift is called none: the lower limit of total variation is 0 nearly always, with fifty bins too", () => {
  const next = seededGenerator("no drift");
  let accused = 0;
  for (let run = 0; run < RUNS; run++) {
    const draw = (rows: number) =>
      drawMultinomial(
        next,
        Array.from({ length: 50 }, () => rows / 50),
        new Float64Array(50),
      );
    if ((totalVariationLimits(draw(N_REF), draw(N_CUR))?.lo ?? 0) > 0) accused++;
  }
  expect(accused / RUNS).toBeLessThanOrEqual(0.025);
});

test.each([0.02, 0.1, 0.5, 0.9])("Wilson for a share of %d of a hundred", (share) => {
  const next = seededGenerator(`wilson ${share}`);
  let held = 0;
  for (let run = 0; run < 2000; run++) {
    const interval = wilsonInterval(drawBinomial(next, 100, share), 100);
    if (interval !== null && interval.lo <= share && interval.hi >= share) held++;
  }
  expect(held / 2000).toBeGreaterThanOrEqual(0.92);
  expect(held / 2000).toBeLessThanOrEqual(0.985);
});

test("DeLong at fifty rows of each class", () => {
  const next = seededGenerator("delong");
  const bins = 200;
  const edges = Array.from({ length: bins - 1 }, (_, index) => normalQuantile((index + 1) / bins) * 1.5);
  const sharesAt = (mean: number): number[] => {
    const cumulative = [0, ...edges.map((edge) => normalCumulative(edge - mean)), 1];
    return cumulative.slice(1).map((share, bin) => 50 * (share - (cumulative[bin] ?? 0)));
  };
  const truth = rocAuc({ positives: sharesAt(1), negatives: sharesAt(0) })?.auc ?? 0;
  let held = 0;
  for (let run = 0; run < RUNS; run++) {
    const draw = (mean: number) => drawMultinomial(next, sharesAt(mean), new Float64Array(bins));
    const { interval } = rocAucEstimate({ positives: draw(1), negatives: draw(0) });
    if (interval !== null && interval.lo <= truth && interval.hi >= truth) held++;
  }
  expect(held / RUNS).toBeGreaterThanOrEqual(0.92);
  expect(held / RUNS).toBeLessThanOrEqual(0.985);
});

test.each([0, 0.05])("calibration error where every bin is off by %d", (off) => {
  const next = seededGenerator(`calibration ${off}`);
  let held = 0;
  for (let run = 0; run < RUNS; run++) {
    const bins = Array.from({ length: 10 }, (_, bin) => {
      const mean = 0.1 + 0.08 * bin;
      return { rows: 200, probability: 200 * mean, positives: drawBinomial(next, 200, mean + off) };
    });
    const { interval } = calibrationErrorEstimate(bins);
    if (interval !== null && interval.lo <= off && interval.hi >= off) held++;
  }
  expect(held / RUNS).toBeGreaterThanOrEqual(0.92);
});
