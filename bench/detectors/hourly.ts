import { delays, falseAlarms } from "./contest.ts";
import { type Findings, type Size, shown, shownDelay, sized } from "./figures.ts";
import { changingSource, conformalRule, toleranceRule, twoSampleRule } from "./numeric-rules.ts";

const ROWS = 42;
const REFERENCE_ROWS = 10_000;
/** A day's guarantee of 1,000 windows, in hours. */
const PATIENCE = 24_000;
const HOURS_REMEMBERED = 72;
const CHANGE = 100;
const SHIFTS = [0.2, 0.3, 0.447, 0.7];
const PUBLISHED = [16, 7, 4, 2];
const RULES = [
  conformalRule(PATIENCE),
  twoSampleRule(PATIENCE),
  toleranceRule(0, PATIENCE, HOURS_REMEMBERED),
  toleranceRule(0.05, PATIENCE, HOURS_REMEMBERED),
];

/** Hourly micro-batches of 42 rows, about a thousand rows a day. */
export function benchHourly(size: Size): Findings {
  const quietRuns = { seed: "hourly quiet", streams: sized(size, 100, 10), windows: sized(size, 2000, 600) };
  const quiet = falseAlarms(changingSource({ referenceRows: REFERENCE_ROWS, rows: ROWS }), RULES, quietRuns);
  const found = SHIFTS.map((mean) =>
    delays(changingSource({ referenceRows: REFERENCE_ROWS, rows: ROWS, change: CHANGE, mean }), RULES, {
      seed: `hourly ${mean}`,
      streams: sized(size, 200, 40),
      windows: CHANGE + 200,
      change: CHANGE,
    }),
  );
  const conformal = found.map(([delay]) => delay?.median ?? Number.NaN);
  return {
    targets: [
      {
        id: "T18",
        what: `conformal, hourly windows of ${ROWS} rows, A = 24,000: median hours to ${SHIFTS.join(" / ")} sd`,
        limit: `≤ ${PUBLISHED.map((median) => median + 1).join(" / ")}`,
        measured: conformal.map(shown).join(" / "),
        met: PUBLISHED.every((median, index) => (conformal[index] ?? Number.NaN) <= median + 1),
      },
    ],
    tables: [
      {
        title: `Hourly micro-batches of ${ROWS} rows, A = 24,000`,
        head: ["rule", "false alarms per 1,000 hours", ...SHIFTS.map((shift) => `${shift} sd`)],
        rows: RULES.map((rule, index) => [
          rule.name,
          shown(quiet[index]?.perThousand ?? Number.NaN),
          ...found.map((column) => shownDelay(column[index] ?? { median: Number.NaN, ninth: Number.NaN })),
        ]),
        note: "A threshold on a day's rows cannot speak before the day is over.",
      },
    ],
  };
}
