import { type ChartTable, chartCsv } from "#components/charts/chart-table.ts";
import type { Reading } from "#components/charts/prepare-time-series.ts";
import { type NumberTick, niceAxis } from "#components/charts/scale.ts";
import { integer, percent, plural, range } from "#components/ui/format.ts";
import { rangeText, windowText } from "#components/ui/time.ts";

interface BarInput {
  fromMs: number;
  toMs: number;
  total: number;
  /** The part of the total that is filled darker, such as labelled rows; null where it is not known. */
  part: number | null;
  /** Still open: drawn hollow. */
  open: boolean;
  /** What was to be expected, drawn as a band behind the bar. */
  expected?: { lo: number; hi: number } | null;
  /** Out of what was expected: outlined, with a mark above or below. */
  verdict?: "low" | "high" | null;
}
export interface BarsInput {
  subject: string;
  /** `predictions` */
  noun: string;
  /** `labelled` */
  partWord: string;
  bars: readonly BarInput[];
  fromMs: number;
  toMs: number;
  zone: string;
}
export interface BarRow extends BarInput {
  t: number;
  filled: number;
  rest: number;
}
export interface BarsModel {
  domainX: [number, number];
  domainY: [number, number];
  ticksY: NumberTick[];
  zone: string;
  noun: string;
  partWord: string;
  rows: BarRow[];
  empty: boolean;
  readings: Reading[];
  summary: string;
  table: ChartTable;
  csv: string;
}

/** Counts that add up: they start at zero, and a window without rows is a real zero. */
export function prepareBars(input: BarsInput): BarsModel {
  const rows = input.bars.map((bar) => ({
    ...bar,
    t: bar.fromMs + (bar.toMs - bar.fromMs) / 2,
    filled: bar.part ?? 0,
    rest: bar.total - (bar.part ?? 0),
  }));
  const highest = Math.max(1, ...rows.map((row) => Math.max(row.total, row.expected?.hi ?? 0)));
  const axis = niceAxis(0, highest, 4);
  const table = tableOf(input);
  return {
    domainX: [input.fromMs, input.toMs],
    domainY: axis.domain,
    ticksY: axis.ticks.filter(Number.isInteger).map((value) => ({ value, label: integer(value) })),
    zone: input.zone,
    noun: input.noun,
    partWord: input.partWord,
    rows,
    empty: rows.every((row) => row.total === 0),
    readings: rows.map((row) => ({
      t: row.t,
      text: `${windowText(row.fromMs, row.toMs, input.zone)}: ${barWords(row, input)}`,
    })),
    summary: summaryOf(input),
    table,
    csv: chartCsv(table),
  };
}

function barWords(bar: BarInput, { noun, partWord }: Pick<BarsInput, "noun" | "partWord">): string {
  const total = `${integer(bar.total)} ${noun}${bar.open ? " so far" : ""}`;
  const part = bar.part === null ? "" : `, ${integer(bar.part)} ${partWord}`;
  return `${total}${part}${expectedWords(bar)}`;
}

/** `, expected 3,900–4,600, low` */
function expectedWords({ expected, verdict }: BarInput): string {
  if (expected === undefined || expected === null) return "";
  return `, expected ${range(expected.lo, expected.hi, integer)}${verdict ? `, ${verdict}` : ""}`;
}

function summaryOf({ subject, noun, partWord, bars, fromMs, toMs, zone }: BarsInput): string {
  const total = bars.reduce((sum, bar) => sum + bar.total, 0);
  const part = bars.some((bar) => bar.part !== null)
    ? bars.reduce((sum, bar) => sum + (bar.part ?? 0), 0)
    : null;
  const silent = bars.filter((bar) => bar.total === 0).length;
  const when = rangeText(fromMs, toMs, zone, toMs);
  const covered = part === null || total === 0 ? "" : `, ${percent(part / total)} ${partWord}`;
  const gaps = silent > 0 ? ` ${plural(silent, "window")} without any.` : "";
  const odd = bars.filter((bar) => bar.verdict).length;
  const outside = odd > 0 ? ` ${plural(odd, "window")} out of what was expected.` : "";
  return `${noun.charAt(0).toUpperCase()}${noun.slice(1)} of ${subject}, ${when}: ${integer(total)}${covered}.${gaps}${outside}`;
}

function tableOf({ subject, noun, partWord, bars, zone }: BarsInput): ChartTable {
  const hasPart = bars.some((bar) => bar.part !== null);
  const hasBand = bars.some((bar) => bar.expected !== undefined && bar.expected !== null);
  const part = (cells: string[]) => (hasPart || !hasBand ? cells : []);
  const band = (cells: string[]) => (hasBand ? cells : []);
  const columns = ["Window", noun, ...part([partWord, "Share"]), ...band(["expected", "verdict"])];
  return {
    caption: `${noun} of ${subject} by window`,
    columns,
    numeric: columns.flatMap((name, index) => (index === 0 || name === "verdict" ? [] : [index])),
    csvColumns: ["start", "end", noun, partWord, ...band(["expected_lo", "expected_hi", "verdict"])],
    rows: bars.map((bar) => ({
      key: String(bar.fromMs),
      shown: [
        windowText(bar.fromMs, bar.toMs, zone),
        integer(bar.total),
        ...part([
          bar.part === null ? "" : integer(bar.part),
          bar.part === null || bar.total === 0 ? "" : percent(bar.part / bar.total),
        ]),
        ...band([
          bar.expected ? range(bar.expected.lo, bar.expected.hi, integer) : "",
          bar.verdict ?? (bar.expected ? "usual" : "not judged"),
        ]),
      ],
      exact: [
        new Date(bar.fromMs).toISOString(),
        new Date(bar.toMs).toISOString(),
        bar.total,
        bar.part,
        ...(hasBand ? [bar.expected?.lo ?? null, bar.expected?.hi ?? null, bar.verdict ?? null] : []),
      ],
    })),
  };
}
