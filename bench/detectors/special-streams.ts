import { seededGenerator } from "#server/stats/random/seeded-generator.ts";
import { batchDesignEffect, overDispersion } from "#server/stats/sequential/over-dispersion.ts";
import { createTwoSampleBayesDetector } from "#server/stats/sequential/two-sample-bayes-detector.ts";
import { cellSampler } from "./cell-sampler.ts";
import { falseAlarms } from "./contest.ts";
import { judgeEvidence } from "./evidence-rule.ts";
import { type Findings, type Size, shown, sized, type Target } from "./figures.ts";
import { shiftedShares } from "./normal-stream.ts";
import { target } from "./numeric.ts";
import {
  changingSource,
  type NumericRule,
  normalSource,
  numericWindow,
  THRESHOLD_RULES,
  toleranceRule,
} from "./numeric-rules.ts";

/** A shift by this many standard deviations is a total variation of 0.05. */
const SHIFT_OF_TOLERANCE = 0.12541;
const LEVEL_MEMORY = 0.9;
const LEVEL_DEVIATION = 0.05;
const SEASON = 0.1;
const WEEK = 7;
/** Shifts are drawn from a fixed grid, so that each needs its table once. */
const GRID = 0.005;

const samplers = new Map<number, ReturnType<typeof cellSampler>>();

function shiftedSampler(mean: number): ReturnType<typeof cellSampler> {
  const step = Math.round(mean / GRID);
  const known = samplers.get(step) ?? cellSampler(shiftedShares(step * GRID));
  samplers.set(step, known);
  return known;
}

/** Streams that stay within the tolerance or tie rows together: whoever alarms here alarms on noise. */
export function benchQuietStreams(size: Size): Findings {
  const runs = { streams: sized(size, 200, 40), windows: sized(size, 1000, 200) };
  const rules = [toleranceRule(0), toleranceRule(0.05), ...THRESHOLD_RULES];
  const cases = [
    { name: "level within ± 0.1 sd (autoregressive)", source: wanderingSource() },
    { name: "weekly sine of 0.1 sd", source: seasonalSource() },
  ].map(({ name, source }) => ({ name, found: falseAlarms(source, rules, { seed: name, ...runs }) }));
  const boundary = [200, 1000].map((rows) => {
    const source = changingSource({ referenceRows: 10_000, rows, change: 0, mean: SHIFT_OF_TOLERANCE });
    const [found] = falseAlarms(source, [toleranceRule(0.05)], { seed: `boundary ${rows}`, ...runs });
    return found?.perThousand ?? Number.NaN;
  });
  return {
    targets: [
      target(
        "T2",
        "drift of exactly the tolerance, 200 and 1,000 rows: false alarms per 1,000 windows",
        Math.max(...boundary),
        1,
      ),
      ...cases.map(({ name, found }) =>
        target(
          "T5",
          `${name}, δ = 0.05: false alarms per 1,000 windows`,
          found[1]?.perThousand ?? Number.NaN,
          0.2,
        ),
      ),
      ...clusterTargets(size),
      smallReference(size),
    ],
    tables: [
      {
        title: "Alarms per 1,000 windows of 1,000 rows while a level wanders within the tolerance",
        head: ["rule", ...cases.map(({ name }) => name)],
        rows: rules.map((rule, index) => [
          rule.name,
          ...cases.map(({ found }) => shown(found[index]?.perThousand ?? Number.NaN)),
        ]),
        note: "Rules that ask for any change are right to speak here; the question is whether anybody should be woken.",
      },
    ],
  };
}

/** A level that wanders: AR(1) with a standard deviation of 0.05, a total variation of 0.02 or so. */
function wanderingSource() {
  let level = 0;
  return normalSource({
    referenceRows: 10_000,
    rows: 1000,
    sharesAt: (next) => {
      // The sum of twelve uniform numbers is normal enough for a level.
      let noise = -6;
      for (let draw = 0; draw < 12; draw++) noise += next();
      level = LEVEL_MEMORY * level + Math.sqrt(1 - LEVEL_MEMORY ** 2) * LEVEL_DEVIATION * noise;
      return shiftedSampler(level);
    },
  });
}

function seasonalSource() {
  return normalSource({
    referenceRows: 10_000,
    rows: 1000,
    sharesAt: (_next, time) => shiftedSampler(SEASON * Math.sin((2 * Math.PI * time) / WEEK)),
  });
}

const BATCHES = 30;

/** Rows in clusters of equal ones, with the over-dispersion that the rows themselves show. */
function clusterTargets(size: Size): Target[] {
  const runs = { streams: sized(size, 200, 40), windows: sized(size, 1000, 200) };
  const quiet = cellSampler(shiftedShares(0));
  return [5, 20].flatMap((cluster) => {
    const next = seededGenerator(`design effect ${cluster}`);
    const batches = Array.from(
      { length: BATCHES },
      () => numericWindow(quiet.draw(next, 1000, cluster), 1000).ten,
    );
    const effect = batchDesignEffect(batches) ?? 1;
    const source = changingSource({ referenceRows: 10_000, rows: 1000, cluster });
    const rules = [toleranceRule(0, 1000, 3, effect), toleranceRule(0), estimatingRule()];
    const [scaled, plain, bayes] = falseAlarms(source, rules, { seed: `clusters ${cluster}`, ...runs });
    return [
      target(
        "T6",
        `clusters of ${cluster} equal rows, δ = 0, design effect ${shown(effect)} from ${BATCHES} batches: false alarms per 1,000 windows (${shown(plain?.perThousand ?? Number.NaN)} without it)`,
        scaled?.perThousand ?? Number.NaN,
        0.2,
      ),
      target(
        "T15",
        `clusters of ${cluster}, two-sample Bayes, over-dispersion from the first 20 windows: false alarms per 1,000 windows`,
        bayes?.perThousand ?? Number.NaN,
        1,
      ),
    ];
  });
}

const LEARNING_WINDOWS = 20;

/** Learns over-dispersion from the first 20 windows, which it does not judge. */
function estimatingRule(): NumericRule {
  return {
    name: "two-sample Bayes, over-dispersion estimated",
    counting: "first",
    start: ({ ten }) => {
      const first: Float64Array[] = [];
      let judge: ReturnType<typeof judgeEvidence<ArrayLike<number>, unknown>> | null = null;
      return (window) => {
        if (judge !== null) return judge(window.ten);
        first.push(window.ten);
        if (first.length === LEARNING_WINDOWS) {
          const reference = ten.map((count, cell) =>
            first.reduce((sum, counts) => sum + (counts[cell] ?? 0), count),
          );
          const detector = createTwoSampleBayesDetector({
            reference,
            ordered: true,
            overDispersion: overDispersion(first) ?? 1,
          });
          judge = judgeEvidence(detector, 1000);
        }
        return null;
      };
    },
  };
}

function smallReference(size: Size): Target {
  const source = changingSource({ referenceRows: 500, rows: 20_000 });
  const runs = { seed: "small reference", streams: sized(size, 100, 20), windows: sized(size, 200, 50) };
  const [found] = falseAlarms(source, [toleranceRule(0)], runs);
  return target(
    "T7",
    "reference of 500 rows, windows of 20,000, δ = 0: false alarms per 1,000 windows",
    found?.perThousand ?? Number.NaN,
    0.2,
  );
}
