import fc from "fast-check";
import { expect, test } from "vitest";
import { averagePrecisionEstimate } from "./average-precision.ts";
import { balancedAccuracyEstimate } from "./balanced-accuracy.ts";
import {
  brierParts,
  calibrationError,
  calibrationErrorEstimate,
  debiasedCalibrationError,
} from "./calibration-error.ts";
import { cohensKappa, kappaEstimate } from "./cohens-kappa.ts";
import { fScoreEstimate } from "./f-score.ts";
import { matthewsEstimate } from "./matthews-correlation.ts";
import {
  diagonalRatio,
  macroAverage,
  macroEstimate,
  weightedAverage,
  weightedEstimate,
} from "./multiclass-averages.ts";
import { pairedAucDifference } from "./paired-auc-difference.ts";
import { averagePrecisionAt, normalisedGainAt, precisionAt, reciprocalRank } from "./ranking.ts";
import { rocAuc, rocAucEstimate } from "./roc-auc.ts";

fc.configureGlobal({ seed: 20_130_301, numRuns: 200 });

const scored = fc.integer({ min: 1, max: 60 }).chain((bins) =>
  fc.record({
    positives: fc.array(fc.nat(50), { minLength: bins, maxLength: bins }),
    negatives: fc.array(fc.nat(50), { minLength: bins, maxLength: bins }),
  }),
);

function expectHonest(
  estimate: { value: number | null; interval: { lo: number; hi: number } | null; status: string },
  range: { min: number; max: number },
): void {
  const isMissing = estimate.status === "EMPTY" || estimate.status === "UNDEFINED";
  expect(estimate.value === null).toBe(isMissing);
  if (estimate.value === null) {
    expect(estimate.interval).toBeNull();
    return;
  }
  expect(estimate.interval).not.toBeNull();
  expect(estimate.interval?.lo).toBeGreaterThanOrEqual(range.min);
  expect(estimate.interval?.lo).toBeLessThanOrEqual(estimate.value + 1e-12);
  expect(estimate.interval?.hi).toBeGreaterThanOrEqual(estimate.value - 1e-12);
  expect(estimate.interval?.hi).toBeLessThanOrEqual(range.max);
  expect((estimate.interval?.hi ?? 0) - (estimate.interval?.lo ?? 0)).toBeGreaterThan(0);
}

test("swapping the classes mirrors the area, turning the scores around too", () => {
  fc.assert(
    fc.property(scored, ({ positives, negatives }) => {
      const auc = rocAuc({ positives, negatives })?.auc ?? 0.5;
      const swapped = rocAuc({ positives: negatives, negatives: positives })?.auc ?? 0.5;
      const turned =
        rocAuc({ positives: positives.toReversed(), negatives: negatives.toReversed() })?.auc ?? 0.5;
      expect(swapped).toBeCloseTo(1 - auc, 12);
      expect(turned).toBeCloseTo(1 - auc, 12);
    }),
  );
});

test("coarser bins keep the area within the half width that they state", () => {
  const halved = (counts: number[]): number[] =>
    Array.from(
      { length: Math.ceil(counts.length / 2) },
      (_, bin) => (counts[2 * bin] ?? 0) + (counts[2 * bin + 1] ?? 0),
    );
  fc.assert(
    fc.property(scored, ({ positives, negatives }) => {
      const fine = rocAuc({ positives, negatives });
      const coarse = rocAuc({ positives: halved(positives), negatives: halved(negatives) });
      if (fine === null || coarse === null) return;
      expect(Math.abs(fine.auc - coarse.auc)).toBeLessThanOrEqual(coarse.halfWidth + 1e-12);
    }),
  );
});

test("scores that say nothing rank like chance, whatever the shares", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 999 }), (p, n) => {
      expect(rocAuc({ positives: [p], negatives: [n] })?.auc).toBe(0.5);
    }),
  );
});

test("every estimate has a value and an interval of some width, or neither and says why", () => {
  fc.assert(
    fc.property(scored, ({ positives, negatives }) => {
      const range = { min: 0, max: 1 };
      expectHonest(rocAucEstimate({ positives, negatives }), range);
      expectHonest(averagePrecisionEstimate({ positives, negatives }), range);
    }),
  );
  const cell = fc.nat(200);
  fc.assert(
    fc.property(cell, cell, cell, cell, (tp, fp, tn, fn) => {
      expectHonest(fScoreEstimate({ tp, fp, tn, fn }), { min: 0, max: 1 });
    }),
  );
});

const matrix = fc
  .integer({ min: 1, max: 6 })
  .chain((side) =>
    fc
      .array(fc.nat(40), { minLength: side * side, maxLength: side * side })
      .map((counts) => ({ counts, side })),
  );

test("macro averages do not care for the names of the classes, and transposing swaps precision and recall", () => {
  fc.assert(
    fc.property(matrix, ({ counts, side }) => {
      const transposed = counts.map((_, cell) => counts[(cell % side) * side + Math.floor(cell / side)] ?? 0);
      const reversed = counts.toReversed();
      const precision = macroAverage({ counts, side }, "precision");
      expect(macroAverage({ counts: transposed, side }, "recall") ?? -1).toBeCloseTo(precision ?? -1, 12);
      for (const metric of ["precision", "recall", "f1"] as const) {
        const value = macroAverage({ counts, side }, metric);
        expect(macroAverage({ counts: reversed, side }, metric) ?? -1).toBeCloseTo(value ?? -1, 12);
        expectHonest(macroEstimate({ counts, side }, metric), { min: 0, max: 1 });
      }
      const { successes, trials } = diagonalRatio({ counts, side });
      expect(successes).toBeLessThanOrEqual(trials);
    }),
  );
});

const calibration = fc.array(
  fc
    .record({
      rows: fc.nat(300),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      mean: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ rows, share, mean }) => ({
      rows,
      positives: Math.round(rows * share),
      probability: rows * mean,
    })),
  { maxLength: 12 },
);

test("calibration: in range, noise taken off never exceeds the root of the plain square, Murphy's parts add up", () => {
  fc.assert(
    fc.property(calibration, (bins) => {
      expectHonest(calibrationErrorEstimate(bins), { min: 0, max: 1 });
      const rows = bins.reduce((sum, bin) => sum + bin.rows, 0);
      const parts = brierParts(bins);
      expect(parts === null).toBe(calibrationError(bins) === null);
      if (parts === null) return;
      const brier = bins.reduce((sum, bin) => {
        const p = bin.rows > 0 ? bin.probability / bin.rows : 0;
        return sum + bin.positives * (1 - p) ** 2 + (bin.rows - bin.positives) * p * p;
      }, 0);
      expect(parts.reliability - parts.resolution + parts.uncertainty).toBeCloseTo(brier / rows, 9);
      if (bins.every((bin) => bin.rows !== 1)) {
        expect(debiasedCalibrationError(bins) ?? 0).toBeLessThanOrEqual(Math.sqrt(parts.reliability) + 1e-9);
      }
    }),
  );
});

const cells = fc.record({ tp: fc.nat(300), fp: fc.nat(300), tn: fc.nat(300), fn: fc.nat(300) });

test("scores of both classes alike: honest, and turned around with the decisions", () => {
  fc.assert(
    fc.property(cells, (confusion) => {
      const { tp, fp, tn, fn } = confusion;
      expectHonest(balancedAccuracyEstimate(confusion), { min: 0, max: 1 });
      expectHonest(matthewsEstimate(confusion), { min: -1, max: 1 });
      const turned = { tp: fn, fn: tp, fp: tn, tn: fp };
      const mcc = matthewsEstimate(confusion).value;
      if (mcc !== null) expect(matthewsEstimate(turned).value).toBeCloseTo(-mcc, 9);
      const balanced = balancedAccuracyEstimate(confusion).value;
      if (balanced !== null) expect(balancedAccuracyEstimate(turned).value).toBeCloseTo(1 - balanced, 9);
      const kappa = cohensKappa({ counts: [tn, fp, fn, tp], side: 2 });
      // Kappa and the correlation are 0 together, and kappa is never further from it.
      if (kappa !== null && mcc !== null) expect(Math.abs(kappa)).toBeLessThanOrEqual(Math.abs(mcc) + 1e-9);
    }),
  );
});

test("weighted recall is the accuracy, weighted averages and kappa stay in range", () => {
  const matrix = fc.integer({ min: 1, max: 6 }).chain((side) =>
    fc.record({
      side: fc.constant(side),
      counts: fc.array(fc.nat(40), { minLength: side * side, maxLength: side * side }),
    }),
  );
  fc.assert(
    fc.property(matrix, (confusion) => {
      const { successes, trials } = diagonalRatio(confusion);
      if (trials > 0) expect(weightedAverage(confusion, "recall")).toBeCloseTo(successes / trials, 9);
      for (const metric of ["precision", "recall", "f1"] as const) {
        expectHonest(weightedEstimate(confusion, metric), { min: 0, max: 1 });
      }
      const { value, interval } = kappaEstimate(confusion);
      if (value === null) expect(interval).toBeNull();
      else expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-12);
    }),
  );
});

test("rankings: 1 for the best order, in range otherwise, and what comes after the first k items does not count", () => {
  const relevances = fc.array(fc.nat(3), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(relevances, fc.integer({ min: 1, max: 12 }), (list, k) => {
      const best = [...list].sort((a, b) => b - a);
      const relevant = list.filter((one) => one > 0).length;
      for (const gain of ["linear", "exponential"] as const) {
        const value = normalisedGainAt(list, k, gain);
        expect(value === null).toBe(relevant === 0);
        if (value !== null) expect(value).toBeLessThanOrEqual(1 + 1e-12);
        if (relevant > 0) expect(normalisedGainAt(best, k, gain)).toBeCloseTo(1, 12);
      }
      expect(averagePrecisionAt(best, k, relevant) ?? 1).toBeCloseTo(1, 12);
      expect(averagePrecisionAt(list, k, relevant) ?? 0).toBeLessThanOrEqual(1 + 1e-12);
      expect(precisionAt(list, k) ?? 0).toBeLessThanOrEqual(1);
      expect(reciprocalRank(list)).toBeLessThanOrEqual(1);
    }),
  );
});

test("a model compared with itself differs by nothing, and the other way round by the opposite", () => {
  const rows = fc.array(fc.record({ first: fc.nat(8), second: fc.nat(8), label: fc.constantFrom(0, 1) }), {
    minLength: 8,
    maxLength: 40,
  });
  fc.assert(
    fc.property(rows, (list) => {
      const labels = list.map(({ label }) => label);
      const [first, second] = [list.map((row) => row.first), list.map((row) => row.second)];
      const found = pairedAucDifference({ first, second, labels });
      if (found === null) return;
      expect(pairedAucDifference({ first, second: first, labels })?.interval).toBeNull();
      expect(pairedAucDifference({ first: second, second: first, labels })?.difference).toBeCloseTo(
        -found.difference,
        12,
      );
    }),
  );
});
