import { type Delay, delays, falseAlarms, type Runs, type Source, streamsOf } from "./contest.ts";
import {
  ADAPTIVE_WINDOW,
  type ChangeInRate,
  changeRule,
  conformalRate,
  type ErrorRule,
  type ErrorWindow,
  errorSource,
  limitRule,
  ROW_RULES,
  twoSampleRate,
} from "./error-rules.ts";
import { firstCrossings } from "./evidence-rule.ts";
import { type Findings, type Size, shown, shownDelay, sized, type Target } from "./figures.ts";
import { target } from "./numeric.ts";

const ROWS = 1000;
const REFERENCE_ROWS = 5000;
const RATE = 0.1;
const CHANGES = [0.12, 0.13, 0.15, 0.2];
const CHANGE = 20;
const HORIZON = 120;
const RULES: readonly ErrorRule[] = [
  limitRule(0),
  limitRule(0.01),
  limitRule(0.02),
  changeRule(conformalRate("above")),
  changeRule(conformalRate("both")),
  changeRule(twoSampleRate("above")),
  changeRule(twoSampleRate("both")),
  ...ROW_RULES,
];
/** Published delays of the conformal detector, one-sided. */
const PUBLISHED = [4, 2, 1, 1];

/** An error rate of 10 %: false alarms and delays of all rules on the same rows. */
export function benchErrorRate(size: Size): Findings {
  const runs = { streams: sized(size, 200, 40), windows: sized(size, 1000, 300) };
  const quiet = falseAlarms(errorSource({ referenceRows: REFERENCE_ROWS, rows: ROWS, rate: RATE }), RULES, {
    seed: "errors quiet",
    ...runs,
  });
  const found = CHANGES.map((then) => delaysTo(RULES, then, size));
  const indexOf = (name: string): number => RULES.findIndex((rule) => rule.name === name);
  const at = (name: string, change: number): number => found[change]?.[indexOf(name)]?.median ?? Number.NaN;
  return {
    targets: [
      target("T8", "error rate 10 → 15 % beyond δ = 0.01: median windows", at("limit, δ = 0.01", 2), 3),
      target("T8", "error rate 10 → 20 % beyond δ = 0.01: median windows", at("limit, δ = 0.01", 3), 1),
      target(
        "T14",
        "error rate 10 → 12 %, two-sample Bayes one-sided: median windows",
        at("two-sample Bayes, one-sided", 0),
        5,
      ),
      target(
        "T14",
        "the same, no change: false alarms per 1,000 windows",
        quiet[indexOf("two-sample Bayes, one-sided")]?.perThousand ?? Number.NaN,
        0.4,
      ),
      {
        id: "T18",
        what: "conformal one-sided: median windows to 12 / 13 / 15 / 20 %",
        limit: `≤ ${PUBLISHED.map((median) => median + 1).join(" / ")}`,
        measured: CHANGES.map((_, change) => shown(at("conformal, one-sided", change))).join(" / "),
        met: PUBLISHED.every((median, change) => at("conformal, one-sided", change) <= median + 1),
      },
    ],
    tables: [
      {
        title: `Error rate of 10 %, ${ROWS} rows a window, reference of 5,000 rows`,
        head: [
          "rule",
          "false alarms per 1,000 windows",
          ...CHANGES.map((rate) => `→ ${Math.round(rate * 100)} %`),
        ],
        rows: RULES.map((rule, index) => [
          rule.name,
          shown(quiet[index]?.perThousand ?? Number.NaN),
          ...found.map((column) => shownDelay(column[index] ?? { median: Number.NaN, ninth: Number.NaN })),
        ]),
        note: "ADWIN, Page–Hinkley, DDM, EDDM and HDDM-A read row by row and alarm within a window, so their delays have fractions; the others at its end.",
      },
    ],
  };
}

function delaysTo(rules: readonly ErrorRule[], then: number, size: Size): Delay[] {
  const source = errorSource({
    referenceRows: REFERENCE_ROWS,
    rows: ROWS,
    rate: RATE,
    change: CHANGE,
    after: then,
  });
  const runs = {
    seed: `errors to ${then}`,
    streams: sized(size, 400, 60),
    windows: CHANGE + HORIZON,
    change: CHANGE,
  };
  return delays(source, rules, runs);
}

/** Lines that the duel tries. */
const PATIENCES = [3, 5, 10, 20, 50, 100, 200, 300, 500, 1000, 1500, 2000, 3000, 5000, 10_000];
const CHALLENGERS: readonly ChangeInRate[] = [
  twoSampleRate("above"),
  twoSampleRate("both"),
  twoSampleRate("both", "every"),
  conformalRate("above"),
];

/** False alarms per 1,000 windows at each line, from one pass over the quiet streams. */
function ratesByLine(
  challenger: ChangeInRate,
  source: Source<ErrorWindow, ErrorWindow>,
  runs: Runs,
): { patience: number; perThousand: number }[] {
  const tallies = PATIENCES.map((patience) => ({ patience, alarms: 0, windows: 0 }));
  for (const { reference, next } of streamsOf(source, runs)) {
    const windows = Array.from({ length: runs.windows }, (_, time) => source.window(next, time));
    for (const [line, time] of firstCrossings(challenger.create(reference), windows, PATIENCES).entries()) {
      const tally = tallies[line];
      if (tally === undefined) continue;
      tally.alarms += time === null ? 0 : 1;
      tally.windows += time ?? runs.windows;
    }
  }
  return tallies.map(({ patience, alarms, windows }) => ({
    patience,
    perThousand: (1000 * alarms) / windows,
  }));
}

/** ADWIN against ours at ADWIN's own false-alarm rate: the lowest line at which we alarm no more often on the same rows. */
export function benchDuel(size: Size): Findings {
  const source = errorSource({ referenceRows: REFERENCE_ROWS, rows: ROWS, rate: RATE });
  const runs = { seed: "duel quiet", streams: sized(size, 400, 60), windows: sized(size, 1000, 300) };
  const [theirs] = falseAlarms(source, [ADAPTIVE_WINDOW], runs);
  const allowed = theirs?.perThousand ?? 0;
  const chosen = CHALLENGERS.map((challenger) => {
    const rates = ratesByLine(challenger, source, runs);
    const fair = rates.find(({ perThousand }) => perThousand <= allowed) ?? rates.at(-1);
    const patience = fair?.patience ?? 10_000;
    return { rule: changeRule(challenger, patience), patience, rate: fair?.perThousand ?? Number.NaN };
  });
  const rules = [ADAPTIVE_WINDOW, ...chosen.map(({ rule }) => rule)];
  const found = CHANGES.map((then) => delaysTo(rules, then, size));
  const medians = found.map((column) => column.map(({ median }) => Math.ceil(median)));
  return {
    targets: [duelTarget(rules, medians)],
    tables: [
      {
        title: "At ADWIN's own false-alarm rate",
        head: [
          "rule",
          "line A",
          "false alarms per 1,000 windows",
          ...CHANGES.map((rate) => `→ ${Math.round(rate * 100)} %`),
        ],
        rows: rules.map((rule, index) => [
          rule.name,
          index === 0 ? "–" : shown(chosen[index - 1]?.patience ?? Number.NaN),
          shown(index === 0 ? allowed : (chosen[index - 1]?.rate ?? Number.NaN)),
          ...found.map((column) => shownDelay(column[index] ?? { median: Number.NaN, ninth: Number.NaN })),
        ]),
        note: "The lowest line of a fixed list at which the detector alarms no more often than ADWIN on the same quiet rows.",
      },
    ],
  };
}

function duelTarget(rules: readonly ErrorRule[], medians: readonly number[][]): Target {
  const [theirs = Number.NaN, ...ours] = medians[0] ?? [];
  const best = ours.indexOf(Math.min(...ours));
  return {
    id: "T14",
    what: `error rate 10 → 12 %, ${rules[best + 1]?.name} against ADWIN at its own false-alarm rate: median, whole windows`,
    limit: `≤ ${theirs} (ADWIN)`,
    measured: shown(ours[best] ?? Number.NaN),
    met: (ours[best] ?? Number.POSITIVE_INFINITY) <= theirs,
  };
}

const RATE_CASES = [0.02, 0.1, 0.5].flatMap((rate) =>
  [500, 10_000].flatMap((referenceRows) => [100, 1000].map((rows) => ({ rate, referenceRows, rows }))),
);

/** The conformal detector's false alarms are the same whatever the rate, the reference and the window. */
export function benchConformalRate(size: Size): Findings {
  const rows = RATE_CASES.map((options) => {
    const runs = {
      seed: `conformal ${Object.values(options).join(" ")}`,
      streams: sized(size, 400, 60),
      windows: 600,
    };
    const [found] = falseAlarms(errorSource(options), [changeRule(conformalRate("above"))], runs);
    return { ...options, perThousand: found?.perThousand ?? Number.NaN };
  });
  const values = rows.map(({ perThousand }) => perThousand);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return {
    targets: [
      {
        id: "T17",
        what: "no change, conformal rate, p = .02, .1, .5, references of 500 and 10,000, windows of 100 and 1,000: false alarms per 1,000 windows at A = 1,000",
        limit: "0.2 to 0.8",
        measured: `${shown(least)} to ${shown(most)}`,
        met: least >= 0.2 && most <= 0.8,
      },
    ],
    tables: [],
  };
}
