import { chunkSigmaLimits } from "#server/stats/classical/chunk-sigma.ts";
import { chiSquaredHomogeneity } from "#server/stats/drift/chi-squared-homogeneity.ts";
import { jensenShannonDistance } from "#server/stats/drift/jensen-shannon.ts";
import { kolmogorovSmirnov, kolmogorovSmirnovPValue } from "#server/stats/drift/kolmogorov-smirnov.ts";
import { populationStability } from "#server/stats/drift/population-stability.ts";
import { wassersteinDistance } from "#server/stats/drift/wasserstein.ts";
import type { Generator } from "#server/stats/random/seeded-generator.ts";
import { createBinDriftDetector } from "#server/stats/sequential/bin-drift-detector.ts";
import { createConformalCellsDetector } from "#server/stats/sequential/conformal-cells-detector.ts";
import { createTwoSampleBayesDetector } from "#server/stats/sequential/two-sample-bayes-detector.ts";
import { cellSampler } from "./cell-sampler.ts";
import type { Rule, Source } from "./contest.ts";
import { judgeEvidence } from "./evidence-rule.ts";
import { FINE_EDGES, shiftedShares, tenCells } from "./normal-stream.ts";

/** A window of one number: its rows by hundredths of the reference distribution, and by tenths. */
export interface NumericWindow {
  readonly rows: number;
  readonly fine: Float64Array;
  readonly ten: Float64Array;
}

export interface NumericReference extends NumericWindow {
  /** Limits that ten chunks of the reference, each as large as a window, give for the Jensen–Shannon distance. */
  readonly chunkLimits: { readonly lo: number; readonly hi: number } | null;
}

export type NumericRule = Rule<NumericReference, NumericWindow>;
const CHUNKS = 10;
/** Where nearly all rows of a standard normal lie. */
const RANGE = { min: -4, max: 4 };

export const numericWindow = (fine: Float64Array, rows: number): NumericWindow => ({
  rows,
  fine,
  ten: tenCells(fine),
});

/** Normal rows whose mean and deviation may depend on the window; the reference is a standard normal. */
export function normalSource(options: {
  referenceRows: number;
  rows: number;
  cluster?: number;
  /** The distribution of the window at a time; called once a window, in order. */
  sharesAt: (next: Generator, time: number) => { draw: ReturnType<typeof cellSampler>["draw"] };
}): Source<NumericReference, NumericWindow> {
  const quiet = cellSampler(shiftedShares(0));
  const { referenceRows, rows, cluster = 1 } = options;
  return {
    reference: (next) => {
      const whole = numericWindow(quiet.draw(next, referenceRows, cluster), referenceRows);
      const chunks = Array.from({ length: CHUNKS }, () =>
        jensenShannonDistance(whole.ten, tenCells(quiet.draw(next, rows, cluster))),
      );
      return { ...whole, chunkLimits: chunkSigmaLimits(chunks) };
    },
    window: (next, time) => numericWindow(options.sharesAt(next, time).draw(next, rows, cluster), rows),
  };
}

/** Quiet until a window, then another normal. */
export function changingSource(options: {
  referenceRows: number;
  rows: number;
  change?: number;
  mean?: number;
  deviation?: number;
  cluster?: number;
}): Source<NumericReference, NumericWindow> {
  const before = cellSampler(shiftedShares(0));
  const after = cellSampler(shiftedShares(options.mean ?? 0, options.deviation ?? 1));
  const change = options.change ?? Number.POSITIVE_INFINITY;
  return normalSource({ ...options, sharesAt: (_next, time) => (time < change ? before : after) });
}

const evidence = (
  name: string,
  patience: number,
  create: (reference: NumericReference) => Parameters<typeof judgeEvidence<Float64Array, unknown>>[0],
  counting: "first" | "reset" = "first",
): NumericRule => ({
  name,
  counting,
  start: (reference) => {
    const judge = judgeEvidence(create(reference), patience);
    return (window) => judge(window.ten);
  },
});

/** 3.4: beyond a tolerance of the reference; alarms counted with reset. */
export const toleranceRule = (
  tolerance: number,
  patience = 1000,
  memoryWindows = 3,
  overDispersion = 1,
): NumericRule =>
  evidence(
    `tolerance δ = ${tolerance}`,
    patience,
    ({ ten }) =>
      createBinDriftDetector({ reference: ten, ordered: true, tolerance, memoryWindows, overDispersion }),
    "reset",
  );

export const conformalRule = (patience = 1000, overDispersion = 1): NumericRule =>
  evidence("conformal", patience, ({ ten }) =>
    createConformalCellsDetector({ reference: ten, ordered: true, overDispersion }),
  );

export const twoSampleRule = (patience = 1000, overDispersion = 1): NumericRule =>
  evidence("two-sample Bayes", patience, ({ ten }) =>
    createTwoSampleBayesDetector({ reference: ten, ordered: true, overDispersion }),
  );

const threshold = (
  name: string,
  beyond: (reference: NumericReference, window: NumericWindow) => boolean,
): NumericRule => ({
  name,
  counting: "reset",
  start: (reference) => (window) => (beyond(reference, window) ? 1 : null),
});

const wassersteinOf = (reference: NumericReference, window: NumericWindow): number =>
  wassersteinDistance({
    edges: FINE_EDGES,
    reference: reference.fine,
    current: window.fine,
    referenceRange: RANGE,
    currentRange: RANGE,
    atoms: false,
  }) ?? 0;

export const kolmogorovOf = (reference: NumericReference, window: NumericWindow): number =>
  kolmogorovSmirnovPValue(kolmogorovSmirnov(reference.fine, window.fine)?.distance ?? 0, {
    nRef: reference.rows,
    nCur: window.rows,
  });

export const chiSquaredOf = (reference: NumericReference, window: NumericWindow): number =>
  chiSquaredHomogeneity(reference.ten, window.ten)?.pValue ?? 1;

/** What other monitors ship as defaults, each window by itself. */
export const THRESHOLD_RULES: readonly NumericRule[] = [
  threshold("PSI > 0.2", ({ ten }, window) => populationStability(ten, window.ten) > 0.2),
  threshold("PSI > 0.1", ({ ten }, window) => populationStability(ten, window.ten) > 0.1),
  threshold("Jensen–Shannon > 0.1", ({ ten }, window) => jensenShannonDistance(ten, window.ten) > 0.1),
  threshold("Wasserstein > 0.1 sd", (reference, window) => wassersteinOf(reference, window) > 0.1),
  threshold("KS p < 0.05", (reference, window) => kolmogorovOf(reference, window) < 0.05),
  threshold("chi-squared p < 0.05", (reference, window) => chiSquaredOf(reference, window) < 0.05),
  threshold("mean + 3 sd of 10 chunks", (reference, window) => {
    return (
      jensenShannonDistance(reference.ten, window.ten) >
      (reference.chunkLimits?.hi ?? Number.POSITIVE_INFINITY)
    );
  }),
];
