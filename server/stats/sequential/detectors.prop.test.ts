import fc from "fast-check";
import { expect, test } from "vitest";
import { createBinDriftDetector } from "./bin-drift-detector.ts";
import { createConformalCellsDetector } from "./conformal-cells-detector.ts";
import { createConformalRateDetector } from "./conformal-rate-detector.ts";
import type { EvidenceDetector } from "./evidence-detector.ts";
import { createMeanLossDetector } from "./mean-loss-detector.ts";
import { createRateDetector } from "./rate-detector.ts";
import { createTwoSampleBayesDetector, createTwoSampleRateDetector } from "./two-sample-bayes-detector.ts";

fc.configureGlobal({ seed: 20_241_104, numRuns: 60 });

const BINS = 6;
const counts = fc.array(fc.nat(80), { minLength: BINS, maxLength: BINS });
const reference = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: BINS, maxLength: BINS });
const stream = fc.array(counts, { minLength: 1, maxLength: 25 });

const VALUES = Array.from({ length: BINS }, (_, bin) => bin / 2);
const asIs = (window: number[]) => window;
const asLosses = (window: number[]) => ({ values: VALUES, counts: window });
const asRate = (window: number[]) => ({
  successes: window[0] ?? 0,
  trials: window.reduce((sum, c) => sum + c, 0),
  uniform: ((window[1] ?? 0) % 10) / 10,
});

type Plain = EvidenceDetector<number[], unknown>;

/** The same detector, fed with counts by bin. */
function fedBy<Window, State>(
  detector: EvidenceDetector<Window, State>,
  read: (window: number[]) => Window,
): Plain {
  // The states of one detector only ever come back to it or to its like.
  const own = (state: unknown): State => state as State;
  return {
    start: detector.start,
    step: (state, window) => detector.step(own(state), read(window)),
    stepInto: (state, window) => detector.stepInto(own(state), read(window)),
    logEvidence: (state) => detector.logEvidence(own(state)),
    restart: (state) => detector.restart(own(state)),
  };
}

function detectorsOn(base: number[]): Plain[] {
  return [
    fedBy(createBinDriftDetector({ reference: base, ordered: true }), asIs),
    fedBy(createBinDriftDetector({ reference: base, ordered: false }), asIs),
    fedBy(createRateDetector({ upper: 0.3, lower: 0.05 }), asRate),
    fedBy(createMeanLossDetector({ limit: 1 }), asLosses),
    fedBy(createConformalRateDetector({ reference: asRate(base), side: "both" }), asRate),
    fedBy(createConformalCellsDetector({ reference: base, ordered: true }), asIs),
    fedBy(createTwoSampleBayesDetector({ reference: base, ordered: true }), asIs),
    fedBy(createTwoSampleRateDetector({ reference: asRate(base), side: "both" }), asRate),
  ];
}

const through = (detector: Plain, windows: number[][], from: unknown): unknown =>
  windows.reduce<unknown>((state, window) => detector.step(state, window), from);

test("a checkpoint continued equals the whole run, bit for bit, and stepping does not touch it", () => {
  fc.assert(
    fc.property(reference, stream, fc.nat(24), (base, windows, cut) => {
      const others = detectorsOn(base);
      for (const [index, detector] of detectorsOn(base).entries()) {
        const whole = detector.start();
        for (const window of windows) detector.stepInto(whole, window);
        const state = through(detector, windows.slice(0, cut), detector.start());
        const checkpoint = structuredClone(state);
        expect(through(detector, windows.slice(cut), state)).toEqual(whole);
        expect(state).toEqual(checkpoint);
        // A second detector made from the same reference, as after the process has restarted.
        const other = others[index] ?? detector;
        const restored = through(other, windows.slice(cut), checkpoint);
        expect(restored).toEqual(whole);
        expect(other.logEvidence(restored)).toBe(detector.logEvidence(whole));
      }
    }),
  );
});

test("a window without rows changes no evidence; a restart leaves none and does not touch the old state", () => {
  fc.assert(
    fc.property(reference, stream, (base, windows) => {
      for (const detector of detectorsOn(base)) {
        const state = through(detector, windows, detector.start());
        const before = detector.logEvidence(state);
        const empty = detector.step(state, new Array(BINS).fill(0));
        // The two-sample candidates thin with the windows that pass, rows or none: evidence may only fall there.
        expect(detector.logEvidence(empty)).toBeLessThanOrEqual(before);
        expect(detector.logEvidence(detector.restart(state))).toBe(Number.NEGATIVE_INFINITY);
        expect(detector.logEvidence(state)).toBe(before);
      }
    }),
  );
});

const order = fc.shuffledSubarray(
  Array.from({ length: BINS }, (_, bin) => bin),
  { minLength: BINS },
);

test("categories have no order: permuting them changes no evidence", () => {
  fc.assert(
    fc.property(reference, stream, order, (base, windows, places) => {
      const permuted = (window: number[]): number[] => places.map((bin) => window[bin] ?? 0);
      const makers: ((b: number[]) => Plain)[] = [
        (b) => fedBy(createBinDriftDetector({ reference: b, ordered: false }), asIs),
        (b) => fedBy(createConformalCellsDetector({ reference: b, ordered: false }), asIs),
        (b) => fedBy(createTwoSampleBayesDetector({ reference: b, ordered: false }), asIs),
      ];
      for (const make of makers) {
        const one = make(base);
        const two = make(permuted(base));
        const evidence = one.logEvidence(through(one, windows, one.start()));
        const moved = two.logEvidence(through(two, windows.map(permuted), two.start()));
        if (Number.isFinite(evidence)) expect(moved).toBeCloseTo(evidence, 7);
        else expect(moved).toBe(evidence);
      }
    }),
  );
});

test("over-dispersion is the same as dividing the counts by it", () => {
  fc.assert(
    fc.property(reference, stream, fc.double({ min: 1, max: 20, noNaN: true }), (base, windows, eta) => {
      const divided = (window: number[]): number[] => window.map((c) => c / eta);
      const pairs: [Plain, Plain][] = [true, false].flatMap((ordered): [Plain, Plain][] => [
        [
          fedBy(createBinDriftDetector({ reference: base, ordered, overDispersion: eta }), asIs),
          fedBy(createBinDriftDetector({ reference: divided(base), ordered }), divided),
        ],
        [
          fedBy(createTwoSampleBayesDetector({ reference: base, ordered, overDispersion: eta }), asIs),
          fedBy(createTwoSampleBayesDetector({ reference: divided(base), ordered }), divided),
        ],
      ]);
      pairs.push(
        [
          fedBy(createRateDetector({ upper: 0.3, overDispersion: eta }), asRate),
          fedBy(createRateDetector({ upper: 0.3 }), (window) => asRate(divided(window))),
        ],
        [
          fedBy(createMeanLossDetector({ limit: 1, overDispersion: eta }), asLosses),
          fedBy(createMeanLossDetector({ limit: 1 }), (window) => asLosses(divided(window))),
        ],
      );
      for (const [scaled, plain] of pairs) {
        const one = scaled.logEvidence(through(scaled, windows, scaled.start()));
        const two = plain.logEvidence(through(plain, windows, plain.start()));
        if (Number.isFinite(one)) expect(two).toBeCloseTo(one, 6);
        else expect(two).toBe(one);
      }
    }),
  );
});
