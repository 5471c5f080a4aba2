"use client";
import { useMemo } from "react";
import { useAsk } from "#components/api/use-api.ts";
import { GUTTER_LEFT_PX, GUTTER_RIGHT_PX } from "#components/charts/chart-geometry.ts";
import { TimeSeriesChart } from "#components/charts/charts.tsx";
import { EventLane } from "#components/charts/event-lane.tsx";
import { bandsOf, limitsOf, prepareTimeSeries } from "#components/charts/prepare-time-series.ts";
import { type CoverageBar, coverageBars } from "#components/performance/coverage-strip-model.ts";
import { BY_WINDOW } from "#components/shell/time-range.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { metricShort } from "#components/ui/metric-words.ts";
import type { AlertListItem, MetricPoint, Monitor } from "#server/api/contract.ts";
import { findMetric } from "#server/metrics/registry.ts";

export interface MetricOverTimeProps {
  scope: Scope;
  metric: string;
  points: readonly MetricPoint[];
  coverage: readonly MetricPoint[];
  monitors: readonly Monitor[];
  alerts: readonly AlertListItem[];
  busy: boolean;
}

/** The metric by window with limits, alerts and version breaks; under it how far the labels have come. */
export function MetricOverTime({
  scope,
  metric,
  points,
  coverage,
  monitors,
  alerts,
  busy,
}: MetricOverTimeProps) {
  const { fromMs, toMs, zone, model, segment } = scope;
  const events = useAsk("models.events", { model, from: scope.asked.from, to: scope.asked.to });
  const chart = useMemo(() => {
    const watched = { metric, feature: null, segment };
    return prepareTimeSeries({
      metric,
      subject: segment ? `${model}, ${segment.replace(":", " ")}` : model,
      fromMs,
      toMs,
      zone,
      series: [{ key: "realised", label: metricShort(metric), role: "live", points }],
      limits: limitsOf(monitors, watched),
      alerts: bandsOf(
        alerts.filter((alert) => alert.kind === "breach"),
        watched,
      ),
    });
  }, [metric, model, segment, fromMs, toMs, zone, points, monitors, alerts]);
  const bars = useMemo(() => {
    const waiting = new Set(points.filter((point) => point.status === "IMMATURE").map((point) => point.from));
    return coverageBars(coverage, waiting, { fromMs, toMs, zone });
  }, [coverage, points, fromMs, toMs, zone]);
  return (
    <TimeSeriesChart
      className="c8"
      title={capital(BY_WINDOW[scope.window])}
      sub={`${findMetric(metric)?.label ?? metric}, 95 % interval of each window`}
      height={252}
      busy={busy}
      model={chart}
      above={<EventLane events={events.data ?? []} fromMs={fromMs} toMs={toMs} zone={zone} />}
      below={<CoverageStrip bars={bars} />}
    />
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const HEIGHT = 40;

function CoverageStrip({ bars }: { bars: readonly CoverageBar[] }) {
  const spoken = bars.length === 0 ? "No predictions" : `Labels by window. Newest: ${bars.at(-1)?.words}`;
  return (
    <div className="coverage">
      <p>Labels by window: share that has come; hatched: still arriving</p>
      <div className="coverage-plot">
        <span className="axis" aria-hidden="true">
          <span>100 %</span>
          <span>0 %</span>
        </span>
        <div
          className="bars"
          role="img"
          aria-label={spoken}
          style={{ marginLeft: GUTTER_LEFT_PX, marginRight: GUTTER_RIGHT_PX, height: HEIGHT }}
        >
          {bars.map((bar) => (
            <span
              key={bar.fromMs}
              title={bar.words}
              data-waiting={bar.waiting || undefined}
              style={{ left: `${100 * bar.left}%`, width: `calc(${100 * bar.width}% - 1px)` }}
            >
              <i style={{ height: `${100 * bar.share}%` }} />
            </span>
          ))}
        </div>
      </div>
    </div>
  );
}
