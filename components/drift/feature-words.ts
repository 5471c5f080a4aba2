import type { DistributionModel } from "#components/charts/prepare-distribution.ts";
import { type DriftRow, VERDICT_WORDS } from "#components/drift/prepare-drift.ts";
import { integer, listed, percent, quantity } from "#components/ui/format.ts";
import {
  metricInterval,
  metricLimit,
  metricShort,
  metricValue,
  statusWords,
} from "#components/ui/metric-words.ts";
import { dayText } from "#components/ui/time.ts";
import type { Distribution, MetricPoint } from "#server/api/contract.ts";

/** What one number says about its limit, in one sentence. */
export function limitSentence(
  name: string,
  metric: string,
  point: MetricPoint | null,
  limit: number,
): string {
  if (point === null) return `There is no ${metricShort(metric)} of ${name} in this range.`;
  const short = metricShort(metric);
  const value = metricValue(metric, point.value);
  const interval = metricInterval(metric, point.ci);
  const limitText = metricLimit(metric, limit);
  const rows = `${integer(point.nCur)} rows`;
  if (point.value === null)
    return `${short} of ${name} has no value: ${statusWords(point) ?? "it cannot be computed"}.`;
  if (point.status === "LOW_N")
    return `Too few rows to judge ${name}: ${integer(point.nCur)}. Value so far ${value}${interval ? ` (${interval})` : ""}.`;
  if (point.value <= limit)
    return `${name} is within its limit: ${short} ${value} of ${limitText}${interval ? ` (${interval})` : ""}, ${rows}.`;
  if ((point.ci?.lo ?? point.value) <= limit)
    return `${name} may have moved: ${short} ${value}, but the interval ${interval} includes the limit ${limitText}.`;
  return `${name} has moved: ${short} ${value}${interval ? `, 95 % CI ${interval}` : ""}, limit ${limitText}, ${rows}.`;
}

/** How it moved: median and the bin that carries most, or the values that changed most. */
export function movementWords(distribution: Distribution, model: DistributionModel): string {
  const parts: string[] = [];
  const { reference, current } = distribution;
  if (distribution.type === "number" && current.p50 !== null) {
    parts.push(
      reference?.p50 != null && reference.p50 !== current.p50
        ? `Median ${quantity(reference.p50)} → ${quantity(current.p50)}`
        : `Median ${quantity(current.p50)}${reference?.p50 != null ? ", as in the reference" : ""}`,
    );
    if (model.driver?.part)
      parts.push(`${model.driver.label} carries ${percent(model.driver.part, 0)} of the difference`);
  }
  const [top] = model.rows;
  if (distribution.type === "category" && top && top.reference !== null && top.kind === "value")
    parts.push(`${top.label} ${percent(top.reference)} → ${percent(top.current)}`);
  if (distribution.newValues.length > 0) parts.push(newValueWords(distribution));
  return parts.length > 0 ? `${parts.join("; ")}.` : "";
}

const NEW_MAX = 3;
function newValueWords({ newValues, current }: Distribution): string {
  const named = newValues.slice(0, NEW_MAX).map(({ value }) => value);
  const more = newValues.length > NEW_MAX ? [`${integer(newValues.length - NEW_MAX)} more`] : [];
  const rows = newValues.reduce((sum, { count }) => sum + count, 0);
  const share = current.n > 0 ? `, ${percent(rows / current.n)} of rows` : "";
  return `${listed([...named, ...more])} never seen in the reference${share}`;
}

export function sinceSentence(row: DriftRow, zone: string): string {
  return row.overSinceMs === null ? "" : `Over its limit since ${dayText(row.overSinceMs, zone)}.`;
}

export function verdictWord(row: DriftRow): string {
  return row.silenced ? "Silenced" : VERDICT_WORDS[row.verdict];
}
