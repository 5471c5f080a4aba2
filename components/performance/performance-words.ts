import { windowAdjective } from "#components/monitors/monitor-words.ts";
import { integer, percent } from "#components/ui/format.ts";
import { metricInterval, metricLimit, metricShort, metricValue } from "#components/ui/metric-words.ts";
import { windowText } from "#components/ui/time.ts";
import type { MetricDefinition, MetricPoint, Monitor } from "#server/api/contract.ts";
import { metricsForTask } from "#server/metrics/registry.ts";
import type { Task } from "#server/models/schema.ts";

const MAIN: Record<Task, string> = {
  binary: "roc_auc",
  multiclass: "accuracy",
  regression: "mae",
  ranking: "ndcg@10",
};

/** The metrics that judge predictions by their labels, the one that people ask for first at the head. */
export function performanceMetrics(task: Task): MetricDefinition[] {
  const all = metricsForTask(task).filter((metric) => metric.group === "performance");
  const main = all.filter((metric) => metric.id === MAIN[task]);
  return [...main, ...all.filter((metric) => metric.id !== MAIN[task])];
}

/** The newest window whose labels have come; an immature one would flatter or slander the model. */
export function lastMature(points: readonly MetricPoint[]): MetricPoint | null {
  return points.findLast((point) => point.value !== null && point.status === "OK") ?? null;
}

export function lastKnown(points: readonly MetricPoint[]): MetricPoint | null {
  return lastMature(points) ?? points.findLast((point) => point.value !== null) ?? null;
}

/** Whether the whole interval is beyond a limit, or only the value is. */
export function verdictOn(
  point: MetricPoint,
  monitor: Pick<Monitor, "limit" | "op" | "severity"> | null,
): "over" | "may-be" | "within" | "unwatched" | "too-few" {
  if (point.value === null || point.status === "LOW_N") return "too-few";
  if (monitor === null) return "unwatched";
  const beyond = (value: number) => (monitor.op === "above" ? value > monitor.limit : value < monitor.limit);
  if (!beyond(point.value)) return "within";
  if (point.ci === null) return "over";
  return beyond(monitor.op === "above" ? point.ci.lo : point.ci.hi) ? "over" : "may-be";
}

/** `AUC was 0.63 (0.61–0.65) in the last window with mature labels (week of 16 Sep); limit 0.70, 6,357 labelled rows.` */
export function performanceSentence(
  metric: string,
  points: readonly MetricPoint[],
  monitor: Pick<Monitor, "limit" | "op" | "severity" | "window"> | null,
  window: string,
  zone: string,
): string {
  const short = metricShort(metric);
  const point = lastKnown(points);
  if (point === null || point.value === null)
    return `${short} cannot be told: no labels have come for this range.`;
  const interval = metricInterval(metric, point.ci, "sentence");
  const value = `${metricValue(metric, point.value, "sentence")}${interval ? ` (95 % CI ${interval})` : ""}`;
  const when = windowText(Date.parse(point.from), Date.parse(point.to), zone);
  const rows = `${integer(point.nCur)} labelled rows`;
  if (point.status === "LOW_N")
    return `Too few labels to judge ${short} (${when}): ${rows}; so far ${value}.`;
  const mature =
    point.status === "OK"
      ? `in the last window with mature labels (${when})`
      : `so far (${when}, labels still arrive)`;
  const other =
    monitor !== null && monitor.window !== window ? ` on ${windowAdjective(monitor.window)} windows` : "";
  const limit =
    monitor === null ? "no monitor watches it" : `limit ${metricLimit(metric, monitor.limit)}${other}`;
  return `${short} was ${value} ${mature}; ${limit}, ${rows}.`;
}

/** How many labels there are, and how many windows still wait. */
export function coverageSentence(coverage: readonly MetricPoint[], points: readonly MetricPoint[]): string {
  const rows = coverage.reduce((sum, point) => sum + point.nCur, 0);
  const labelled = coverage.reduce((sum, point) => sum + (point.value ?? 0) * point.nCur, 0);
  if (rows === 0) return "No predictions in this range.";
  const waiting = points.filter((point) => point.status === "IMMATURE").length;
  if (labelled === 0) return `0 of ${integer(rows)} predictions in this range have labels.`;
  const share = `${percent(labelled / rows)} of ${integer(rows)} predictions in this range have labels`;
  if (waiting === 0) return `${share}.`;
  return `${share}; in ${integer(waiting)} ${waiting === 1 ? "window" : "windows"} they still arrive.`;
}

/** The monitor that would speak first about this metric: the strictest, pages before tickets. */
export function watchingMonitor(
  monitors: readonly Monitor[],
  metric: string,
  segment: string | undefined,
): Monitor | null {
  const watching = monitors.filter(
    (monitor) =>
      monitor.enabled &&
      monitor.metric === metric &&
      monitor.feature === null &&
      monitor.segment === (segment ?? null),
  );
  const strictness = (monitor: Monitor) => (monitor.op === "above" ? -monitor.limit : monitor.limit);
  return (
    [...watching].sort(
      (a, b) =>
        Number(b.severity === "page") - Number(a.severity === "page") || strictness(b) - strictness(a),
    )[0] ?? null
  );
}
