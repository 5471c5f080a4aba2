import fc from "fast-check";
import { expect, test } from "vitest";
import { rocAuc } from "../accuracy/roc-auc.ts";
import { fitCalibrationMap } from "./calibration-map.ts";
import { DEFAULT_MOVEMENT } from "./concept-movement.ts";
import { confidenceBasedEstimate } from "./confidence-based-estimate.ts";
import { estimateScorecard } from "./estimate-scorecard.ts";
import { expectedConfusion, expectedMetric } from "./expected-metric.ts";
import { importanceWeightedLabels } from "./importance-weighted-labels.ts";
import { leafLosses, postStratifiedLoss } from "./post-stratification.ts";
import { growRegressionTree, leafCount, leafOf } from "./regression-tree.ts";

const BINS = 12;
const counts = fc.array(fc.nat(200), { minLength: BINS, maxLength: BINS });
const labels = fc.record({ positives: counts, negatives: counts });
const score = Array.from({ length: BINS }, (_, bin) => (bin + 0.5) / BINS);
const called = score.map((value) => (value > 0.5 ? 1 : 0));
const METRICS = ["accuracy", "precision", "recall", "f1", "roc_auc", "pr_auc", "brier"] as const;

test("a map never falls, stays inside (0, 1), and its blocks' positives add up", () => {
  fc.assert(
    fc.property(labels, (seen) => {
      const map = fitCalibrationMap(seen);
      if (map === null) return;
      for (let bin = 0; bin < BINS; bin++) {
        const p = map.probability[bin] ?? 0;
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThan(1);
        expect(p).toBeGreaterThanOrEqual((map.probability[bin - 1] ?? 0) - 1e-12);
      }
    }),
  );
});

test("one class, or none, gives no map", () => {
  const none = Array.from({ length: BINS }, () => 0);
  const some = Array.from({ length: BINS }, () => 3);
  for (const seen of [
    { positives: none, negatives: none },
    { positives: some, negatives: none },
    { positives: none, negatives: some },
  ]) {
    expect(fitCalibrationMap(seen)).toBeNull();
  }
});

test("the expected confusion matrix adds up to the rows, and each gradient is the derivative of its metric", () => {
  fc.assert(
    fc.property(labels, counts, (seen, now) => {
      const map = fitCalibrationMap(seen);
      const rows = now.reduce((sum, count) => sum + count, 0);
      if (map === null || rows === 0) return;
      const window = { counts: now, probability: map.probability, called, score };
      const { tp, fp, tn, fn } = expectedConfusion(window);
      expect(tp + fp + tn + fn).toBeCloseTo(rows, 8);
      const bin = now.findIndex((count) => count > 0);
      const step = 1e-6;
      const moved = map.probability.map((p, at) => (at === bin ? p + step : p));
      for (const metric of METRICS) {
        const before = expectedMetric(metric, window);
        const after = expectedMetric(metric, { ...window, probability: moved });
        if (before === null || after === null) continue;
        const slope = (after.value - before.value) / (step * (now[bin] ?? 1));
        expect(slope).toBeCloseTo(before.gradient[bin] ?? 0, 3);
      }
    }),
    { numRuns: 60 },
  );
});

test("every estimate lies in its band, the band in the concept band, and both in the metric's range", () => {
  fc.assert(
    fc.property(labels, counts, fc.constantFrom(...METRICS), (seen, now, metric) => {
      const map = fitCalibrationMap(seen);
      if (map === null) return;
      const found = confidenceBasedEstimate(metric, { counts: now, called, score }, map, DEFAULT_MOVEMENT);
      if (found.value === null) {
        expect(["EMPTY", "UNDEFINED"]).toContain(found.status);
        return;
      }
      const chain = [
        0,
        found.concept?.lo,
        found.interval?.lo,
        found.value,
        found.interval?.hi,
        found.concept?.hi,
        1,
      ];
      for (const [place, bound] of chain.slice(1).entries()) {
        expect(bound ?? Number.NaN).toBeGreaterThanOrEqual((chain[place] ?? Number.NaN) - 1e-9);
      }
    }),
  );
});

test("where the map is the labels' own, the expected ROC area is theirs", () => {
  fc.assert(
    fc.property(counts, (now) => {
      const probability = Float64Array.from(score);
      const found = expectedMetric("roc_auc", { counts: now, probability, called, score });
      const exact = rocAuc({
        positives: now.map((count, bin) => count * (score[bin] ?? 0)),
        negatives: now.map((count, bin) => count * (1 - (score[bin] ?? 0))),
      });
      if (found === null || exact === null) return;
      expect(found.value).toBeCloseTo(exact.auc, 10);
    }),
  );
});

test("weighting by groups that did not change changes no share, and costs no rows", () => {
  fc.assert(
    fc.property(labels, labels, (a, b) => {
      const groups = [a, b].map((group) => ({
        ...group,
        current: group.positives.map((count, bin) => count + (group.negatives[bin] ?? 0)),
      }));
      const found = importanceWeightedLabels(groups);
      if (found.refusal !== null) return;
      for (let bin = 0; bin < BINS; bin++) {
        const before = (a.positives[bin] ?? 0) + (b.positives[bin] ?? 0);
        expect(found.positives[bin]).toBeCloseTo(before, 6);
      }
    }),
  );
});

const rows = fc.array(
  fc.tuple(fc.double({ min: -5, max: 5, noNaN: true }), fc.constantFrom(0, 1, 2, Number.NaN)),
  {
    minLength: 1,
    maxLength: 120,
  },
);

test("a tree puts every row in one of its leaves, none of fewer rows than asked, and fits no worse than one mean", () => {
  fc.assert(
    fc.property(rows, (drawn) => {
      const loss = drawn.map(([x, c]) => Math.abs(x) + (c === 1 ? 2 : 0));
      const columns = [
        { kind: "number" as const, values: drawn.map(([x]) => x) },
        { kind: "category" as const, values: drawn.map(([, c]) => c) },
      ];
      const tree = growRegressionTree(columns, loss, { leafRows: 10 });
      const places = drawn.map((row) => leafOf(tree, row));
      const leaves = leafLosses(places, loss, leafCount(tree));
      expect(leaves.reduce((sum, leaf) => sum + leaf.n, 0)).toBe(loss.length);
      if (leaves.length > 1) expect(Math.min(...leaves.map((leaf) => leaf.n))).toBeGreaterThanOrEqual(10);
      const [one] = leafLosses(
        places.map(() => 0),
        loss,
        1,
      );
      expect(leaves.reduce((sum, leaf) => sum + leaf.m2, 0)).toBeLessThanOrEqual((one?.m2 ?? 0) + 1e-9);
    }),
  );
});

test("leaf weighting of the reference's own mix gives its mean loss", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(50)), { minLength: 30, maxLength: 90 }), (drawn) => {
      const leaves = leafLosses(
        drawn.map(([leaf]) => leaf),
        drawn.map(([, loss]) => loss),
        3,
      );
      const found = postStratifiedLoss(
        leaves,
        leaves.map(({ n }) => n),
      );
      const mean = drawn.reduce((sum, [, loss]) => sum + loss, 0) / drawn.length;
      expect(found.value).toBeCloseTo(mean, 9);
    }),
  );
});

test("a region that the reference never saw is refused, not guessed", () => {
  const leaves = [
    { n: 100, mean: 1, m2: 10 },
    { n: 0, mean: 0, m2: 0 },
  ];
  expect(postStratifiedLoss(leaves, [90, 10])).toMatchObject({ value: null, status: "UNDEFINED" });
  expect(postStratifiedLoss(leaves, [99, 1])).toMatchObject({ value: 1, status: "OK" });
});

test("an estimator is struck out for missing half its windows, not for the misses that its level allows", () => {
  const windows = (missed: number) =>
    Array.from({ length: 30 }, (_, at) => ({
      estimate: 0.7,
      band: { lo: 0.6, hi: 0.8 },
      realised: at < missed ? 0.5 : 0.7,
    }));
  expect(estimateScorecard(windows(3))).toMatchObject({ held: 27, windows: 30, isStruckOut: false });
  expect(estimateScorecard(windows(6))?.isStruckOut).toBe(false);
  expect(estimateScorecard(windows(15))).toMatchObject({ held: 15, isStruckOut: true });
  expect(estimateScorecard([])).toBeNull();
});
