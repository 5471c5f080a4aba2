import { expect, test } from "vitest";
import { normalCumulative, normalQuantile } from "../distributions/normal.ts";
import { drawBinomial, drawMultinomial } from "../random/multinomial.ts";
import { type Generator, seededGenerator } from "../random/seeded-generator.ts";
import { createBinDriftDetector } from "./bin-drift-detector.ts";
import { createConformalCellsDetector } from "./conformal-cells-detector.ts";
import { createConformalRateDetector } from "./conformal-rate-detector.ts";
import type { EvidenceDetector } from "./evidence-detector.ts";
import { adjustedLogEvidence } from "./many-monitors.ts";
import { createMeanLossDetector } from "./mean-loss-detector.ts";
import { overDispersion } from "./over-dispersion.ts";
import { proportionConfidenceSequence } from "./proportion-confidence-sequence.ts";
import { createRateDetector } from "./rate-detector.ts";
import { createTwoSampleBayesDetector, createTwoSampleRateDetector } from "./two-sample-bayes-detector.ts";

/**
 * Seeded simulations of the guarantee itself: with no change, false alarms ÷ windows until them may not exceed 1/A.
 * A is small here (50), so that a detector which broke its promise would be seen in seconds; fixed seeds, fixed answers.
 */
const PATIENCE = 50;
const STREAMS = 80;
const WINDOWS = 150;
const BINS = 10;

function shiftedShares(mean: number): number[] {
  const cumulative = Array.from({ length: BINS + 1 }, (_, index) =>
    normalCumulative(normalQuantile(index / BINS) - mean),
  );
  return cumulative.slice(1).map((share, bin) => share - (cumulative[bin] ?? 0));
}
const SHARES = shiftedShares(0);

function draw(next: Generator, shares: number[], rows: number, cluster = 1): Float64Array {
  const expected = shares.map((share) => (share * rows) / cluster);
  return drawMultinomial(next, expected, new Float64Array(shares.length)).map((count) => count * cluster);
}

/** Alarms per window watched, each stream up to its first. */
function falseAlarmRate<Window, State>(
  seed: string,
  make: (next: Generator) => EvidenceDetector<Window, State>,
  window: (next: Generator) => Window,
): number {
  const next = seededGenerator(seed);
  let alarms = 0;
  let watched = 0;
  for (let stream = 0; stream < STREAMS; stream++) {
    const detector = make(next);
    const state = detector.start();
    for (let t = 0; t < WINDOWS; t++) {
      detector.stepInto(state, window(next));
      watched++;
      if (detector.logEvidence(state) < Math.log(PATIENCE)) continue;
      alarms++;
      break;
    }
  }
  return alarms / watched;
}

/** 1/A and two standard errors of the simulation at exactly that rate. */
const ALLOWED = 1 / PATIENCE + 2 * Math.sqrt(1 / PATIENCE / (STREAMS * PATIENCE));

test.each([true, false])(
  "drift within the tolerance raises no more false alarms than promised, ordered %s",
  (ordered) => {
    // 0.125 standard deviations are a total variation of 0.05: the very edge of the tolerance.
    const edge = shiftedShares(0.125);
    const rate = falseAlarmRate(
      `drift ${ordered}`,
      (next) => createBinDriftDetector({ reference: draw(next, SHARES, 5000), ordered }),
      (next) => draw(next, edge, 500),
    );
    expect(rate).toBeLessThanOrEqual(ALLOWED);
  },
);

test("a rate at its limit, from either side, raises no more false alarms than promised", () => {
  const rate = falseAlarmRate(
    "rate",
    () => createRateDetector({ upper: 0.1, lower: 0.1 }),
    (next) => ({ successes: drawBinomial(next, 200, 0.1), trials: 200 }),
  );
  expect(rate).toBeLessThanOrEqual(ALLOWED);
});

test("a mean loss at its limit raises no more false alarms than promised", () => {
  const values = Array.from({ length: 400 }, (_, bucket) => bucket / 40);
  // Exponential losses in buckets; the lower edges' mean is the one that is bet against.
  const shares = values.map((value) => Math.exp(-value) * (1 - Math.exp(-1 / 40)));
  const mean = shares.reduce((sum, share, bucket) => sum + share * (values[bucket] ?? 0), 0);
  const rate = falseAlarmRate(
    "loss",
    () => createMeanLossDetector({ limit: mean }),
    (next) => ({ values, counts: draw(next, shares, 100) }),
  );
  expect(rate).toBeLessThanOrEqual(ALLOWED);
});

test.each([0.02, 0.5])("conformal rates keep the promise at a rate of %s, and use it", (p) => {
  const rate = falseAlarmRate(
    `conformal ${p}`,
    (next) =>
      createConformalRateDetector({
        reference: { successes: drawBinomial(next, 500, p), trials: 500 },
        side: "both",
      }),
    (next) => ({ successes: drawBinomial(next, 200, p), trials: 200, uniform: next() }),
  );
  expect(rate).toBeLessThanOrEqual(ALLOWED);
  expect(rate).toBeGreaterThan(0.2 / PATIENCE);
});

test.each([1, 5])("conformal cells keep the promise with rows in clusters of %i, and use it", (cluster) => {
  const rate = falseAlarmRate(
    `cells ${cluster}`,
    (next) =>
      createConformalCellsDetector({
        reference: draw(next, SHARES, 2000, cluster),
        ordered: true,
        overDispersion: cluster,
      }),
    (next) => draw(next, SHARES, 500, cluster),
  );
  expect(rate).toBeLessThanOrEqual(ALLOWED);
  expect(rate).toBeGreaterThan(0.2 / PATIENCE);
});

test.each([1, 5])(
  "two samples keep the promise with clusters of %i when their over-dispersion is estimated",
  (cluster) => {
    const rate = falseAlarmRate(
      `two samples ${cluster}`,
      (next) => {
        const burn = Array.from({ length: 20 }, () => draw(next, SHARES, 500, cluster));
        const reference = burn.reduce((sum, window) => sum.map((count, bin) => count + (window[bin] ?? 0)));
        return createTwoSampleBayesDetector({
          reference,
          ordered: true,
          overDispersion: overDispersion(burn) ?? 1,
        });
      },
      (next) => draw(next, SHARES, 500, cluster),
    );
    expect(rate).toBeLessThanOrEqual(ALLOWED);
  },
);

test("two rates keep the promise for a fixed rate", () => {
  const rate = falseAlarmRate(
    "two rates",
    (next) =>
      createTwoSampleRateDetector({
        reference: { successes: drawBinomial(next, 2000, 0.1), trials: 2000 },
        side: "above",
      }),
    (next) => ({ successes: drawBinomial(next, 500, 0.1), trials: 500 }),
  );
  expect(rate).toBeLessThanOrEqual(ALLOWED);
});

test("without the clusters taken out, two samples would break the promise: the test can see it", () => {
  const rate = falseAlarmRate(
    "naive",
    (next) => createTwoSampleBayesDetector({ reference: draw(next, SHARES, 2000, 5), ordered: true }),
    (next) => draw(next, SHARES, 500, 5),
  );
  expect(rate).toBeGreaterThan(5 * ALLOWED);
});

test("a family of thirty dependent monitors keeps one budget", () => {
  const next = seededGenerator("family");
  const detector = createConformalRateDetector({
    reference: { successes: 200, trials: 2000 },
    side: "above",
  });
  let alarms = 0;
  let watched = 0;
  for (let stream = 0; stream < STREAMS; stream++) {
    const states = Array.from({ length: 30 }, () => detector.start());
    for (let t = 0; t < WINDOWS; t++) {
      const common = drawBinomial(next, 100, 0.1);
      for (const state of states) {
        const successes = common + drawBinomial(next, 100, 0.1);
        detector.stepInto(state, { successes, trials: 200, uniform: next() });
      }
      watched++;
      const family = states.map((state) => ({
        logEvidence: detector.logEvidence(state),
        logPatience: Math.log(PATIENCE),
      }));
      if (Math.max(...adjustedLogEvidence(family)) < 0) continue;
      alarms++;
      break;
    }
  }
  expect(alarms / watched).toBeLessThanOrEqual(ALLOWED);
});

test("a confidence sequence of a share is wrong at any of 300 looks in at most 5 % of streams", () => {
  const next = seededGenerator("sequence");
  let missed = 0;
  for (let stream = 0; stream < 200; stream++) {
    let successes = 0;
    for (let look = 1; look <= 300; look++) {
      successes += drawBinomial(next, 20, 0.3);
      const limits = proportionConfidenceSequence(successes, 20 * look);
      if (limits !== null && limits.lo <= 0.3 && limits.hi >= 0.3) continue;
      missed++;
      break;
    }
  }
  expect(missed / 200).toBeLessThanOrEqual(0.05);
});
