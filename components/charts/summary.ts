import type { LimitInput, TimeSeriesInput } from "#components/charts/prepare-time-series.ts";
import { plural } from "#components/ui/format.ts";
import { metricInterval, metricLimit, metricShort, metricValue } from "#components/ui/metric-words.ts";
import { dayText, rangeText } from "#components/ui/time.ts";
import type { MetricPoint } from "#server/api/contract.ts";

/**
 * `AUC for flight-late, 25 Mar – 22 Sep, 26 windows of 7 d. Last 0.633 (0.613–0.654), below the limit 0.70. …`
 * What a chart says to someone who cannot see it.
 */
export function seriesSummary(input: TimeSeriesInput): string {
  const [main] = input.series;
  const points = main?.points ?? [];
  const judged = points.filter((point) => point.value !== null);
  const short = metricShort(input.metric);
  const range = rangeText(input.fromMs, input.toMs, input.zone, input.toMs);
  const head = `${short} for ${input.subject}, ${range}, ${plural(points.length, "window")}.`;
  const last = judged.at(-1);
  if (!last || last.value === null) return `${head} No value in this range.`;
  const interval = metricInterval(input.metric, last.ci);
  const value = `Last ${metricValue(input.metric, last.value)}${interval ? ` (${interval})` : ""}`;
  const limit = closestLimit(last.value, input.limits ?? []);
  const relation = limit
    ? `, ${relationTo(limit, last)} the limit ${metricLimit(input.metric, limit.value)}`
    : "";
  return [head, `${value}${relation}.`, alertWords(input), gapWords(points, judged.length), breakWords(input)]
    .filter(Boolean)
    .join(" ");
}

function closestLimit(value: number, limits: readonly LimitInput[]): LimitInput | null {
  return limits.reduce<LimitInput | null>(
    (best, one) => (best === null || Math.abs(one.value - value) < Math.abs(best.value - value) ? one : best),
    null,
  );
}

function relationTo(limit: LimitInput, point: MetricPoint): string {
  const { ci, value } = point;
  if (value === null) return "against";
  if (ci && ci.lo <= limit.value && limit.value <= ci.hi) return "its interval includes";
  return value > limit.value ? "above" : "below";
}

function alertWords({ alerts = [] }: TimeSeriesInput): string {
  if (alerts.length === 0) return "";
  const open = alerts.filter((alert) => alert.toMs === null).length;
  return `${plural(alerts.length, "alert")}${open > 0 ? `, ${open} still open` : ""}.`;
}

function gapWords(points: readonly MetricPoint[], judged: number): string {
  const missing = points.length - judged;
  return missing > 0 ? `${plural(missing, "window")} without a value.` : "";
}

function breakWords({ series, zone }: TimeSeriesInput): string {
  const points = series[0]?.points ?? [];
  const changes = points.flatMap((point, index) => {
    const before = points[index - 1]?.version;
    if (!before || !point.version || before === point.version) return [];
    return [`${point.version} replaced ${before} on ${dayText(Date.parse(point.from), zone)}.`];
  });
  return changes.join(" ");
}
