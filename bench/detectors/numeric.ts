import { type Delay, delays, falseAlarms } from "./contest.ts";
import { type Findings, type Size, shown, shownDelay, sized, type Target } from "./figures.ts";
import {
  changingSource,
  conformalRule,
  THRESHOLD_RULES,
  toleranceRule,
  twoSampleRule,
} from "./numeric-rules.ts";

const RULES = [
  toleranceRule(0),
  toleranceRule(0.02),
  toleranceRule(0.05),
  conformalRule(),
  twoSampleRule(),
  ...THRESHOLD_RULES,
];
const CHANGE = 20;
const HORIZON = { full: 200, quick: 80 } as const;
const CHANGES = [
  { name: "0.1 sd", mean: 0.1 },
  { name: "0.2 sd", mean: 0.2 },
  { name: "0.3 sd", mean: 0.3 },
  { name: "0.447 sd", mean: 0.447 },
  { name: "0.7 sd", mean: 0.7 },
  { name: "sd × 1.3", deviation: 1.3 },
];

/** Published delays of the conformal detector (median), and the size of window and reference they belong to. */
const SIZES = {
  1000: { referenceRows: 10_000, conformal: { "0.1 sd": 3, "0.2 sd": 1, "0.3 sd": 1, "sd × 1.3": 1 } },
  200: { referenceRows: 10_000, conformal: { "0.1 sd": 10, "0.2 sd": 3, "0.3 sd": 2, "sd × 1.3": 2 } },
  100: { referenceRows: 2_000, conformal: { "0.1 sd": 22, "0.2 sd": 5, "0.3 sd": 3, "sd × 1.3": 3 } },
} as const;

/** One number in ten cells: false alarms and delays of all rules on the same streams. */
export function benchNumeric(rows: keyof typeof SIZES, size: Size): Findings {
  const { referenceRows } = SIZES[rows];
  const seed = `numeric ${rows}`;
  const quiet = falseAlarms(changingSource({ referenceRows, rows }), RULES, {
    seed: `${seed} quiet`,
    streams: sized(size, 200, 50),
    windows: sized(size, 1000, 250),
  });
  const found = new Map<string, Delay[]>();
  for (const { name, ...change } of CHANGES) {
    const runs = {
      seed: `${seed} ${name}`,
      streams: sized(size, 300, 50),
      windows: CHANGE + HORIZON[size],
      change: CHANGE,
    };
    found.set(name, delays(changingSource({ referenceRows, rows, change: CHANGE, ...change }), RULES, runs));
  }
  const at = (rule: string, name: string): number =>
    found.get(name)?.[RULES.findIndex((other) => other.name === rule)]?.median ?? Number.POSITIVE_INFINITY;
  const rateOf = (rule: string): number =>
    quiet[RULES.findIndex((other) => other.name === rule)]?.perThousand ?? Number.NaN;
  const early = conformalDelays(rows);
  return {
    targets: targetsOf(rows, { at, rateOf, early }),
    tables: [
      {
        title: `One number, ${rows} rows a window, reference of ${referenceRows.toLocaleString("en")} rows`,
        head: ["rule", "false alarms per 1,000 windows", ...CHANGES.map(({ name }) => name)],
        rows: RULES.map((rule, index) => [
          rule.name,
          shown(quiet[index]?.perThousand ?? Number.NaN),
          ...CHANGES.map(({ name }) =>
            shownDelay(found.get(name)?.[index] ?? { median: Number.NaN, ninth: Number.NaN }),
          ),
        ]),
        note: `Delays: windows to the first alarm, median (9th decile), ∞ where most streams have none within ${HORIZON[size]} windows. Lines at A = 1,000.`,
      },
    ],
  };
}

interface Early {
  change: string;
  limit: number;
  found: number;
}

const MANY_STREAMS = 1500;

/** The conformal detector's delays over many references, one a stream: with small references ten of a kind are too few. */
function conformalDelays(rows: keyof typeof SIZES): Early[] {
  const { referenceRows, conformal } = SIZES[rows];
  const published: Readonly<Record<string, number>> = conformal;
  return CHANGES.flatMap(({ name, ...change }) => {
    const median = published[name];
    if (median === undefined) return [];
    const source = changingSource({ referenceRows, rows, change: CHANGE, ...change });
    const runs = { seed: `early ${rows} ${name}`, streams: MANY_STREAMS, streamsPerReference: 1 };
    const [found] = delays(source, [conformalRule()], {
      ...runs,
      windows: CHANGE + HORIZON.full,
      change: CHANGE,
    });
    return [{ change: name, limit: median + 1, found: found?.median ?? Number.POSITIVE_INFINITY }];
  });
}

interface Measured {
  at: (rule: string, change: string) => number;
  rateOf: (rule: string) => number;
  early: readonly Early[];
}

function targetsOf(rows: number, { at, rateOf, early }: Measured): Target[] {
  const setting = `${rows} rows a window`;
  const targets: Target[] = [
    ...["tolerance δ = 0", "tolerance δ = 0.05"].map((rule) =>
      target("T1", `no change, ${rule}, ${setting}: false alarms per 1,000 windows`, rateOf(rule), 0.2),
    ),
    {
      id: "T18",
      what: `conformal, ${setting}: median windows to ${early.map(({ change }) => change).join(" / ")}`,
      limit: `≤ ${early.map(({ limit }) => limit).join(" / ")}`,
      measured: early.map(({ found }) => shown(found)).join(" / "),
      met: early.every(({ found, limit }) => found <= limit),
    },
    {
      id: "T17",
      what: `no change, conformal on ten cells, ${setting}: false alarms per 1,000 windows at A = 1,000`,
      limit: "0.2 to 0.8",
      measured: shown(rateOf("conformal")),
      met: rateOf("conformal") >= 0.2 && rateOf("conformal") <= 0.8,
    },
  ];
  if (rows !== 1000) return targets;
  return [
    ...targets,
    ...[
      { change: "0.3 sd", limit: 4 },
      { change: "0.447 sd", limit: 2 },
      { change: "0.7 sd", limit: 1 },
    ].map(({ change, limit }) =>
      target(
        "T3",
        `${change} beyond δ = 0.05, ${setting}: median windows`,
        at("tolerance δ = 0.05", change),
        limit,
      ),
    ),
    target("T4", `0.2 sd at δ = 0, ${setting}: median windows`, at("tolerance δ = 0", "0.2 sd"), 3),
    target(
      "T13",
      `0.1 sd, two-sample Bayes, ${setting}: median windows`,
      at("two-sample Bayes", "0.1 sd"),
      4,
    ),
    target("T13", `the same, no change: false alarms per 1,000 windows`, rateOf("two-sample Bayes"), 1),
  ];
}

/** A figure that must not be above a limit. */
export function target(id: string, what: string, value: number, limit: number): Target {
  return { id, what, limit: `≤ ${limit}`, measured: shown(value), met: value <= limit };
}
