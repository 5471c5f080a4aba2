import { createAdaptiveWindow } from "#server/stats/classical/adaptive-window.ts";
import type { ClassicalDetector } from "#server/stats/classical/classical-detector.ts";
import { createDriftDetection } from "#server/stats/classical/drift-detection-method.ts";
import { createEarlyDrift } from "#server/stats/classical/early-drift-detection.ts";
import { createHoeffdingAverage } from "#server/stats/classical/hoeffding-average.ts";
import { createPageHinkley } from "#server/stats/classical/page-hinkley.ts";
import type { Generator } from "#server/stats/random/seeded-generator.ts";
import type { Side } from "#server/stats/sequential/conformal-bets.ts";
import { createConformalRateDetector } from "#server/stats/sequential/conformal-rate-detector.ts";
import type { EvidenceDetector } from "#server/stats/sequential/evidence-detector.ts";
import { createRateDetector, rateLimit } from "#server/stats/sequential/rate-detector.ts";
import {
  createTwoSampleRateDetector,
  type TwoSampleNull,
} from "#server/stats/sequential/two-sample-bayes-detector.ts";
import type { Rule, Source } from "./contest.ts";
import { judgeEvidence } from "./evidence-rule.ts";

/** A window of rows that were wrong (1) or right (0). */
export interface ErrorWindow {
  readonly rows: Uint8Array;
  readonly successes: number;
  readonly trials: number;
  /** For the conformal detector's ties. */
  readonly uniform: number;
}

export type ErrorRule = Rule<ErrorWindow, ErrorWindow>;

function errorWindow(next: Generator, trials: number, rate: number): ErrorWindow {
  const rows = new Uint8Array(trials);
  let successes = 0;
  for (let row = 0; row < trials; row++) {
    const wrong = next() < rate ? 1 : 0;
    rows[row] = wrong;
    successes += wrong;
  }
  return { rows, successes, trials, uniform: next() };
}

/** Errors at one rate, and at another from a window on. */
export function errorSource(options: {
  referenceRows: number;
  rows: number;
  rate: number;
  change?: number;
  after?: number;
}): Source<ErrorWindow, ErrorWindow> {
  const { referenceRows, rows, rate, change = Number.POSITIVE_INFINITY, after = rate } = options;
  return {
    reference: (next) => errorWindow(next, referenceRows, rate),
    window: (next, time) => errorWindow(next, rows, time < change ? rate : after),
  };
}

export const limitRule = (tolerance: number, patience = 1000): ErrorRule => ({
  name: `limit, δ = ${tolerance}`,
  counting: "reset",
  start: (reference) =>
    judgeEvidence(createRateDetector({ upper: rateLimit(reference, { tolerance }) }), patience),
});

/** A detector of change in an error rate, for any line. */
export interface ChangeInRate {
  readonly name: string;
  create(reference: ErrorWindow): EvidenceDetector<ErrorWindow, unknown>;
}

const sided = (side: Side): string => (side === "both" ? "two-sided" : "one-sided");

export const conformalRate = (side: Side): ChangeInRate => ({
  name: `conformal, ${sided(side)}`,
  create: (reference) => createConformalRateDetector({ reference, side }),
});

export const twoSampleRate = (side: Side, none: TwoSampleNull = "jeffreys"): ChangeInRate => ({
  name: `${none === "every" ? "universal inference" : "two-sample Bayes"}, ${sided(side)}`,
  create: (reference) => createTwoSampleRateDetector({ reference, side, null: none }),
});

export const changeRule = ({ name, create }: ChangeInRate, patience = 1000): ErrorRule => ({
  name,
  counting: "first",
  start: (reference) => judgeEvidence(create(reference), patience),
});

/** Takes the reference's rows first, as the beginning of the stream; alarms at the row, and starts anew there. */
function rowRule<State>(name: string, create: () => ClassicalDetector<State>): ErrorRule {
  return {
    name,
    counting: "reset",
    start: (reference) => {
      const detector = create();
      let state = detector.start();
      const take = ({ rows }: ErrorWindow): number | null => {
        let first: number | null = null;
        for (let row = 0; row < rows.length; row++) {
          if (detector.stepInto(state, rows[row] ?? 0) !== "drift") continue;
          first ??= (row + 1) / rows.length;
          state = detector.start();
        }
        return first;
      };
      take(reference);
      return take;
    },
  };
}

export const ADAPTIVE_WINDOW = rowRule("ADWIN, δ = 0.002", () => createAdaptiveWindow());

/** Row by row, with river's defaults. */
export const ROW_RULES: readonly ErrorRule[] = [
  ADAPTIVE_WINDOW,
  rowRule("Page–Hinkley", () => createPageHinkley({ from: "extreme" })),
  rowRule("DDM", () => createDriftDetection()),
  rowRule("EDDM", () => createEarlyDrift()),
  rowRule("HDDM-A", () => createHoeffdingAverage()),
];
