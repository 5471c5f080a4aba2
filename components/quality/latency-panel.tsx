import { TimeSeriesChart } from "#components/charts/charts.tsx";
import { prepareTimeSeries, type SeriesRole } from "#components/charts/prepare-time-series.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { useSetRange } from "#components/shell/use-set-range.ts";
import { Empty } from "#components/ui/block.tsx";
import { Panel } from "#components/ui/panel.tsx";
import type { MetricPoint } from "#server/api/contract.ts";
import type { LatencyPoint, QualityAnswer } from "#server/api/contracts/quality.ts";

const QUANTILES: readonly { key: "p50" | "p95" | "p99"; label: string; role: SeriesRole }[] = [
  { key: "p50", label: "median", role: "live" },
  { key: "p95", label: "95th percentile", role: "challenger" },
  { key: "p99", label: "99th percentile", role: "estimate" },
];
const ROWS_FOR_P99 = 100;

export function LatencyPanel({ answer, scope }: { answer: QualityAnswer; scope: Scope }) {
  const setRange = useSetRange();
  if (answer.latency.length === 0) return <NoLatency />;
  const model = prepareTimeSeries({
    metric: "latency_p95",
    subject: scope.model,
    fromMs: scope.fromMs,
    toMs: scope.toMs,
    zone: scope.zone,
    series: QUANTILES.map(({ key, label, role }) => ({
      key,
      label,
      role,
      points: answer.latency.map((point) => metricPoint(point, key)),
    })),
  });
  return (
    <TimeSeriesChart
      className="c12"
      title="Latency"
      sub="of a prediction, as its sender measured it"
      model={model}
      height={200}
      onRange={setRange}
    />
  );
}

function NoLatency() {
  return (
    <Panel className="c12" title="Latency">
      <Empty icon="nodata" title="No row of this range says how long it took.">
        <p>
          Send <code>latency_ms</code> with each prediction to see its median, 95th and 99th percentile here.
        </p>
      </Empty>
    </Panel>
  );
}

function metricPoint(point: LatencyPoint, key: "p50" | "p95" | "p99"): MetricPoint {
  const value = point[key];
  const few = key === "p99" && point.n < ROWS_FOR_P99;
  return {
    from: point.from,
    to: point.to,
    metric: `latency_${key}`,
    version: null,
    feature: null,
    segment: null,
    value,
    ci: null,
    nRef: null,
    nCur: point.n,
    status: value === null ? "EMPTY" : few ? "LOW_N" : "OK",
    revision: 0,
    refId: null,
    method: `latency_${key}/v1`,
  };
}
