import { benjaminiHochberg } from "#server/stats/multivariate/benjamini-hochberg.ts";
import { type Generator, seededGenerator } from "#server/stats/random/seeded-generator.ts";
import { createBinDriftDetector } from "#server/stats/sequential/bin-drift-detector.ts";
import { createConformalCellsDetector } from "#server/stats/sequential/conformal-cells-detector.ts";
import type { EvidenceDetector } from "#server/stats/sequential/evidence-detector.ts";
import { adjustedLogEvidence } from "#server/stats/sequential/many-monitors.ts";
import { cellSampler } from "./cell-sampler.ts";
import { type Findings, type Size, shown, sized } from "./figures.ts";
import { FINE_CELLS, FINE_EDGES, shiftedShares } from "./normal-stream.ts";
import { target } from "./numeric.ts";
import {
  chiSquaredOf,
  kolmogorovOf,
  type NumericReference,
  type NumericWindow,
  numericWindow,
} from "./numeric-rules.ts";

const ROWS = 1000;
const REFERENCE_ROWS = 10_000;
const PATIENCE = 1000;

type Family = (windows: readonly NumericWindow[]) => boolean;

/** Whether any of a family's monitors alarms: k* of them together, at one budget for all. */
function evidenceFamily(
  references: readonly NumericReference[],
  create: (reference: NumericReference) => EvidenceDetector<ArrayLike<number>, unknown>,
): Family {
  const monitors = references.map((reference) => {
    const detector = create(reference);
    return { detector, state: detector.start() };
  });
  return (windows) => {
    for (const [index, { detector, state }] of monitors.entries())
      detector.stepInto(state, windows[index]?.ten ?? []);
    const evidence = monitors.map(({ detector, state }) => ({
      logEvidence: detector.logEvidence(state),
      logPatience: Math.log(PATIENCE),
    }));
    return adjustedLogEvidence(evidence).some((figure) => figure >= 0);
  };
}

const toleranceFamily = (references: readonly NumericReference[], tolerance: number): Family =>
  evidenceFamily(references, ({ ten }) =>
    createBinDriftDetector({ reference: ten, ordered: true, tolerance }),
  );

const conformalFamily = (references: readonly NumericReference[]): Family =>
  evidenceFamily(references, ({ ten }) => createConformalCellsDetector({ reference: ten, ordered: true }));

const valuesFamily =
  (
    references: readonly NumericReference[],
    rule: (pValues: readonly number[]) => boolean,
    pValueOf: typeof chiSquaredOf,
  ): Family =>
  (windows) =>
    rule(
      windows.map((window, index) => pValueOf(references[index] ?? { ...window, chunkLimits: null }, window)),
    );

const FAMILIES: ReadonlyArray<readonly [string, (references: readonly NumericReference[]) => Family]> = [
  ["tolerance δ = 0", (references) => toleranceFamily(references, 0)],
  ["tolerance δ = 0.05", (references) => toleranceFamily(references, 0.05)],
  ["conformal", conformalFamily],
  [
    "any chi-squared p < 0.05",
    (references) => valuesFamily(references, (values) => values.some((p) => p < 0.05), chiSquaredOf),
  ],
  [
    "chi-squared, Benjamini–Hochberg",
    (references) =>
      valuesFamily(references, (values) => benjaminiHochberg(values).some((p) => p < 0.05), chiSquaredOf),
  ],
  [
    "half of the columns with KS p < 0.05",
    (references) =>
      valuesFamily(
        references,
        (values) => values.filter((p) => p < 0.05).length >= values.length / 2,
        kolmogorovOf,
      ),
  ],
];

const quiet = cellSampler(shiftedShares(0));

const drawReference = (next: Generator): NumericReference => ({
  ...numericWindow(quiet.draw(next, REFERENCE_ROWS), REFERENCE_ROWS),
  chunkLimits: null,
});

/** A column replaced by another of the same mean and standard deviation: an exponential one. */
function exponentialShares(): Float64Array {
  const cumulative = [0, ...FINE_EDGES.map((edge) => (edge > -1 ? 1 - Math.exp(-(edge + 1)) : 0)), 1];
  return Float64Array.from(
    { length: FINE_CELLS },
    (_, cell) => (cumulative[cell + 1] ?? 1) - (cumulative[cell] ?? 0),
  );
}

/** Fifty features without change: how often anything alarms. */
export function benchFiftyFeatures(size: Size): Findings {
  const streams = sized(size, 40, 6);
  const windows = sized(size, 200, 60);
  const alarms = FAMILIES.map(() => 0);
  const watched = FAMILIES.map(() => 0);
  for (let stream = 0; stream < streams; stream++) {
    const next = seededGenerator(`fifty ${stream}`);
    const references = Array.from({ length: 50 }, () => drawReference(next));
    const families = FAMILIES.map(([, start]) => start(references));
    for (let time = 0; time < windows; time++) {
      const drawn = references.map(() => numericWindow(quiet.draw(next, ROWS), ROWS));
      for (const [index, family] of families.entries()) {
        watched[index] = (watched[index] ?? 0) + 1;
        if (family(drawn)) alarms[index] = (alarms[index] ?? 0) + 1;
      }
    }
  }
  const rates = alarms.map((count, index) => (1000 * count) / (watched[index] ?? 1));
  return {
    targets: [
      target(
        "T1",
        "no change, 50 features, δ = 0.05: windows per 1,000 with any alarm",
        rates[1] ?? Number.NaN,
        1,
      ),
    ],
    tables: [
      {
        title: "Fifty features without change: windows per 1,000 with any alarm",
        head: ["rule", "windows with an alarm"],
        rows: FAMILIES.map(([name], index) => [name, shown(rates[index] ?? Number.NaN)]),
      },
    ],
  };
}

const FEATURES = 20;
const PATIENCE_WINDOWS = 5;

/** Twenty features of which 1, 2, … are replaced: the smallest number that nine streams of ten notice in five windows. */
export function benchDilution(size: Size): Findings {
  const streams = sized(size, 50, 15);
  const replaced = cellSampler(exponentialShares());
  const smallest = FAMILIES.map(([, start]) => {
    for (let count = 1; count <= FEATURES; count++) {
      let noticed = 0;
      for (let stream = 0; stream < streams; stream++) {
        const next = seededGenerator(`dilution ${count} ${stream}`);
        const references = Array.from({ length: FEATURES }, () => drawReference(next));
        const family = start(references);
        let alarmed = false;
        for (let time = 0; time < PATIENCE_WINDOWS && !alarmed; time++) {
          alarmed = family(
            references.map((_, feature) =>
              numericWindow((feature < count ? replaced : quiet).draw(next, ROWS), ROWS),
            ),
          );
        }
        if (alarmed) noticed++;
      }
      if (noticed >= 0.9 * streams) return count;
    }
    return Number.POSITIVE_INFINITY;
  });
  const ours = Math.max(...smallest.slice(1, 3));
  return {
    targets: [
      {
        id: "Dilution",
        what: "20 features, the smallest number replaced that is noticed within 5 windows (δ = 0.05 and conformal)",
        limit: "1",
        measured: shown(ours),
        met: ours === 1,
      },
    ],
    tables: [
      {
        title: "Twenty features: how many must be replaced to be noticed",
        head: ["rule", "smallest number noticed"],
        rows: FAMILIES.map(([name], index) => [name, shown(smallest[index] ?? Number.NaN)]),
        note: `Replaced by an exponential of the same mean and deviation; noticed: an alarm within ${PATIENCE_WINDOWS} windows in nine of ten streams. Rules with a p-value also alarm without any change, so a small number is no merit there.`,
      },
    ],
  };
}
