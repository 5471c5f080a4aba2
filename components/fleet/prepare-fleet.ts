import { compact, integer, listed, NOTHING, times } from "#components/ui/format.ts";
import { metricInterval, metricLimit, metricShort, metricValue } from "#components/ui/metric-words.ts";
import { agoText, DAY_MS, durationText, parseInstant, sinceText } from "#components/ui/time.ts";
import type { AlertListItem, FleetRow, HealthState, MetricPoint, Monitor } from "#server/api/contract.ts";

export const STATE_ORDER: readonly HealthState[] = [
  "alerting",
  "warning",
  "no-data",
  "not-enough-data",
  "learning",
  "silenced",
  "healthy",
];

export interface FleetLine {
  row: FleetRow;
  /** `since 06:02`, or nothing while all is well. */
  since: string;
  performance: { metric: string; value: string; detail: string; sure: boolean; dot: IntervalPlace | null };
  drift: { feature: string; ratio: number; ratioText: string; over: boolean; detail: string } | null;
  driftNote: string;
  perHour: string;
  newest: string;
  open: number;
}
interface IntervalPlace {
  value: number;
  ci: { lo: number; hi: number } | null;
  domain: [number, number];
  limit: number | null;
  limitLevel: "page" | "ticket";
}

export interface FleetContext {
  zone: string;
  nowMs: number;
  monitors: readonly Monitor[];
}

export function prepareFleetLine(row: FleetRow, context: FleetContext): FleetLine {
  const sinceMs = parseInstant(row.since);
  const received = parseInstant(row.lastReceivedAt);
  return {
    row,
    since: sinceMs === null || row.state === "healthy" ? "" : sinceText(sinceMs, context.nowMs, context.zone),
    performance: performanceOf(row, context.monitors),
    drift: driftOf(row),
    driftNote: row.state === "learning" ? "no reference yet" : "not enough rows to judge",
    perHour:
      row.volume.perHour > 0 && row.volume.perHour < 1 ? "<1" : compact(Math.round(row.volume.perHour)),
    newest: received === null ? NOTHING : ageText(received, context),
    open: row.openAlerts.page + row.openAlerts.ticket,
  };
}

function ageText(instantMs: number, { nowMs, zone }: FleetContext): string {
  const age = nowMs - instantMs;
  return age >= 0 && age < DAY_MS ? durationText(age) : agoText(instantMs, nowMs, zone);
}

function performanceOf(row: FleetRow, monitors: readonly Monitor[]): FleetLine["performance"] {
  const point = row.performance;
  if (point === null || point.value === null)
    return { metric: "", value: NOTHING, detail: whyNoValue(row, point), sure: false, dot: null };
  const metric = metricShort(point.metric);
  const n = `n ${integer(point.nCur)}`;
  if (point.status === "LOW_N")
    return {
      metric,
      value: metricValue(point.metric, point.value),
      detail: `too few to judge: ${n}`,
      sure: false,
      dot: null,
    };
  const monitor = limitFor(row.model, point, monitors);
  const limit = monitor ? `limit ${metricLimit(point.metric, monitor.limit)} · ` : "";
  return {
    metric,
    value: metricInterval(point.metric, point.ci) || metricValue(point.metric, point.value),
    detail: `${limit}${n}${point.status === "IMMATURE" ? " · labels still arriving" : ""}`,
    sure: true,
    dot: placeOf(point, monitor),
  };
}
function whyNoValue(row: FleetRow, point: MetricPoint | null): string {
  if (row.state === "no-data") return "no data";
  return point === null || point.nCur === 0 ? "no labels yet" : "cannot be computed";
}
function limitFor(model: string, point: MetricPoint, monitors: readonly Monitor[]): Monitor | null {
  const watching = monitors.filter(
    (monitor) =>
      monitor.enabled &&
      monitor.model === model &&
      monitor.metric === point.metric &&
      monitor.feature === null &&
      monitor.segment === null,
  );
  return watching.find((monitor) => monitor.severity === "page") ?? watching[0] ?? null;
}
function placeOf(point: MetricPoint, monitor: Monitor | null): IntervalPlace | null {
  if (point.value === null) return null;
  const lo = Math.min(point.ci?.lo ?? point.value, monitor?.limit ?? point.value);
  const hi = Math.max(point.ci?.hi ?? point.value, monitor?.limit ?? point.value);
  const pad = (hi - lo || Math.abs(point.value) || 1) * 0.35;
  return {
    value: point.value,
    ci: point.ci,
    domain: [lo - pad, hi + pad],
    limit: monitor?.limit ?? null,
    limitLevel: monitor?.severity ?? "page",
  };
}

function driftOf({ worstDrift }: FleetRow): FleetLine["drift"] {
  if (worstDrift === null || worstDrift.point.value === null) return null;
  const { point, limit, feature } = worstDrift;
  const value = point.value ?? 0;
  const interval = metricInterval(point.metric, point.ci);
  return {
    feature: feature === "@output" ? "prediction" : feature,
    ratio: value / limit,
    ratioText: `${times(value / limit)} limit`,
    over: (point.ci?.lo ?? value) > limit && point.status !== "LOW_N",
    detail: `${metricValue(point.metric, value)}${interval ? ` (${interval})` : ""}`,
  };
}

/** Most urgent first, then longest in that state, then by name. */
export function sortFleet(rows: readonly FleetRow[]): FleetRow[] {
  const rank = (row: FleetRow) => STATE_ORDER.indexOf(row.state);
  const since = (row: FleetRow) => parseInstant(row.since) ?? Number.POSITIVE_INFINITY;
  return [...rows].sort((a, b) => rank(a) - rank(b) || since(a) - since(b) || a.model.localeCompare(b.model));
}

export function filterFleet(
  rows: readonly FleetRow[],
  states: readonly string[],
  search: string,
): FleetRow[] {
  const wanted = search.trim().toLowerCase();
  return rows.filter(
    (row) =>
      (states.length === 0 || states.includes(row.state)) &&
      (wanted === "" || row.model.toLowerCase().includes(wanted) || row.name.toLowerCase().includes(wanted)),
  );
}

export function countStates(rows: readonly FleetRow[]): Record<HealthState, number> {
  const counts: Record<HealthState, number> = {
    alerting: 0,
    warning: 0,
    "no-data": 0,
    "not-enough-data": 0,
    learning: 0,
    silenced: 0,
    healthy: 0,
  };
  for (const row of rows) counts[row.state] += 1;
  return counts;
}

const NAMED_MAX = 3;

/** The one sentence of the page: how many need someone, which, and since when. */
export function fleetSentence(
  rows: readonly FleetRow[],
  { zone, nowMs }: FleetContext,
  checkedMs: number | null,
): string {
  const sorted = sortFleet(rows);
  const loudest = (["alerting", "warning", "no-data"] as const).find((state) =>
    rows.some((row) => row.state === state),
  );
  const total = rows.length;
  if (loudest === undefined) {
    const checked = checkedMs === null ? "" : ` Last checked ${agoText(checkedMs, nowMs, zone)}.`;
    const judged = rows.filter((row) => row.state === "healthy" || row.state === "silenced").length;
    if (judged === total)
      return `${total === 1 ? "The one model is" : `All ${integer(total)} models are`} within ${total === 1 ? "its" : "their"} limits.${checked}`;
    if (judged === 0) return `No model can be judged yet: there are too few rows, or no reference.${checked}`;
    return `${integer(judged)} of ${integer(total)} models are within their limits; the rest cannot be judged yet.${checked}`;
  }
  const affected = sorted.filter((row) => row.state === loudest);
  const verb = { alerting: "alerting", warning: "at warning", "no-data": "without data" }[loudest];
  const named = affected.slice(0, NAMED_MAX).map((row) => {
    const sinceMs = parseInstant(row.since);
    return sinceMs === null ? row.model : `${row.model} ${sinceText(sinceMs, nowMs, zone)}`;
  });
  const more = affected.length > NAMED_MAX ? [`${integer(affected.length - NAMED_MAX)} more`] : [];
  return `${integer(affected.length)} of ${integer(total)} ${total === 1 ? "model" : "models"} ${affected.length === 1 ? "is" : "are"} ${verb}: ${listed([...named, ...more])}.`;
}

/** The most urgent open page, to stand under the sentence. */
export function firstPage(alerts: readonly AlertListItem[]): AlertListItem | null {
  const open = alerts.filter((alert) => alert.status === "open" || alert.status === "acknowledged");
  const rank = (alert: AlertListItem) =>
    (alert.severity === "page" ? 0 : 2) + (alert.status === "open" ? 0 : 1);
  return (
    [...open].sort((a, b) => rank(a) - rank(b) || Date.parse(b.openedAt) - Date.parse(a.openedAt))[0] ?? null
  );
}
