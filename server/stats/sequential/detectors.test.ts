import { expect, test } from "vitest";
import { createBinDriftDetector } from "./bin-drift-detector.ts";
import { createConformalCellsDetector } from "./conformal-cells-detector.ts";
import { createConformalRateDetector } from "./conformal-rate-detector.ts";
import { createMeanLossDetector, meanLossLimit } from "./mean-loss-detector.ts";
import { createRateDetector, rateLimit } from "./rate-detector.ts";
import { createTwoSampleBayesDetector } from "./two-sample-bayes-detector.ts";

const TEN = new Array<number>(10).fill(1000);
const EVEN = new Array<number>(10).fill(100);
const TILTED = [40, 60, 80, 90, 100, 110, 120, 120, 130, 150];

test("drift is found where it began, and a restart keeps what was learnt", () => {
  const detector = createBinDriftDetector({ reference: TEN, ordered: true, tolerance: 0.02 });
  let state = detector.start();
  for (let window = 0; window < 20; window++) state = detector.step(state, window < 15 ? EVEN : TILTED);
  expect(detector.logEvidence(state)).toBeGreaterThan(10);
  expect(detector.leading(state).onset).toBe(15);
  const again = detector.restart(state);
  expect(again.memory).toEqual(state.memory);
  expect(detector.leading(detector.step(again, TILTED)).onset).toBe(20);
});

test("a reference without rows is refused; one bin, or a tiny reference, never bets", () => {
  expect(() => createBinDriftDetector({ reference: [0, 0], ordered: false })).toThrow(RangeError);
  for (const [reference, window] of [
    [[50], [900]],
    [
      [1, 1],
      [900, 0],
    ],
  ] as const) {
    const detector = createBinDriftDetector({ reference, ordered: false, tolerance: 0.5 });
    const evidence = detector.logEvidence(detector.step(detector.start(), window));
    expect(evidence).toBeLessThanOrEqual(1e-9);
  }
});

test("windows that do not fit are refused with a sentence", () => {
  const drift = createBinDriftDetector({ reference: TEN, ordered: true });
  expect(() => drift.step(drift.start(), [1, 2])).toThrow("2 bins");
  expect(() => drift.step(drift.start(), [...EVEN.slice(1), -5000])).toThrow("not negative");
  const cells = createConformalCellsDetector({ reference: TEN, ordered: true });
  expect(() => cells.step(cells.start(), [1, 2])).toThrow("2 cells");
  const bayes = createTwoSampleBayesDetector({ reference: TEN, ordered: true });
  expect(() => bayes.step(bayes.start(), [Number.POSITIVE_INFINITY, ...EVEN.slice(1)])).toThrow("finite");
  const rate = createRateDetector({ upper: 0.1 });
  expect(() => rate.step(rate.start(), { successes: 5, trials: 4 })).toThrow("trials");
  expect(() => createRateDetector({})).toThrow("limit");
  expect(() => createRateDetector({ upper: Number.NaN })).toThrow("number");
  expect(() => createMeanLossDetector({ limit: 0 })).toThrow("above 0");
  const loss = createMeanLossDetector({ limit: 1 });
  expect(() => loss.step(loss.start(), { values: [-1], counts: [1] })).toThrow("negative");
  const conformal = createConformalRateDetector({ reference: { successes: 1, trials: 9 }, side: "above" });
  expect(() => conformal.step(conformal.start(), { successes: 0, trials: 1, uniform: 2 })).toThrow("uniform");
});

test("a rate that may be anything leaves nothing to bet on; a limit of 0 makes a success strong, not infinite", () => {
  const open = createRateDetector({ upper: rateLimit({ successes: 9, trials: 9 }, { tolerance: 0.01 }) });
  expect(open.logEvidence(open.step(open.start(), { successes: 500, trials: 500 }))).toBe(0);
  const zero = createRateDetector({ upper: 0 });
  const evidence = zero.logEvidence(zero.step(zero.start(), { successes: 3, trials: 500 }));
  expect(evidence).toBeGreaterThan(5);
  expect(evidence).toBeLessThan(10);
});

test("watching for improvement only sees improvement", () => {
  const better = createRateDetector({ lower: 0.08 });
  const run = (successes: number): number => {
    let state = better.start();
    for (let window = 0; window < 5; window++) state = better.step(state, { successes, trials: 1000 });
    return better.logEvidence(state);
  };
  expect(run(40)).toBeGreaterThan(30);
  expect(run(160)).toBeLessThan(0);
});

test("a mean loss has no limit without a thousand rows or without any loss", () => {
  expect(meanLossLimit({ n: 999, mean: 1, m2: 5 })).toBeNull();
  expect(meanLossLimit({ n: 5000, mean: 0, m2: 0 })).toBeNull();
});

test("the first window without any reference is taken as one", () => {
  const cells = createConformalCellsDetector({ reference: new Array(10).fill(0), ordered: false });
  const first = cells.step(cells.start(), EVEN);
  expect(cells.logEvidence(first)).toBe(Number.NEGATIVE_INFINITY);
  expect(cells.logEvidence(cells.step(first, TILTED))).toBeGreaterThan(3);
});

test("the two-sample detector dates a change, and a new baseline begins with it", () => {
  const detector = createTwoSampleBayesDetector({ reference: TEN, ordered: true });
  let state = detector.start();
  for (let window = 0; window < 44; window++) state = detector.step(state, window < 40 ? EVEN : TILTED);
  const found = detector.assess(state);
  expect(found.onset).toBe(40);
  expect(found.credible).toEqual([40]);
  expect(found.candidates.length).toBeLessThan(20);
  const after = detector.split(state, 40)?.after;
  expect(Array.from(after ?? [])).toEqual(TILTED.map((count) => 4 * count));
  const fresh = detector.rebaseline(state, 40);
  expect(Array.from(fresh.total)).toEqual(TILTED.map((count) => 4 * count));
  expect(detector.logEvidence(detector.step(fresh, TILTED))).toBeLessThan(1);
});
