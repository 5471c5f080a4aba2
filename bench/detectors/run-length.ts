import { seededGenerator } from "#server/stats/random/seeded-generator.ts";
import { quantile } from "../result.ts";
import type { Judge, Source } from "./contest.ts";
import { changeRule, conformalRate, errorSource, twoSampleRate } from "./error-rules.ts";
import { type Findings, type Size, shown, sized, type Target } from "./figures.ts";
import { changingSource, conformalRule, toleranceRule, twoSampleRule } from "./numeric-rules.ts";

const TARGETS = [50, 1000];

interface RunLength {
  /** Windows watched over alarms: the mean, runs that were stopped included. */
  readonly mean: number;
  readonly tenth: number;
  readonly median: number;
  readonly ninth: number;
  readonly stopped: number;
}

interface Runner {
  readonly name: string;
  readonly lengths: (patience: number, runs: number, longest: number) => RunLength;
}

function lengthsOf<Reference, Window>(
  source: Source<Reference, Window>,
  start: (reference: Reference) => Judge<Window>,
  options: { seed: string; runs: number; longest: number },
): RunLength {
  const lengths: number[] = [];
  let stopped = 0;
  for (let run = 0; run < options.runs; run++) {
    const next = seededGenerator(`${options.seed} ${run}`);
    const judge = start(source.reference(next));
    let time = 0;
    while (time < options.longest && judge(source.window(next, time)) === null) time++;
    if (time === options.longest) stopped++;
    lengths.push(Math.min(options.longest, time + 1));
  }
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const rank = (q: number): number => {
    const found = quantile(lengths, q);
    return found >= options.longest ? Number.POSITIVE_INFINITY : found;
  };
  return {
    mean: total / (options.runs - stopped),
    tenth: rank(0.1),
    median: rank(0.5),
    ninth: rank(0.9),
    stopped,
  };
}

const ERRORS = errorSource({ referenceRows: 5000, rows: 200, rate: 0.1 });
const NUMBERS = changingSource({ referenceRows: 10_000, rows: 200 });

const RUNNERS: readonly Runner[] = [
  ...(["above", "both"] as const).map((side) => ({
    name: `conformal rate, ${side === "both" ? "two-sided" : "one-sided"}`,
    lengths: (patience: number, runs: number, longest: number) =>
      lengthsOf(ERRORS, (reference) => changeRule(conformalRate(side), patience).start(reference, 0), {
        seed: `run ${side} ${patience}`,
        runs,
        longest,
      }),
  })),
  {
    name: "two-sample Bayes rate, two-sided",
    lengths: (patience, runs, longest) =>
      lengthsOf(ERRORS, (reference) => changeRule(twoSampleRate("both"), patience).start(reference, 0), {
        seed: `run bayes ${patience}`,
        runs,
        longest,
      }),
  },
  ...[conformalRule, twoSampleRule, (patience?: number) => toleranceRule(0, patience)].map((make) => ({
    name: `${make().name}, ten cells`,
    lengths: (patience: number, runs: number, longest: number) =>
      lengthsOf(NUMBERS, (reference) => make(patience).start(reference, 0), {
        seed: `run ten ${patience}`,
        runs,
        longest,
      }),
  })),
];

/** How long without change until an alarm, against the length that was asked for. */
export function benchRunLength(size: Size): Findings {
  const rows = RUNNERS.flatMap(({ name, lengths }) =>
    TARGETS.map((patience) => ({
      name,
      patience,
      found: lengths(patience, sized(size, 200, patience === 50 ? 60 : 20), patience * sized(size, 10, 5)),
    })),
  );
  const targets: Target[] = TARGETS.map((patience) => {
    const means = rows.filter((row) => row.patience === patience).map(({ found }) => found.mean);
    return {
      id: "Run length",
      what: `no change, A = ${patience.toLocaleString("en")}: the smallest mean run to a false alarm of the six detectors, in windows`,
      limit: `≥ ${patience.toLocaleString("en")}`,
      measured: shown(Math.min(...means)),
      met: means.every((mean) => mean >= patience),
    };
  });
  return {
    targets,
    tables: [
      {
        title: "Windows to a false alarm without change",
        head: ["detector", "asked for (A)", "mean", "1st decile", "median", "9th decile"],
        rows: rows.map(({ name, patience, found }) => [
          name,
          patience.toLocaleString("en"),
          shown(found.mean),
          ...[found.tenth, found.median, found.ninth].map(shown),
        ]),
        note: "Windows of 200 rows. Runs stop after ten times A (five in the quick run); the mean is windows watched over alarms, ∞ where nothing ever alarmed. The theorems promise the mean.",
      },
    ],
  };
}
