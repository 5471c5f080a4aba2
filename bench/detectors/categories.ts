import { createBinDriftDetector } from "#server/stats/sequential/bin-drift-detector.ts";
import { createConformalCellsDetector } from "#server/stats/sequential/conformal-cells-detector.ts";
import { createTwoSampleBayesDetector } from "#server/stats/sequential/two-sample-bayes-detector.ts";
import { cellSampler } from "./cell-sampler.ts";
import { delays, falseAlarms, type Rule, type Source } from "./contest.ts";
import { judgeEvidence } from "./evidence-rule.ts";
import { type Findings, type Size, shown, shownDelay, sized } from "./figures.ts";
import { target } from "./numeric.ts";

type CategoryRule = Rule<Float64Array, Float64Array>;

const SKEWED = [0.3, 0.2, 0.15, 0.1, 0.08, 0.06, 0.05, 0.03, 0.02, 0.01];
/** One category of ten from 10 % to 14 %. */
const GROWN = SKEWED.map((share, category) => (category === 3 ? 0.14 : share) / 1.04);
const CHANGE = 20;

function categorySource(options: {
  before: readonly number[];
  after?: readonly number[];
  referenceRows: number;
  rows: number;
}): Source<Float64Array, Float64Array> {
  const before = cellSampler(options.before);
  const after = cellSampler(options.after ?? options.before);
  return {
    reference: (next) => before.draw(next, options.referenceRows),
    window: (next, time) => (time < CHANGE ? before : after).draw(next, options.rows),
  };
}

const toleranceRule = (tolerance: number): CategoryRule => ({
  name: `tolerance δ = ${tolerance}`,
  counting: "reset",
  start: (reference) => judgeEvidence(createBinDriftDetector({ reference, ordered: false, tolerance }), 1000),
});
const CHANGE_RULES: readonly CategoryRule[] = [
  {
    name: "conformal",
    counting: "first",
    start: (reference) => judgeEvidence(createConformalCellsDetector({ reference, ordered: false }), 1000),
  },
  {
    name: "two-sample Bayes",
    counting: "first",
    start: (reference) => judgeEvidence(createTwoSampleBayesDetector({ reference, ordered: false }), 1000),
  },
];

/** Categories: one that grows, and one never seen before. */
export function benchCategories(size: Size): Findings {
  const known = { before: SKEWED, referenceRows: 10_000, rows: 1000 };
  const quietRuns = {
    seed: "categories quiet",
    streams: sized(size, 300, 50),
    windows: sized(size, 600, 200),
  };
  const quiet = falseAlarms(categorySource(known), CHANGE_RULES, quietRuns);
  const runs = { streams: sized(size, 300, 60), windows: CHANGE + 100, change: CHANGE };
  const grown = delays(categorySource({ ...known, after: GROWN }), CHANGE_RULES, {
    seed: "categories",
    ...runs,
  });
  const withNew = {
    before: [...SKEWED, 0],
    after: [...SKEWED.map((share) => 0.9 * share), 0.1],
    referenceRows: 1000,
    rows: 200,
  };
  const tolerances = [toleranceRule(0.02), toleranceRule(0.05)];
  const fresh = delays(categorySource(withNew), tolerances, { seed: "new category", ...runs });
  return {
    targets: [
      target(
        "T11",
        "new category at 10 % of 200 rows, reference of 1,000, δ = 0.02: median windows",
        fresh[0]?.median ?? Number.NaN,
        2,
      ),
      target("T11", "the same at δ = 0.05: median windows", fresh[1]?.median ?? Number.NaN, 5),
      target(
        "T18",
        "conformal, one category of ten from 10 to 14 %, 1,000 rows: median windows",
        grown[0]?.median ?? Number.NaN,
        5,
      ),
    ],
    tables: [
      {
        title: "Ten categories, 1,000 rows a window, reference of 10,000 rows",
        head: ["rule", "false alarms per 1,000 windows", "10 % → 14 %"],
        rows: CHANGE_RULES.map(({ name }, index) => [
          name,
          shown(quiet[index]?.perThousand ?? Number.NaN),
          shownDelay(grown[index] ?? { median: Number.NaN, ninth: Number.NaN }),
        ]),
      },
    ],
  };
}
