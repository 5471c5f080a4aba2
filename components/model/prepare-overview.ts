import { isOpenWindow } from "#components/charts/open-window.ts";
import type { LimitInput } from "#components/charts/prepare-time-series.ts";
import type { DriftRow } from "#components/drift/prepare-drift.ts";
import { compact, integer, NOTHING, percent, plural } from "#components/ui/format.ts";
import { metricInterval, metricLimit, metricShort, metricValue } from "#components/ui/metric-words.ts";
import type { StateShape } from "#components/ui/state.tsx";
import { agoText, DAY_MS, HOUR_MS, parseInstant, sinceText, windowText } from "#components/ui/time.ts";
import type { AlertListItem, MetricPoint, ModelDetail, TimelineEvent } from "#server/api/contract.ts";
import { findMetric } from "#server/metrics/registry.ts";

export interface OverviewInput {
  detail: ModelDetail;
  /** Null where the task has no main metric. */
  metric: string | null;
  main: readonly MetricPoint[];
  limits: readonly LimitInput[];
  /** Active alerts of the model. */
  alerts: readonly AlertListItem[];
  events: readonly TimelineEvent[];
  /** Null while it is being loaded. */
  drift: readonly DriftRow[] | null;
  volume: readonly MetricPoint[];
  coverage: readonly MetricPoint[];
  nulls: readonly MetricPoint[];
  newValues: readonly MetricPoint[];
  zone: string;
  nowMs: number;
}

/** The newest window whose labels have come; an open or immature one only where there is no other. */
export function settled(
  points: readonly MetricPoint[],
  watermarkMs: number | null = null,
): MetricPoint | null {
  const all = points.filter((point) => point.value !== null);
  const ended = all.filter((point) => !isOpenWindow(point, watermarkMs));
  const valued = ended.length > 0 ? ended : all;
  return (
    valued.filter((point) => point.status === "OK" || point.status === "LOW_N").at(-1) ??
    valued.at(-1) ??
    null
  );
}

const watermarkOf = (detail: ModelDetail) => parseInstant(detail.watermark);

export type Standing = "beyond" | "astride" | "inside" | "unwatched" | "low" | "unknown";

/** Where a number stands to the limit that is nearest to being broken. */
export function standingOf(point: MetricPoint | null, limits: readonly LimitInput[]): Standing {
  if (point === null || point.value === null) return "unknown";
  if (point.status === "LOW_N") return "low";
  const [limit] = limits;
  if (!limit) return "unwatched";
  const value = point.value;
  const beyond = (one: LimitInput, at: number) => (one.op === "above" ? at > one.value : at < one.value);
  const broken = limits.find((one) => beyond(one, value));
  if (!broken) return "inside";
  const near = broken.op === "above" ? (point.ci?.lo ?? value) : (point.ci?.hi ?? value);
  return beyond(broken, near) ? "beyond" : "astride";
}

const STANDING_SHAPES: Record<Standing, StateShape> = {
  beyond: "page",
  astride: "low",
  inside: "ok",
  unwatched: "ok",
  low: "low",
  unknown: "nodata",
};

export interface OverviewAnswer {
  shape: StateShape;
  say: string;
  more: string;
  /** The alert to open, with its words. */
  alert: { id: string; words: string } | null;
}

export function prepareAnswer(input: OverviewInput): OverviewAnswer {
  const { detail } = input;
  const loud = input.alerts.filter((alert) => alert.status !== "silenced" && alert.status !== "resolved");
  const alert = mostUrgent(loud);
  const now = settled(input.main, watermarkOf(detail));
  const shape = alert ? alert.severity : shapeWithoutAlert(input, now);
  if (detail.predictions === 0)
    return { shape: "nodata", say: `No row of ${detail.model} has arrived yet.`, more: "", alert: null };
  const sentences = [alertSentence(input, alert, now), performanceSentence(input, now), driftClause(input)];
  const [say = "", ...rest] = sentences.filter((sentence) => sentence !== null && sentence !== "");
  const isAboutAlert = alert !== null && sentences[0] !== null && alert.metric === input.metric;
  const more = isAboutAlert ? [historyWords(input, now), sentences[2]] : [...rest, historyWords(input, now)];
  return {
    shape,
    say: say ?? "",
    more: [...more, changeWords(input)].filter(Boolean).join(" "),
    alert: alert ? { id: alert.id, words: alertWords(alert, input) } : null,
  };
}

/** What is open speaks first, unless it is about the main number and the newest settled window says the same. */
function alertSentence(
  { metric, limits }: OverviewInput,
  alert: AlertListItem | null,
  now: MetricPoint | null,
): string | null {
  if (alert === null) return null;
  if (alert.metric === metric && standingOf(now, limits) === "beyond") return null;
  return `${alert.title.replace(/\.$/, "")}.`;
}

function mostUrgent(alerts: readonly AlertListItem[]): AlertListItem | null {
  const rank = (alert: AlertListItem) => (alert.severity === "page" ? 0 : 1);
  return (
    [...alerts].sort((a, b) => rank(a) - rank(b) || Date.parse(b.openedAt) - Date.parse(a.openedAt))[0] ??
    null
  );
}

function shapeWithoutAlert(input: OverviewInput, now: MetricPoint | null): StateShape {
  if (input.drift?.some((row) => row.verdict === "over" && !row.silenced)) return "ticket";
  const shape = STANDING_SHAPES[standingOf(now, input.limits)];
  if (shape === "page") return "ticket";
  return shape === "nodata" && input.drift?.some((row) => row.verdict === "within") ? "ok" : shape;
}

/** `AUC fell to 0.63 (95 % CI 0.61–0.65) in the week of 16 Sep, limit 0.70, 6,357 labelled rows.` */
function performanceSentence(
  { metric, main, limits, detail, zone }: OverviewInput,
  now: MetricPoint | null,
): string | null {
  if (metric === null) return null;
  const short = metricShort(metric);
  if (now === null || now.value === null)
    return detail.labelled === 0
      ? `No labels received, so ${short} is not known.`
      : `${short} has no value in this range.`;
  const value = metricValue(metric, now.value, "sentence");
  const interval = metricInterval(metric, now.ci, "sentence");
  const when = windowText(Date.parse(now.from), Date.parse(now.to), zone);
  const rows = `${integer(now.nCur)} labelled rows`;
  if (now.status === "LOW_N")
    return `Too few labels to judge ${short}: ${integer(now.nCur)} in ${inWindow(when)}.`;
  const limit = limits[0];
  const tail = `${interval ? ` (95 % CI ${interval})` : ""} ${inWindow(when, true)}${limit ? `, limit ${metricLimit(metric, limit.value)}` : ""}, ${rows}.`;
  const standing = standingOf(now, limits);
  if (standing === "beyond") return `${short} ${beyondWords(main, now, limit)} ${value}${tail}`;
  if (standing === "astride") return `${short} may be beyond its limit: ${value}${tail}`;
  return `${short} is ${value}${tail}`;
}

const inWindow = (when: string, preposition = false) =>
  when.startsWith("week") ? `${preposition ? "in " : ""}the ${when}` : `${preposition ? "on " : ""}${when}`;

/** The step that broke it, or that it is still broken. */
function beyondWords(
  points: readonly MetricPoint[],
  now: MetricPoint,
  limit: LimitInput | undefined,
): string {
  const before = previous(points, now);
  const side = limit?.op === "above" ? "above" : "below";
  if (before?.value == null || now.value === null) return `is ${side} its limit:`;
  if (side === "below" && before.value > now.value) return "fell to";
  if (side === "above" && before.value < now.value) return "rose to";
  return `is still ${side} its limit:`;
}

function previous(points: readonly MetricPoint[], now: MetricPoint): MetricPoint | null {
  const valued = points.filter((point) => point.value !== null);
  return valued[valued.indexOf(now) - 1] ?? null;
}

function historyWords({ metric, main }: OverviewInput, now: MetricPoint | null): string {
  if (metric === null || now === null) return "";
  const before = previous(main, now);
  return before?.value == null
    ? ""
    : `It was ${metricValue(metric, before.value, "sentence")} the window before.`;
}

function driftClause({ drift }: OverviewInput): string {
  if (drift === null) return "";
  const judged = drift.filter((row) => row.verdict !== "none" && row.verdict !== "low");
  if (judged.length === 0) return "Drift cannot be judged yet.";
  const over = judged.filter((row) => row.verdict === "over" && !row.silenced);
  const hushed = judged.filter((row) => row.verdict === "over" && row.silenced).length;
  const silenced = hushed > 0 ? `, ${integer(hushed)} more silenced` : "";
  if (over.length === 0) return `No input is over its drift limit${silenced}.`;
  return `${plural(over.length, "input is", "inputs are")} over ${over.length === 1 ? "its" : "their"} drift limit${silenced}.`;
}

const LOOK_BACK_MS = 14 * DAY_MS;
/** What changed shortly before, which is what everyone asks first. */
function changeWords({ events, main, detail }: OverviewInput): string {
  const end = parseInstant(settled(main, watermarkOf(detail))?.from);
  if (end === null) return "";
  const recent = events.filter((event) => {
    const at = Date.parse(event.at);
    return (
      at > end - LOOK_BACK_MS && at <= end + DAY_MS && event.kind !== "note" && event.kind !== "new-category"
    );
  });
  if (recent.length === 0) return "No version, schema or monitor changed in the 14 days before.";
  return `${plural(recent.length, "change")} of version, schema or monitor in the 14 days before.`;
}

function alertWords(alert: AlertListItem, { nowMs, zone }: OverviewInput): string {
  const owner = alert.assignee ?? alert.acknowledgedBy;
  const since = sinceText(Date.parse(alert.openedAt), nowMs, zone);
  return `The ${alert.severity} has been open ${since}${owner ? `, ${owner} owns it` : " and has no owner"}.`;
}

export interface TileModel {
  key: "performance" | "drift" | "quality" | "volume" | "labels";
  shape: StateShape;
  name: string;
  value: string | null;
  unit: string;
  detail: string;
  trend: (number | null)[];
  limit: number | null;
  limitLevel: "page" | "ticket";
  bars: boolean;
}

const TREND_POINTS = 14;
const trendOf = (points: readonly MetricPoint[]) => points.slice(-TREND_POINTS).map((point) => point.value);

export function prepareTiles(input: OverviewInput): TileModel[] {
  return [performanceTile(input), driftTile(input), qualityTile(input), volumeTile(input), labelsTile(input)];
}

const PLAIN = { limit: null, limitLevel: "page", bars: false } as const;

function performanceTile({ metric, main, limits, alerts, detail }: OverviewInput): TileModel {
  const base = { ...PLAIN, key: "performance" as const, name: "Performance" };
  const now = settled(main, watermarkOf(detail));
  if (metric === null || now === null || now.value === null)
    return {
      ...base,
      shape: "nodata",
      value: null,
      unit: "",
      detail: detail.labelled === 0 ? "no labels received" : "no value in this range",
      trend: [],
    };
  const limit = limits[0] ?? null;
  const interval = metricInterval(metric, now.ci);
  const parts = [
    interval,
    `n ${integer(now.nCur)}`,
    limit ? `limit ${metricLimit(metric, limit.value)}` : "no monitor",
  ];
  return {
    ...base,
    shape:
      now.status === "LOW_N"
        ? "low"
        : (firing(alerts, metric) ??
          (standingOf(now, limits) === "beyond" ? "ticket" : STANDING_SHAPES[standingOf(now, limits)])),
    value: metricValue(metric, now.value),
    unit: metricShort(metric),
    detail: parts.filter(Boolean).join(" · "),
    trend: trendOf(main),
    limit: limit?.value ?? null,
    limitLevel: limit?.severity ?? "page",
  };
}

/** The loudest open alert on that metric decides the shape; silenced ones do not. */
function firing(alerts: readonly AlertListItem[], metric: string | null): StateShape | null {
  const open = alerts.filter(
    (alert) =>
      (metric === null || alert.metric === metric) &&
      alert.status !== "silenced" &&
      alert.status !== "resolved",
  );
  if (open.some((alert) => alert.severity === "page")) return "page";
  return open.length > 0 ? "ticket" : null;
}

function driftTile({ drift }: OverviewInput): TileModel {
  const base = { ...PLAIN, key: "drift" as const, name: "Drift" };
  if (drift === null) return { ...base, shape: "wait", value: null, unit: "", detail: "", trend: [] };
  const features = drift.filter((row) => row.feature !== "@output");
  const judged = features.filter((row) => row.verdict !== "none");
  if (judged.length === 0)
    return {
      ...base,
      shape: "learning",
      value: null,
      unit: "",
      detail: features.length === 0 ? "no features in this range" : "no reference yet",
      trend: [],
    };
  const over = judged.filter((row) => row.verdict === "over" && !row.silenced);
  const hushed = judged.filter((row) => row.verdict === "over" && row.silenced).length;
  const maybe = judged.filter((row) => row.verdict === "may-be" && !row.silenced).length;
  const strongest = over[0] ?? features[0];
  const parts = [
    hushed > 0 ? `${integer(hushed)} more silenced` : "",
    maybe > 0 ? `${integer(maybe)} may be over` : "",
  ].filter(Boolean);
  return {
    ...base,
    shape: over.length > 0 ? "ticket" : judged.every((row) => row.verdict === "low") ? "low" : "ok",
    value: integer(over.length),
    unit: `of ${integer(features.length)} over limit`,
    detail: parts.join(" · ") || `strongest: ${strongest?.label ?? NOTHING}`,
    trend: strongest ? trendOf(strongest.points) : [],
    limit: strongest?.limit ?? null,
    limitLevel: "ticket",
  };
}

const NEW_LIMIT = 0.01;
function qualityTile({ nulls, newValues, alerts, detail }: OverviewInput): TileModel {
  const base = { ...PLAIN, key: "quality" as const, name: "Data quality" };
  const now = settled(nulls, watermarkOf(detail));
  const latest = new Map<string, MetricPoint>();
  for (const point of newValues)
    if (point.feature !== null && point.value !== null) latest.set(point.feature, point);
  const fresh = [...latest.values()].filter((point) => (point.value ?? 0) > 0);
  const many = fresh.filter((point) => (point.ci?.lo ?? point.value ?? 0) > NEW_LIMIT);
  const open = alerts.filter((alert) => findMetric(alert.metric)?.group === "quality");
  if (now === null)
    return { ...base, shape: "nodata", value: null, unit: "", detail: "no rows in this range", trend: [] };
  return {
    ...base,
    shape: open.length > 0 ? (firing(open, null) ?? "silenced") : many.length > 0 ? "ticket" : "ok",
    value: percent(now.value ?? 0),
    unit: "missing",
    detail:
      fresh.length > 0
        ? `new values in ${fresh
            .map((point) => point.feature)
            .slice(0, 2)
            .join(", ")}${fresh.length > 2 ? ` and ${fresh.length - 2} more` : ""}`
        : "no new values",
    trend: trendOf(nulls),
  };
}

function volumeTile({ volume, detail, nowMs, zone, alerts }: OverviewInput): TileModel {
  const base = { ...PLAIN, key: "volume" as const, name: "Volume", bars: true };
  const ended = volume.filter((point) => !isOpenWindow(point, watermarkOf(detail)));
  const last = ended.at(-1) ?? volume.at(-1);
  const received = parseInstant(detail.lastReceivedAt);
  const newest = received === null ? "" : `newest ${agoText(received, nowMs, zone)}`;
  if (!last || last.value === null)
    return { ...base, shape: "nodata", value: null, unit: "", detail: newest || "no rows yet", trend: [] };
  const hours = (Date.parse(last.to) - Date.parse(last.from)) / HOUR_MS;
  const total = volume.reduce((sum, point) => sum + (point.value ?? 0), 0);
  const quiet = alerts.some((alert) => alert.kind === "no-data" && alert.status !== "resolved");
  const perHour = (last.value ?? 0) / hours;
  return {
    ...base,
    shape: quiet || last.value === 0 ? "nodata" : "ok",
    value: perHour > 0 && perHour < 1 ? "<1" : compact(Math.round(perHour)),
    unit: "rows/h",
    detail: [`${integer(total)} in range`, newest].filter(Boolean).join(" · "),
    trend: volume.slice(-2 * TREND_POINTS).map((point) => point.value ?? 0),
  };
}

/** Labels come late, so the newest window is never the one to judge by. */
function labelsTile({ coverage, detail }: OverviewInput): TileModel {
  const base = { ...PLAIN, key: "labels" as const, name: "Labels" };
  if (detail.labelled === 0)
    return {
      ...base,
      shape: "wait",
      value: "0",
      unit: `of ${compact(detail.predictions)}`,
      detail: "none received yet",
      trend: [],
    };
  const ended = coverage.filter((point) => point.value !== null && !isOpenWindow(point, watermarkOf(detail)));
  const mature = ended.filter((point) => point.status !== "IMMATURE");
  const last = mature.at(-2) ?? mature.at(-1) ?? ended.at(-1);
  const newest = ended.at(-1);
  return {
    ...base,
    shape: last ? "ok" : "wait",
    value: last?.value == null ? null : percent(last.value),
    unit: "labelled",
    detail:
      newest && newest !== last
        ? `newest window ${percent(newest.value ?? 0, 0)}`
        : `${compact(detail.labelled)} in all`,
    trend: trendOf(coverage),
  };
}
