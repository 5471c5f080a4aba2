import { type ChartTable, chartCsv } from "#components/charts/chart-table.ts";
import { extent, type NumberTick, niceAxis, stepDigits } from "#components/charts/scale.ts";
import { seriesSummary } from "#components/charts/summary.ts";
import { fixed, integer, percent } from "#components/ui/format.ts";
import {
  EVIDENCE,
  evidenceTick,
  metricInterval,
  metricLimit,
  metricShort,
  metricValue,
  statusWords,
} from "#components/ui/metric-words.ts";
import { DAY_MS, windowText } from "#components/ui/time.ts";
import type { AlertListItem, MetricPoint, Monitor } from "#server/api/contract.ts";
import { findMetric } from "#server/metrics/registry.ts";

/** Colour follows the role, never the version: what is live keeps its hue through a promotion. */
export type SeriesRole = "live" | "challenger" | "reference" | "estimate";
export const ROLE_COLOURS: Record<SeriesRole, string> = {
  live: "var(--s1)",
  challenger: "var(--s2)",
  reference: "var(--reference)",
  estimate: "var(--s5)",
};

export interface SeriesInput {
  key: string;
  /** For the legend. */
  label: string;
  role: SeriesRole;
  points: readonly MetricPoint[];
  /** A second, lighter band around the first, by point; it does not stretch the axis. */
  outer?: readonly (Pick<NonNullable<MetricPoint["ci"]>, "lo" | "hi"> | null)[];
}
export interface LimitInput {
  value: number;
  severity: "page" | "ticket";
  op: "above" | "below";
  label?: string;
  /** The metric's own default: no monitor judges by it, so it is drawn thin. */
  advisory?: boolean;
}
export interface AlertBandInput {
  id: string;
  fromMs: number;
  toMs: number | null;
  severity: "page" | "ticket";
  status: AlertListItem["status"];
  title: string;
}
export interface TimeSeriesInput {
  metric: string;
  /** What the numbers are about, as in “AUC for flight-late”. */
  subject: string;
  fromMs: number;
  toMs: number;
  zone: string;
  series: readonly SeriesInput[];
  limits?: readonly LimitInput[];
  /** Drawn thin, dashed and grey. */
  references?: readonly { fromMs: number; toMs: number; value: number; label: string }[];
  alerts?: readonly AlertBandInput[];
}

type Certainty = "sure" | "low" | "open";
interface PlotPoint {
  fromMs: number;
  toMs: number;
  version: string | null;
  value: number;
  lo: number | null;
  hi: number | null;
  outer: [number, number] | null;
  n: number;
  certainty: Certainty;
  words: string | null;
}
/** One row a window. `line` keys hold values, `line + "_band"` intervals: the shape that the drawing wants. */
export interface PlotRow {
  t: number;
  fromMs: number;
  toMs: number;
  points: Record<string, PlotPoint>;
  cells: Record<string, number | [number, number] | null>;
}
export interface PlotLine {
  /** Key into `cells`. */
  key: string;
  seriesKey: string;
  role: SeriesRole;
  /** Dashed: the window is still open, or its labels still come. */
  tail: boolean;
  hasOuter: boolean;
  /** Drawn where the line starts, when versions differ. */
  label: string | null;
  labelAt: { t: number; value: number } | null;
}
export interface PlotLimit {
  value: number;
  severity: "page" | "ticket";
  op: "above" | "below";
  label: string;
  advisory: boolean;
  /** Beyond what the axis shows. */
  outside: "above" | "below" | null;
}
export interface PlotBand {
  id: string;
  fromMs: number;
  toMs: number;
  openEnd: boolean;
  severity: "page" | "ticket";
  hollow: boolean;
  silenced: boolean;
  title: string;
  /** Bands that overlap are stacked in the bar on top. */
  lane: number;
}
export interface Reading {
  t: number;
  /** Spoken and shown when the reader moves along the chart by keyboard. */
  text: string;
}
export interface TimeSeriesModel {
  metric: string;
  zone: string;
  domainX: [number, number];
  domainY: [number, number];
  ticksY: NumberTick[];
  /** The axis does not start at zero although it could. */
  cut: boolean;
  rows: PlotRow[];
  lines: PlotLine[];
  series: {
    key: string;
    label: string;
    role: SeriesRole;
    hasBand: boolean;
    hasOuter: boolean;
    hasTail: boolean;
  }[];
  limits: PlotLimit[];
  references: { fromMs: number; toMs: number; value: number; label: string }[];
  bands: PlotBand[];
  /** Where one version follows another. */
  breaks: number[];
  /** Where words on a limit cross the data least. */
  labelSide: "left" | "right";
  /** Every window gets a dot where they are few; else only lone and uncertain ones do. */
  dots: boolean;
  empty: boolean;
  readings: Reading[];
  summary: string;
  table: ChartTable;
  csv: string;
}

const DOTS_MAX = 60;

export function prepareTimeSeries(input: TimeSeriesInput): TimeSeriesModel {
  const prepared = input.series.map((series) => ({
    ...series,
    plot: series.points.map((point, index) => plotPoint(point, series.outer?.[index] ?? null)),
  }));
  const lines: PlotLine[] = [];
  const rows = new Map<number, PlotRow>();
  const breaks = new Set<number>();
  for (const series of prepared) {
    const drawn = drawSeries(series, rows, breaks);
    lines.push(...drawn);
  }
  const ordered = [...rows.values()].sort((a, b) => a.t - b.t);
  const axis = yAxis(
    input,
    prepared.flatMap((series) => series.plot),
  );
  clampOuter(ordered, axis.domain);
  const limits = (input.limits ?? []).map((limit) => placeLimit(limit, axis.domain, input.metric));
  const table = tableOf(input, prepared);
  return {
    metric: input.metric,
    zone: input.zone,
    domainX: [
      Math.min(input.fromMs, ordered[0]?.fromMs ?? input.fromMs),
      Math.max(input.toMs, ordered.at(-1)?.toMs ?? input.toMs),
    ],
    domainY: axis.domain,
    ticksY: axis.ticks.map((value) => ({ value, label: tickLabel(input.metric, value, axis.step) })),
    cut: axis.domain[0] > 0 && findMetric(input.metric)?.range[0] === 0,
    rows: ordered,
    lines,
    series: prepared.map(({ key, label, role, plot }) => ({
      key,
      label,
      role,
      hasBand: plot.some((point) => point?.lo !== null && point !== null),
      hasOuter: plot.some((point) => point !== null && point.outer !== null),
      hasTail: plot.some((point) => point?.certainty === "open"),
    })),
    limits,
    references: (input.references ?? []).map((one) => ({
      ...one,
      fromMs: Math.max(one.fromMs, input.fromMs),
      toMs: Math.min(one.toMs, input.toMs),
    })),
    bands: stackBands((input.alerts ?? []).flatMap((alert) => placeBand(alert, input))),
    breaks: [...breaks].filter((at) => at > input.fromMs && at < input.toMs),
    labelSide: calmerSide(ordered, limits),
    dots: ordered.length <= DOTS_MAX,
    empty: prepared.every((series) => series.plot.every((point) => point === null)),
    readings: readingsOf(ordered, input),
    summary: seriesSummary(input),
    table,
    csv: chartCsv(table),
  };
}

function plotPoint(point: MetricPoint, outer: { lo: number; hi: number } | null): PlotPoint | null {
  if (point.value === null) return null;
  return {
    fromMs: Date.parse(point.from),
    toMs: Date.parse(point.to),
    version: point.version,
    value: point.value,
    lo: point.ci?.lo ?? null,
    hi: point.ci?.hi ?? null,
    outer: outer === null ? null : [outer.lo, outer.hi],
    n: point.nCur,
    certainty: certaintyOf(point),
    words: statusWords(point),
  };
}
function certaintyOf({ status }: MetricPoint): Certainty {
  if (status === "LOW_N") return "low";
  return status === "PARTIAL" || status === "IMMATURE" ? "open" : "sure";
}

/** Splits a series into lines that break where the version changes and where a window is missing. */
function drawSeries(
  series: SeriesInput & { plot: (PlotPoint | null)[] },
  rows: Map<number, PlotRow>,
  breaks: Set<number>,
): PlotLine[] {
  const lines: PlotLine[] = [];
  let run: PlotLine | null = null;
  let before: PlotPoint | null = null;
  const versions = new Set(series.plot.map((point) => point?.version ?? null).filter(Boolean));
  for (const [index, point] of series.plot.entries()) {
    if (point === null) {
      const raw = series.points[index];
      if (raw) rowAt(rows, Date.parse(raw.from), Date.parse(raw.to));
      before = null;
      continue;
    }
    const changed = run === null || (before ?? lastOf(series.plot, index))?.version !== point.version;
    if (changed && run !== null) breaks.add(point.fromMs);
    if (changed || run === null) {
      run = lineOf(
        series,
        lines.length,
        false,
        versions.size > 1 && series.role !== "estimate" ? point : null,
      );
      lines.push(run);
    }
    const row = rowAt(rows, point.fromMs, point.toMs);
    row.points[series.key] = point;
    if (point.certainty === "open")
      lines.push(tailLine(series, lines.length, changed ? null : before, point, rows));
    else put(row, run.key, point);
    before = point;
  }
  return lines;
}

function lastOf(points: (PlotPoint | null)[], before: number): PlotPoint | null {
  for (let index = before - 1; index >= 0; index--) {
    const point = points[index];
    if (point) return point;
  }
  return null;
}

function lineOf(series: SeriesInput, index: number, tail: boolean, labelled: PlotPoint | null): PlotLine {
  return {
    key: `${series.key}_${index}`,
    seriesKey: series.key,
    role: series.role,
    tail,
    hasOuter: series.outer !== undefined,
    label: labelled?.version ?? null,
    labelAt: labelled
      ? { t: middleOf(labelled.fromMs, labelled.toMs), value: labelled.hi ?? labelled.value }
      : null,
  };
}

/** From the last settled window to the open one, dashed. */
function tailLine(
  series: SeriesInput,
  index: number,
  before: PlotPoint | null,
  point: PlotPoint,
  rows: Map<number, PlotRow>,
): PlotLine {
  const line = lineOf(series, index, true, null);
  if (before) put(rowAt(rows, before.fromMs, before.toMs), line.key, { ...before, lo: null, hi: null });
  put(rowAt(rows, point.fromMs, point.toMs), line.key, point);
  return line;
}

const middleOf = (fromMs: number, toMs: number) => fromMs + (toMs - fromMs) / 2;

function rowAt(rows: Map<number, PlotRow>, fromMs: number, toMs: number): PlotRow {
  const t = middleOf(fromMs, toMs);
  const known = rows.get(t);
  if (known) return known;
  const row: PlotRow = { t, fromMs, toMs, points: {}, cells: {} };
  rows.set(t, row);
  return row;
}
function put(row: PlotRow, key: string, point: PlotPoint): void {
  row.cells[key] = point.value;
  row.cells[`${key}_band`] = point.lo !== null && point.hi !== null ? [point.lo, point.hi] : null;
  if (point.outer !== null) row.cells[`${key}_outer`] = point.outer;
}

/** An outer band may reach far beyond the axis; what lies outside is not drawn. */
function clampOuter(rows: readonly PlotRow[], [lo, hi]: [number, number]): void {
  for (const { cells } of rows) {
    for (const [key, cell] of Object.entries(cells)) {
      if (key.endsWith("_outer") && Array.isArray(cell))
        cells[key] = [Math.max(lo, Math.min(hi, cell[0])), Math.max(lo, Math.min(hi, cell[1]))];
    }
  }
}

/** Holds values, intervals of settled points, the reference, and limits that are not far away. */
function yAxis(input: TimeSeriesInput, points: (PlotPoint | null)[]) {
  const metric = findMetric(input.metric);
  const numbers: number[] = [];
  for (const point of points) {
    if (point === null) continue;
    numbers.push(point.value);
    if (point.certainty === "sure" && point.lo !== null && point.hi !== null)
      numbers.push(point.lo, point.hi);
  }
  for (const reference of input.references ?? []) numbers.push(reference.value);
  const data = extent(numbers) ?? [0, 1];
  const reach = Math.max(data[1] - data[0], Math.abs(data[1]) * 0.05) * 1.5;
  for (const { value } of input.limits ?? [])
    if (value >= data[0] - reach && value <= data[1] + reach) numbers.push(value);
  let [lo, hi] = extent(numbers) ?? [0, 1];
  if (metric && metric.group !== "performance" && metric.range[0] === 0) lo = 0;
  if (metric?.range[0] === 0 && lo < (hi - lo) * 0.25) lo = 0;
  const room = (hi - lo) * 0.06;
  const axis = niceAxis(lo === 0 ? 0 : lo - room, hi + room);
  const floor = metric?.range[0];
  const ceiling = metric?.range[1];
  return {
    ...axis,
    domain: bounded(axis.domain, floor, ceiling),
    ticks: axis.ticks.filter((tick) => within(tick, floor, ceiling)),
  };
}
function bounded(
  [lo, hi]: [number, number],
  floor?: number | null,
  ceiling?: number | null,
): [number, number] {
  return [floor == null ? lo : Math.max(lo, floor), ceiling == null ? hi : Math.min(hi, ceiling)];
}
function within(value: number, floor?: number | null, ceiling?: number | null): boolean {
  return (floor == null || value >= floor) && (ceiling == null || value <= ceiling);
}

function tickLabel(metricId: string, value: number, step: number): string {
  const metric = findMetric(metricId);
  if (metricId === EVIDENCE) return evidenceTick(value);
  if (metric?.unit === "share" && metric.group !== "drift")
    return percent(value, Math.max(0, stepDigits(step * 100)));
  if (metric?.unit === "count") return integer(value);
  if (Math.abs(value) >= 10_000) return integer(value);
  return fixed(value, stepDigits(step));
}

function placeLimit(limit: LimitInput, [lo, hi]: [number, number], metric: string): PlotLimit {
  const outside = limit.value > hi ? "above" : limit.value < lo ? "below" : null;
  const arrow = outside === "above" ? " ↑" : outside === "below" ? " ↓" : "";
  return {
    ...limit,
    advisory: limit.advisory ?? false,
    outside,
    label: `${limit.label ?? `limit ${metricLimit(metric, limit.value)}`}${arrow}`,
  };
}

const EDGE_WINDOWS = 4;
/** Compares how close the first and the last windows come to the limits. */
function calmerSide(rows: readonly PlotRow[], limits: readonly PlotLimit[]): "left" | "right" {
  const shown = limits.filter((limit) => limit.outside === null);
  const gap = (part: readonly PlotRow[]) =>
    Math.min(
      ...part
        .flatMap((row) => Object.values(row.points))
        .flatMap((point) => shown.map((limit) => Math.abs(point.value - limit.value))),
    );
  return gap(rows.slice(0, EDGE_WINDOWS)) >= gap(rows.slice(-EDGE_WINDOWS)) ? "left" : "right";
}

/** Alerts that began before the range, or go on, are clamped to it; those outside are left out. */
function placeBand(alert: AlertBandInput, { fromMs, toMs }: TimeSeriesInput): Omit<PlotBand, "lane">[] {
  const end = alert.toMs ?? toMs;
  if (end <= fromMs || alert.fromMs >= toMs) return [];
  return [
    {
      id: alert.id,
      fromMs: Math.max(alert.fromMs, fromMs),
      toMs: Math.min(end, toMs),
      openEnd: alert.toMs === null,
      severity: alert.severity,
      hollow: alert.status === "acknowledged" || alert.status === "resolved",
      silenced: alert.status === "silenced",
      title: alert.title,
    },
  ];
}

const LANES = 3;
function stackBands(bands: Omit<PlotBand, "lane">[]): PlotBand[] {
  const ends: number[] = [];
  return [...bands]
    .sort((a, b) => a.fromMs - b.fromMs)
    .map((band) => {
      const free = ends.findIndex((end) => end <= band.fromMs);
      const lane = free < 0 ? ends.length : free;
      ends[lane] = band.toMs;
      return { ...band, lane: Math.min(lane, LANES - 1) };
    });
}

function readingsOf(rows: PlotRow[], input: TimeSeriesInput): Reading[] {
  return rows.map((row) => {
    const parts = input.series.flatMap((series) => {
      const point = row.points[series.key];
      if (!point) return [];
      const name = input.series.length > 1 ? `${series.label} ` : "";
      const interval =
        point.lo !== null && point.hi !== null
          ? `, ${metricInterval(input.metric, { lo: point.lo, hi: point.hi, level: 0.95, method: "" })}`
          : "";
      const words = point.words ? `, ${point.words}` : "";
      return [
        `${name}${metricValue(input.metric, point.value)}${interval}, ${integer(point.n)} rows${words}`,
      ];
    });
    return {
      t: row.t,
      text: `${windowText(row.fromMs, row.toMs, input.zone)}: ${parts.join("; ") || "no rows"}`,
    };
  });
}

function tableOf(
  input: TimeSeriesInput,
  prepared: (SeriesInput & { plot: (PlotPoint | null)[] })[],
): ChartTable {
  const short = metricShort(input.metric);
  const several = prepared.length > 1;
  const rows = prepared.flatMap((series) =>
    series.points.map((point) => ({
      key: `${series.key} ${point.from} ${point.version ?? ""}`,
      shown: [
        windowText(Date.parse(point.from), Date.parse(point.to), input.zone),
        ...(several ? [series.label] : []),
        point.version ?? "",
        metricValue(input.metric, point.value),
        metricInterval(input.metric, point.ci),
        integer(point.nCur),
        statusWords(point) ?? "",
      ],
      exact: [
        point.from,
        point.to,
        ...(several ? [series.label] : []),
        point.version ?? "",
        point.value,
        point.ci?.lo ?? null,
        point.ci?.hi ?? null,
        point.ci?.level ?? null,
        point.nCur,
        point.status,
        point.method,
        point.refId ?? "",
        point.revision,
      ],
    })),
  );
  return {
    caption: `${short} for ${input.subject}`,
    columns: ["Window", ...(several ? ["Series"] : []), "Version", short, "95 % interval", "Rows", "Note"],
    numeric: several ? [3, 4, 5] : [2, 3, 4],
    csvColumns: [
      "start",
      "end",
      ...(several ? ["series"] : []),
      "version",
      input.metric,
      "lo",
      "hi",
      "level",
      "n",
      "status",
      "method",
      "reference",
      "revision",
    ],
    rows,
  };
}

/** Limits of monitors that watch exactly this number. */
export function limitsOf(
  monitors: readonly Monitor[],
  watched: { metric: string; feature: string | null; segment: string | undefined },
): LimitInput[] {
  return monitors
    .filter(
      (monitor) =>
        monitor.enabled &&
        monitor.metric === watched.metric &&
        monitor.feature === watched.feature &&
        monitor.segment === (watched.segment ?? null),
    )
    .map(({ limit, severity, op }) => ({ value: limit, severity, op }));
}

/** Alerts about exactly this number, as bands. */
export function bandsOf(
  alerts: readonly AlertListItem[],
  watched: { metric: string; feature: string | null; segment: string | undefined },
): AlertBandInput[] {
  return alerts
    .filter(
      (alert) =>
        alert.metric === watched.metric &&
        alert.feature === watched.feature &&
        alert.segment === (watched.segment ?? null),
    )
    .map(bandOf);
}

/** An alert as it lies over a chart. */
export function bandOf(alert: AlertListItem): AlertBandInput {
  return {
    id: alert.id,
    fromMs: Date.parse(alert.openedAt),
    toMs: alert.closedAt === null ? null : Date.parse(alert.closedAt),
    severity: alert.severity,
    status: alert.status,
    title: alert.title,
  };
}

/** For tooltips: the window in words, with its clock times where it is shorter than a day. */
export function tipTitle(row: PlotRow, zone: string): string {
  const words = windowText(row.fromMs, row.toMs, zone);
  const open = row.toMs - row.fromMs >= DAY_MS ? "" : ` ${zone === "UTC" ? "UTC" : ""}`;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${open}`.trimEnd();
}
