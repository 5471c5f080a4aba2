import { NOTHING } from "#components/ui/format.ts";
import { metricInterval, metricValue } from "#components/ui/metric-words.ts";
import type { MetricPoint } from "#server/api/contract.ts";

/** `0.24 (0.21–0.26)`; grey, without a verdict, when there are too few rows. */
export function IntervalText({
  point,
}: {
  point: Pick<MetricPoint, "metric" | "value" | "ci" | "status"> | null;
}) {
  if (point === null || point.value === null) return <span className="subtle">{NOTHING}</span>;
  const interval = metricInterval(point.metric, point.ci);
  return (
    <span className={point.status === "LOW_N" ? "subtle nowrap" : "nowrap"}>
      {metricValue(point.metric, point.value)} {interval ? <span className="ci">({interval})</span> : null}
    </span>
  );
}
