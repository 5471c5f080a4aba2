import { normalQuantile } from "#server/stats/distributions/normal.ts";
import type { Generator } from "#server/stats/random/seeded-generator.ts";
import {
  createMeanLossDetector,
  type LossWindow,
  meanLossLimit,
} from "#server/stats/sequential/mean-loss-detector.ts";
import { delays, falseAlarms, type Rule, type Source } from "./contest.ts";
import { judgeEvidence } from "./evidence-rule.ts";
import { type Findings, type Size, shown, shownDelay, sized } from "./figures.ts";
import { target } from "./numeric.ts";

const ROWS = 500;
const REFERENCE_ROWS = 5000;
const TOLERANCE = 0.05;
/** Buckets of a sketch with a relative error of 1 %. */
const LOG_GAMMA = Math.log(1.01 / 0.99);

interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly m2: number;
}

/** Losses with a mean of 1. */
const DRAWS: Readonly<Record<string, (next: Generator) => number>> = {
  exponential: (next) => -Math.log1p(-next()),
  "lognormal, σ = 1": (next) => Math.exp(normalQuantile(next() || 1e-16) - 0.5),
};

function momentsOf(values: readonly number[]): Moments {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { n: values.length, mean, m2: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
}

function bucketed(values: readonly number[]): LossWindow {
  const counts = new Map<number, number>();
  for (const value of values) {
    const bucket = Math.ceil(Math.log(value) / LOG_GAMMA);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  return {
    values: Array.from(counts.keys(), (bucket) => Math.exp((bucket - 1) * LOG_GAMMA)),
    counts: Array.from(counts.values()),
  };
}

function lossSource(
  draw: (next: Generator) => number,
  change: number,
  factor: number,
): Source<Moments, LossWindow> {
  return {
    reference: (next) => momentsOf(Array.from({ length: REFERENCE_ROWS }, () => draw(next))),
    window: (next, time) =>
      bucketed(Array.from({ length: ROWS }, () => (time < change ? 1 : factor) * draw(next))),
  };
}

const RULE: Rule<Moments, LossWindow> = {
  name: "mean loss",
  counting: "reset",
  start: (reference) =>
    judgeEvidence(
      createMeanLossDetector({ limit: meanLossLimit(reference, { tolerance: TOLERANCE }) ?? 1 }),
      1000,
    ),
};

const CHANGE = 20;

/** The mean of a loss, 500 rows a window: quiet, then a quarter or a half higher. */
export function benchLosses(size: Size): Findings {
  const rows = Object.entries(DRAWS).map(([name, draw]) => {
    const quietRuns = { seed: `${name} quiet`, streams: sized(size, 60, 15), windows: sized(size, 300, 100) };
    const [quiet] = falseAlarms(lossSource(draw, Number.POSITIVE_INFINITY, 1), [RULE], quietRuns);
    const found = [1.25, 1.5].map((factor) => {
      const runs = {
        seed: `${name} ${factor}`,
        streams: sized(size, 200, 50),
        windows: CHANGE + 80,
        change: CHANGE,
      };
      return (
        delays(lossSource(draw, CHANGE, factor), [RULE], runs)[0] ?? { median: Number.NaN, ninth: Number.NaN }
      );
    });
    return { name, quiet: quiet?.perThousand ?? Number.NaN, found };
  });
  return {
    targets: rows.map(({ name, found }) =>
      target(
        "T9",
        `mean loss + 25 % beyond τ = 0.05, ${name}: median windows`,
        found[0]?.median ?? Number.NaN,
        6,
      ),
    ),
    tables: [
      {
        title: `Mean loss, ${ROWS} rows a window, reference of 5,000 rows, τ = 0.05`,
        head: ["losses", "false alarms per 1,000 windows", "+ 25 %", "+ 50 %"],
        rows: rows.map(({ name, quiet, found }) => [name, shown(quiet), ...found.map(shownDelay)]),
      },
    ],
  };
}
