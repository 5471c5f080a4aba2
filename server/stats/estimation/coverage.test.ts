import { expect, test } from "vitest";
import { averagePrecision } from "../accuracy/average-precision.ts";
import { rocAuc } from "../accuracy/roc-auc.ts";
import { drawBinomial, drawMultinomial } from "../random/multinomial.ts";
import { seededGenerator } from "../random/seeded-generator.ts";
import { fitCalibrationMap } from "./calibration-map.ts";
import { DEFAULT_MOVEMENT } from "./concept-movement.ts";
import { confidenceBasedEstimate } from "./confidence-based-estimate.ts";
import { type ExpectedMetricName, expectedMetric } from "./expected-metric.ts";
import { leafLosses, postStratifiedLoss } from "./post-stratification.ts";

/** Seeded simulations: how often the band of an estimate holds what the labels then say. Fixed seeds, fixed answers. */
const RUNS = 300;
const BINS = 100;
const REFERENCE_ROWS = 5_000;
const WINDOW_ROWS = 1_000;
const score = Float64Array.from({ length: BINS }, (_, bin) => (bin + 0.5) / BINS);
const called = score.map((value) => (value > 0.5 ? 1 : 0));
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const logit = (p: number): number => Math.log(p / (1 - p));

/** The truth behind a score: less extreme than the score says, and moved by `concept` logits. */
const truth = (concept: number) => score.map((value) => logistic(0.7 * logit(value) + concept));
/** Beta-like masses, leaning to high scores the larger `lean` is. */
const masses = (lean: number) => score.map((value) => value ** lean * (1 - value));

function drawLabels(next: () => number, counts: ArrayLike<number>, chance: Float64Array) {
  const positives = Float64Array.from(counts, (count, bin) => drawBinomial(next, count, chance[bin] ?? 0));
  return { positives, negatives: positives.map((count, bin) => (counts[bin] ?? 0) - count) };
}

function drawCounts(next: () => number, rows: number, lean: number): Float64Array {
  const mass = masses(lean);
  const total = mass.reduce((sum, value) => sum + value, 0);
  return drawMultinomial(
    next,
    mass.map((value) => (rows * value) / total),
    new Float64Array(BINS),
  );
}

function coverage(metric: ExpectedMetricName, lean: number, concept: number): number {
  const next = seededGenerator(`estimate ${metric} ${lean} ${concept}`);
  let held = 0;
  for (let run = 0; run < RUNS; run++) {
    const map = fitCalibrationMap(drawLabels(next, drawCounts(next, REFERENCE_ROWS, 1), truth(0)));
    const counts = drawCounts(next, WINDOW_ROWS, lean);
    const labels = drawLabels(next, counts, truth(concept));
    if (map === null) continue;
    const { interval } = confidenceBasedEstimate(metric, { counts, called, score }, map, DEFAULT_MOVEMENT);
    const realised = realisedOf(metric, counts, labels);
    if (interval !== null && interval.lo <= realised && realised <= interval.hi) held++;
  }
  return held / RUNS;
}

/** The labels that came are a chance of 0 or 1 a row: the same formulas then give the realised metric. */
function realisedOf(
  metric: ExpectedMetricName,
  counts: Float64Array,
  labels: { positives: Float64Array; negatives: Float64Array },
): number {
  if (metric === "roc_auc") return rocAuc(labels)?.auc ?? Number.NaN;
  if (metric === "pr_auc") return averagePrecision(labels) ?? Number.NaN;
  const probability = labels.positives.map((count, bin) => count / Math.max(1, counts[bin] ?? 0));
  return expectedMetric(metric, { counts, called, score, probability })?.value ?? Number.NaN;
}

const METRICS = ["accuracy", "precision", "recall", "f1", "roc_auc", "pr_auc", "log_loss", "brier"] as const;

test.each(METRICS)("%s: the band holds under pure covariate shift", (metric) => {
  for (const lean of [1, 2.5]) {
    const share = coverage(metric, lean, 0);
    expect(share).toBeGreaterThanOrEqual(0.9);
    expect(share).toBeLessThanOrEqual(0.995);
  }
});

test.each(["accuracy", "precision", "recall", "brier"] as const)(
  "%s: it does not hold when the concept moves, and it must be seen not to",
  (metric) => {
    expect(coverage(metric, 2.5, -1)).toBeLessThan(0.2);
  },
);

test("the mean loss by leaves holds when the mix of leaves changes, and not when the loss does", () => {
  const next = seededGenerator("leaves");
  const means = [1, 2, 4, 8];
  const draw = (rows: number, weights: number[], scale: number) => {
    const leaves = weights.flatMap((weight, leaf) =>
      Array.from({ length: Math.round(rows * weight) }, () => leaf),
    );
    return { leaves, losses: leaves.map((leaf) => -Math.log(1 - next()) * scale * (means[leaf] ?? 0)) };
  };
  const held = { same: 0, worse: 0 };
  for (let run = 0; run < RUNS; run++) {
    const reference = draw(2_000, [0.4, 0.3, 0.2, 0.1], 1);
    const leaves = leafLosses(reference.leaves, reference.losses, means.length);
    for (const [kind, scale] of [
      ["same", 1],
      ["worse", 1.4],
    ] as const) {
      const now = draw(500, [0.1, 0.2, 0.3, 0.4], scale);
      const counts = means.map((_, leaf) => now.leaves.filter((one) => one === leaf).length);
      const { interval } = postStratifiedLoss(leaves, counts);
      const realised = now.losses.reduce((sum, loss) => sum + loss, 0) / now.losses.length;
      if (interval !== null && interval.lo <= realised && realised <= interval.hi) held[kind]++;
    }
  }
  expect(held.same / RUNS).toBeGreaterThanOrEqual(0.9);
  expect(held.worse / RUNS).toBeLessThan(0.2);
});
