import { isOpenWindow } from "#components/charts/open-window.ts";
import { type HeatCell, prepareHeatRow } from "#components/charts/prepare-heat.ts";
import { integer, listed, plural, times } from "#components/ui/format.ts";
import { metricInterval, metricLimit, metricShort, metricValue } from "#components/ui/metric-words.ts";
import type { AlertListItem, FeatureInfo, MetricPoint, Monitor } from "#server/api/contract.ts";
import { findMetric } from "#server/metrics/registry.ts";

export type DriftVerdict =
  | "over"
  /** The value is over, its interval is not. */
  | "may-be"
  | "within"
  /** Too few rows to judge. */
  | "low"
  /** No number: no reference, no rows, or a reference that never varied. */
  | "none";

export interface DriftRow {
  /** A feature's name, or `@output` for the prediction itself. */
  feature: string;
  label: string;
  type: FeatureInfo["type"] | null;
  limit: number;
  limitFrom: "monitor" | "default";
  now: MetricPoint | null;
  ratio: number | null;
  verdict: DriftVerdict;
  silenced: boolean;
  /** Start of the present stretch over the limit, under the same version. */
  overSinceMs: number | null;
  everOver: boolean;
  cells: HeatCell[];
  points: MetricPoint[];
}

export interface DriftInput {
  metric: string;
  points: readonly MetricPoint[];
  features: readonly FeatureInfo[];
  monitors: readonly Monitor[];
  alerts: readonly AlertListItem[];
  segment: string | undefined;
  zone: string;
  order: DriftOrder;
  /** The newest event time: windows that end after it are still open. */
  watermarkMs: number | null;
}

export const DRIFT_ORDERS = ["now", "worst", "first", "name"] as const;
export type DriftOrder = (typeof DRIFT_ORDERS)[number];
export const ORDER_WORDS: Record<DriftOrder, string> = {
  now: "worst now",
  worst: "worst in range",
  first: "first to move",
  name: "name",
};

const FALLBACK_LIMIT = 0.2;

export function prepareDriftRows(input: DriftInput): DriftRow[] {
  const types = new Map(input.features.map((feature) => [feature.name, feature.type]));
  const silenced = new Set(
    input.alerts
      .filter((alert) => alert.status === "silenced" && alert.metric === input.metric)
      .map((alert) => alert.feature),
  );
  const judged = latestWhole(input.points, input.watermarkMs)?.from ?? null;
  const rows = [...byFeature(input.points)].map(([feature, points]) =>
    driftRow(feature, points, input, {
      type: types.get(feature) ?? null,
      silenced: silenced.has(feature),
      now: points.find((point) => point.from === judged) ?? null,
    }),
  );
  return sortRows(rows, input.order);
}

function byFeature(points: readonly MetricPoint[]): Map<string, MetricPoint[]> {
  const groups = new Map<string, MetricPoint[]>();
  for (const point of points) {
    if (point.feature === null) continue;
    const group = groups.get(point.feature);
    if (group) group.push(point);
    else groups.set(point.feature, [point]);
  }
  return groups;
}

function driftRow(
  feature: string,
  points: MetricPoint[],
  input: DriftInput,
  { type, silenced, now }: Pick<DriftRow, "type" | "silenced" | "now">,
): DriftRow {
  const { limit, limitFrom } = driftLimit(input.metric, feature, input);
  const label = feature === "@output" ? "prediction" : feature;
  return {
    feature,
    label,
    type,
    limit,
    limitFrom,
    now,
    ratio: now?.value == null ? null : now.value / limit,
    verdict: verdictOf(now, limit),
    silenced,
    overSinceMs: overSince(points, limit, input.watermarkMs),
    everOver: points.some((point) => verdictOf(point, limit) === "over"),
    cells: prepareHeatRow(points, limit, input.zone, label),
    points,
  };
}

/** The monitor's limit for exactly this number, else the metric's own. */
function driftLimit(
  metric: string,
  feature: string,
  { monitors, segment }: Pick<DriftInput, "monitors" | "segment">,
): { limit: number; limitFrom: "monitor" | "default" } {
  const watching = monitors.filter(
    (monitor) =>
      monitor.enabled &&
      monitor.metric === metric &&
      monitor.op === "above" &&
      monitor.limit > 0 &&
      (monitor.feature === feature || monitor.feature === "*") &&
      monitor.segment === (segment ?? null),
  );
  const own = watching.find((monitor) => monitor.feature === feature) ?? watching[0];
  if (own) return { limit: own.limit, limitFrom: "monitor" };
  return { limit: findMetric(metric)?.defaultLimit ?? FALLBACK_LIMIT, limitFrom: "default" };
}

/** The newest window that has ended and has rows: all features are judged by the same one. */
export function latestWhole(points: readonly MetricPoint[], watermarkMs: number | null): MetricPoint | null {
  const ended = points.filter((point) => point.status !== "EMPTY" && !isOpenWindow(point, watermarkMs));
  return latest(ended) ?? latest(points.filter((point) => point.value !== null));
}

function latest(points: readonly MetricPoint[]): MetricPoint | null {
  return points.reduce<MetricPoint | null>(
    (last, point) => (last === null || Date.parse(point.from) >= Date.parse(last.from) ? point : last),
    null,
  );
}

function verdictOf(point: MetricPoint | null, limit: number): DriftVerdict {
  if (point === null || point.value === null) return "none";
  if (point.status === "LOW_N") return "low";
  if (point.value <= limit) return "within";
  return (point.ci?.lo ?? point.value) > limit ? "over" : "may-be";
}

function overSince(points: readonly MetricPoint[], limit: number, watermarkMs: number | null): number | null {
  const judged = points.filter((point) => point.value !== null && !isOpenWindow(point, watermarkMs));
  const last = judged.at(-1);
  if (!last || verdictOf(last, limit) !== "over") return null;
  let start = last;
  for (const point of judged.toReversed()) {
    if (point.version !== last.version || (point.value ?? 0) <= limit) break;
    start = point;
  }
  return Date.parse(start.from);
}

function sortRows(rows: DriftRow[], order: DriftOrder): DriftRow[] {
  const size = (row: DriftRow) => (row.verdict === "low" ? -1 : (row.ratio ?? -2)); // no verdict, no rank
  const worst = (row: DriftRow) => Math.max(-1, ...row.cells.map((cell) => cell.ratio ?? -1));
  const first = (row: DriftRow) => {
    const at = row.cells.findIndex((cell) => cell.kind === "value" && (cell.ratio ?? 0) > 1);
    return at < 0 ? Number.POSITIVE_INFINITY : at;
  };
  const compare: Record<DriftOrder, (a: DriftRow, b: DriftRow) => number> = {
    now: (a, b) => size(b) - size(a),
    worst: (a, b) => worst(b) - worst(a),
    first: (a, b) => first(a) - first(b) || size(b) - size(a),
    name: () => 0,
  };
  return [...rows].sort(
    (a, b) =>
      Number(a.silenced) - Number(b.silenced) || compare[order](a, b) || a.label.localeCompare(b.label),
  );
}

/** `1 of 20 features is over its limit now: …` and what stands beside it. */
export function driftSentence(rows: readonly DriftRow[], metric: string): { say: string; more: string } {
  const features = rows.filter((row) => row.feature !== "@output" || row.verdict !== "none");
  const loud = features.filter((row) => !row.silenced);
  const over = loud.filter((row) => row.verdict === "over");
  const maybe = loud.filter((row) => row.verdict === "may-be");
  const hushed = features.filter((row) => row.silenced && row.verdict === "over");
  const judged = features.filter((row) => row.verdict !== "none" && row.verdict !== "low");
  if (features.length === 0) return { say: "There is no number to show in this range.", more: "" };
  if (judged.length === 0) return { say: nothingJudged(features), more: "" };
  const first = over[0];
  const count = `${integer(over.length)} of ${plural(features.length, "feature")}`;
  const say = first
    ? `${count} ${over.length === 1 ? "is over its limit" : "are over their limits"} now${over.length > 1 ? "; strongest" : ""}: ${pointWords(first, metric)}.`
    : withinWords(judged.length, features.length);
  const earlier = loud.filter((row) => row.everOver && row.verdict !== "over").length;
  const low = loud.filter((row) => row.verdict === "low").length;
  const parts = [
    over.length > 1 ? `Also over: ${namesOf(over.slice(1))}.` : "",
    maybe.length > 0
      ? `${listed(maybe.slice(0, 3).map((row) => `${row.label} ${metricValue(metric, row.now?.value ?? null)} (${metricInterval(metric, row.now?.ci ?? null)})`))} may be over.`
      : "",
    hushed.length > 0 ? `${plural(hushed.length, "feature is", "features are")} over and silenced.` : "",
    earlier > 0 ? `${plural(earlier, "other was", "others were")} over at some time in this range.` : "",
    low > 0 ? `${plural(low, "has", "have")} too few rows to judge.` : "",
  ];
  return { say, more: parts.filter(Boolean).join(" ") };
}

function withinWords(judged: number, total: number): string {
  if (total === 1) return "The one feature is within its limit.";
  if (judged === total) return `All ${integer(total)} features are within their limits.`;
  return `${integer(judged)} of ${integer(total)} features can be judged, and none of them is over its limit.`;
}

function nothingJudged(rows: readonly DriftRow[]): string {
  if (rows.some((row) => row.verdict === "low"))
    return "Too few rows to judge any feature in the newest window.";
  return "Drift cannot be judged yet: there is no reference to compare with.";
}

const NAMES_MAX = 5;
function namesOf(rows: readonly DriftRow[]): string {
  const names = rows.slice(0, NAMES_MAX).map((row) => `${row.label} (${times(row.ratio ?? 0)})`);
  return listed(rows.length > NAMES_MAX ? [...names, `${integer(rows.length - NAMES_MAX)} more`] : names);
}

function pointWords(row: DriftRow, metric: string): string {
  if (row.now === null) return row.label;
  const interval = metricInterval(metric, row.now.ci);
  return `${row.label}, ${metricShort(metric)} ${metricValue(metric, row.now.value)}${interval ? ` (95 % CI ${interval})` : ""}, limit ${metricLimit(metric, row.limit)}, ${integer(row.now.nCur)} rows`;
}

export const VERDICT_WORDS: Record<DriftVerdict, string> = {
  over: "Over limit",
  "may-be": "May be over",
  within: "Within limit",
  low: "Not enough data",
  none: "No number",
};
