"use client";
import { lazy, type ReactNode, Suspense } from "react";
import { ChartFigure } from "#components/charts/chart-figure.tsx";
import { EventLane } from "#components/charts/event-lane.tsx";
import { SeriesLegend } from "#components/charts/legend.tsx";
import type { BarsModel } from "#components/charts/prepare-bars.ts";
import type { CurveModel } from "#components/charts/prepare-curve.ts";
import type { DistributionModel } from "#components/charts/prepare-distribution.ts";
import type { TimeSeriesModel } from "#components/charts/prepare-time-series.ts";
import { Empty } from "#components/ui/block.tsx";
import type { TimelineEvent } from "#server/api/contract.ts";

const load = () => import("#components/charts/interactive.tsx");
const TimeSeriesPlot = lazy(async () => ({ default: (await load()).TimeSeriesPlot }));
const BarsPlot = lazy(async () => ({ default: (await load()).BarsPlot }));
const DistributionPlot = lazy(async () => ({ default: (await load()).DistributionPlot }));
const CurvePlot = lazy(async () => ({ default: (await load()).CurvePlot }));

export interface ChartProps<Model> {
  title: ReactNode;
  sub?: ReactNode;
  className?: string;
  end?: ReactNode;
  /** Replaces the generated legend. */
  legend?: ReactNode;
  above?: ReactNode;
  below?: ReactNode;
  height?: number;
  busy?: boolean;
  model: Model;
}
export interface TimeSeriesChartProps extends ChartProps<TimeSeriesModel> {
  /** Drawn in a lane above, over the same time axis. */
  events?: readonly TimelineEvent[];
  /** What to say and do where there is no value at all. */
  whenEmpty?: ReactNode;
  /** Dragging over the plot chooses a range of time. */
  onRange?: (range: { fromMs: number; toMs: number }) => void;
}

/** A metric over time with its interval, limits, alerts and version breaks. Prepare it with `prepareTimeSeries`. */
export function TimeSeriesChart({
  model,
  height = 220,
  legend,
  events,
  above,
  whenEmpty,
  onRange,
  ...rest
}: TimeSeriesChartProps) {
  return (
    <ChartFigure
      {...rest}
      {...model}
      height={height}
      legend={legend === undefined ? <SeriesLegend model={model} /> : legend}
      above={
        events ? (
          <EventLane events={events} fromMs={model.domainX[0]} toMs={model.domainX[1]} zone={model.zone} />
        ) : (
          above
        )
      }
      empty={model.empty ? (whenEmpty ?? <Empty icon="nodata" title="No value in this range." />) : undefined}
    >
      {({ width, active }) => (
        <Suspense>
          <TimeSeriesPlot
            model={model}
            width={width}
            height={height}
            activeT={active === null ? null : (model.rows[active]?.t ?? null)}
            onRange={onRange}
          />
        </Suspense>
      )}
    </ChartFigure>
  );
}

/** Counts by window. Prepare it with `prepareBars`. */
export function BarsChart({ model, height = 168, ...rest }: ChartProps<BarsModel>) {
  return (
    <ChartFigure
      {...rest}
      {...model}
      height={height}
      empty={model.empty ? <Empty icon="nodata" title="Nothing in this range." /> : undefined}
    >
      {({ width, active }) => (
        <Suspense>
          <BarsPlot
            model={model}
            width={width}
            height={height}
            activeT={active === null ? null : (model.rows[active]?.t ?? null)}
          />
        </Suspense>
      )}
    </ChartFigure>
  );
}

/** Reference against now over the same bins. Prepare it with `prepareDistribution`. */
export function DistributionChart({ model, height = 168, ...rest }: ChartProps<DistributionModel>) {
  return (
    <ChartFigure
      {...rest}
      {...model}
      height={height}
      readings={model.table.rows.map((row) => ({ text: row.shown.join(", ") }))}
      empty={model.rows.length === 0 ? <Empty icon="nodata" title="No rows in this range." /> : undefined}
    >
      {({ width, active }) => (
        <Suspense>
          <DistributionPlot model={model} width={width} height={height} activeIndex={active} />
        </Suspense>
      )}
    </ChartFigure>
  );
}

/** Two quantities against each other. Prepare it with `prepareCurve`. */
export function CurveChart({ model, height = 260, ...rest }: ChartProps<CurveModel>) {
  return (
    <ChartFigure {...rest} {...model} height={height}>
      {({ width, active }) => (
        <Suspense>
          <CurvePlot
            model={model}
            width={width}
            height={height}
            activeT={active === null ? null : (model.readings[active]?.t ?? null)}
          />
        </Suspense>
      )}
    </ChartFigure>
  );
}

/** The distribution plot alone, for places that have their own frame and table. */
export function DistributionPicture({
  model,
  width,
  height = 110,
}: {
  model: DistributionModel;
  width: number;
  height?: number;
}) {
  return (
    <Suspense fallback={<div style={{ height }} />}>
      <DistributionPlot model={model} width={width} height={height} activeIndex={null} />
    </Suspense>
  );
}
