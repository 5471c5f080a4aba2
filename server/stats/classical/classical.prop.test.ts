import fc from "fast-check";
import { expect, test } from "vitest";
import { seededGenerator } from "../random/seeded-generator.ts";
import { createAdaptiveWindow } from "./adaptive-window.ts";
import type { ClassicalDetector } from "./classical-detector.ts";
import { createCusum } from "./cusum.ts";
import { createDriftDetection } from "./drift-detection-method.ts";
import { createEarlyDrift } from "./early-drift-detection.ts";
import { createHoeffdingAverage } from "./hoeffding-average.ts";
import { createPageHinkley } from "./page-hinkley.ts";
import { createSlidingKolmogorov, equalSampleKolmogorov } from "./sliding-kolmogorov.ts";

const DETECTORS: [string, () => ClassicalDetector<unknown>][] = [
  ["CUSUM", () => createCusum({ mean: 1, slack: 0.5, threshold: 4 })],
  ["Page–Hinkley", () => createPageHinkley()],
  ["ADWIN", () => createAdaptiveWindow()],
  ["DDM", () => createDriftDetection()],
  ["EDDM", () => createEarlyDrift()],
  ["HDDM-A", () => createHoeffdingAverage()],
  ["KSWIN", () => createSlidingKolmogorov({ random: seededGenerator("p") })],
];

test.each(DETECTORS)("%s is quiet on constant values and refuses NaN", (_name, create) => {
  for (const value of [0, 1]) expect(create().alarms(new Array(500).fill(value))).toEqual([]);
  const detector = create();
  expect(() => detector.stepInto(detector.start(), Number.NaN)).toThrow(RangeError);
});

test.each(DETECTORS.filter(([name]) => name !== "KSWIN"))(
  "%s goes on from a copy as from itself",
  (_name, create) => {
    const bits = fc.array(fc.constantFrom(0, 1), { minLength: 40, maxLength: 400 });
    fc.assert(
      fc.property(bits, fc.nat(39), (values, cut) => {
        const detector = create();
        const whole = detector.start();
        for (const value of values) detector.stepInto(whole, value);
        const begun = detector.start();
        for (const value of values.slice(0, cut)) detector.stepInto(begun, value);
        const continued = structuredClone(begun);
        for (const value of values.slice(cut)) detector.stepInto(continued, value);
        expect(continued).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  },
);

test("ADWIN's window holds exactly the mean and the scatter of the values that it kept", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 300 }),
      (values) => {
        const detector = createAdaptiveWindow();
        const state = detector.start();
        for (const value of values) detector.stepInto(state, value);
        const kept = values.slice(-state.width);
        const mean = kept.reduce((sum, value) => sum + value, 0) / kept.length;
        const squares = kept.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        expect(state.total / state.width).toBeCloseTo(mean, 9);
        expect(state.squares).toBeCloseTo(squares, 8);
      },
    ),
    { numRuns: 50 },
  );
});

test("the exact Kolmogorov–Smirnov p-value falls with the distance, from 1", () => {
  const values = Array.from({ length: 31 }, (_, steps) => equalSampleKolmogorov(30, steps));
  expect(values[0]).toBe(1);
  for (let steps = 1; steps <= 30; steps++) expect(values[steps]).toBeLessThanOrEqual(values[steps - 1] ?? 0);
});
