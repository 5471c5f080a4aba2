"use client";
import { useAsk } from "#components/api/use-api.ts";
import { performanceMetrics } from "#components/performance/performance-words.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { Loaded } from "#components/ui/block.tsx";
import { integer, NOTHING } from "#components/ui/format.ts";
import { metricInterval, metricShort, metricValue } from "#components/ui/metric-words.ts";
import { Panel } from "#components/ui/panel.tsx";
import { rangeText, windowText } from "#components/ui/time.ts";
import type { MetricPoint } from "#server/api/contract.ts";

/** Every performance metric in the last judged window and over the whole range. */
export function MetricNumbers({ scope, last }: { scope: Scope; last: MetricPoint | null }) {
  const metrics = performanceMetrics(scope.detail.task);
  const ids = metrics.map((metric) => metric.id).join(",");
  const whole = useAsk("metrics.query", { ...scope.asked, metric: ids, window: "all" });
  const window = useAsk(
    "metrics.query",
    { ...scope.asked, from: last?.from, to: last?.to, metric: ids, window: "all" },
    { enabled: last !== null },
  );
  const inWindow = valuesOf(window.data?.points);
  return (
    <Panel className="c4" title="Numbers" sub="from labels, 95 % interval">
      <Loaded query={whole} what="the numbers" height={320}>
        {(answer) => {
          const inRange = valuesOf(answer.points);
          return (
            <table className="numbers">
              <thead>
                <tr>
                  <th scope="col">
                    <span className="sr">Metric</span>
                  </th>
                  <th scope="col" className="num">
                    {last
                      ? windowText(Date.parse(last.from), Date.parse(last.to), scope.zone)
                      : "Last window"}
                  </th>
                  <th scope="col" className="num">
                    {rangeText(scope.fromMs, scope.toMs, scope.zone, scope.nowMs)}
                  </th>
                </tr>
              </thead>
              <tbody>
                {metrics.map((metric) => (
                  <tr key={metric.id}>
                    <th scope="row" title={metric.description}>
                      {metricShort(metric.id)}
                    </th>
                    <NumberCell point={inWindow.get(metric.id)} />
                    <NumberCell point={inRange.get(metric.id)} />
                  </tr>
                ))}
                <tr>
                  <th scope="row">Labelled rows</th>
                  <td className="num">{rowsOf(inWindow)}</td>
                  <td className="num">{rowsOf(inRange)}</td>
                </tr>
              </tbody>
            </table>
          );
        }}
      </Loaded>
    </Panel>
  );
}

/** One point a metric; where a range has two champions the last one's. */
function valuesOf(points: readonly MetricPoint[] | undefined): Map<string, MetricPoint> {
  return new Map((points ?? []).map((point) => [point.metric, point]));
}

function rowsOf(values: ReadonlyMap<string, MetricPoint>): string {
  const most = Math.max(-1, ...[...values.values()].map((point) => point.nCur));
  return most < 0 ? NOTHING : integer(most);
}

function NumberCell({ point }: { point: MetricPoint | undefined }) {
  if (!point || point.value === null) return <td className="num subtle">{NOTHING}</td>;
  return (
    <td className={point.status === "LOW_N" ? "num subtle" : "num"}>
      {metricValue(point.metric, point.value)}
      <span className="second">{metricInterval(point.metric, point.ci)}</span>
    </td>
  );
}
