"use client";
import { useMemo } from "react";
import { Area, CartesianGrid, ComposedChart, Line, Tooltip, XAxis, YAxis, ZIndexLayer } from "recharts";
import { GUTTER_RIGHT_PX, plotBox, TOP_PX } from "#components/charts/chart-geometry.ts";
import { GRID, NO_MOTION, xAxisProps, yAxisProps } from "#components/charts/interactive/axis-props.ts";
import { Back, Front } from "#components/charts/interactive/time-series-layers.tsx";
import { TimeSeriesTip } from "#components/charts/interactive/time-series-tip.tsx";
import { type DragRange, useDragRange } from "#components/charts/interactive/use-drag-range.ts";
import {
  type PlotLine,
  type PlotRow,
  ROLE_COLOURS,
  type TimeSeriesModel,
} from "#components/charts/prepare-time-series.ts";
import { timeTicks } from "#components/charts/time-ticks.ts";

export interface TimeSeriesPlotProps {
  model: TimeSeriesModel;
  width: number;
  height: number;
  /** The instant that the reader stands at by keyboard. */
  activeT: number | null;
  onRange?: (range: DragRange) => void;
}

const MARGIN = { top: TOP_PX, right: GUTTER_RIGHT_PX, bottom: 0, left: 0 };

export function TimeSeriesPlot({ model, width, height, activeT, onRange }: TimeSeriesPlotProps) {
  const box = plotBox(width, height);
  const ticks = useMemo(
    () => timeTicks(model.domainX[0], model.domainX[1], box.right - box.left, model.zone),
    [model.domainX, model.zone, box.right, box.left],
  );
  const data = useMemo(() => model.rows.map((row) => ({ ...row.cells, t: row.t, row })), [model.rows]);
  const layers = { model, box };
  const { drag, handlers } = useDragRange(box, model.domainX, onRange);
  return (
    <div className={onRange ? "draggable" : undefined} {...handlers}>
      <ComposedChart
        width={width}
        height={height}
        data={data}
        margin={MARGIN}
        accessibilityLayer={false}
        throttleDelay="raf"
      >
        <CartesianGrid {...GRID} />
        <XAxis dataKey="t" {...xAxisProps(model.domainX, ticks)} />
        <YAxis {...yAxisProps(model.domainY, model.ticksY)} />
        <Back {...layers} />
        {model.lines
          .filter((line) => line.hasOuter)
          .map((line) => (
            <Area
              key={`${line.key}_outer`}
              dataKey={`${line.key}_outer`}
              type="linear"
              stroke={ROLE_COLOURS[line.role]}
              strokeWidth={1}
              strokeOpacity={0.45}
              strokeDasharray="1 3"
              fill={ROLE_COLOURS[line.role]}
              fillOpacity={0.08}
              connectNulls={false}
              activeDot={false}
              dot={false}
              {...NO_MOTION}
            />
          ))}
        {model.lines.map((line) => (
          <Area
            key={`${line.key}_band`}
            dataKey={`${line.key}_band`}
            type="linear"
            stroke={ROLE_COLOURS[line.role]}
            strokeWidth={1}
            strokeOpacity={0.45}
            fill={ROLE_COLOURS[line.role]}
            fillOpacity={line.tail ? 0.08 : 0.18}
            connectNulls={false}
            activeDot={false}
            dot={false}
            {...NO_MOTION}
          />
        ))}
        {model.lines.map((line) => (
          <Line
            key={line.key}
            dataKey={line.key}
            type="linear"
            stroke={ROLE_COLOURS[line.role]}
            strokeWidth={2}
            strokeOpacity={line.tail ? 0.6 : 1}
            strokeDasharray={line.tail ? "2 3" : line.role === "estimate" ? "6 4" : undefined}
            connectNulls={false}
            dot={(props: DotProps) => (
              <Dot key={props.index} {...props} line={line} all={model.dots} rows={model.rows} />
            )}
            activeDot={{ r: 4, fill: ROLE_COLOURS[line.role], stroke: "var(--bg)", strokeWidth: 2 }}
            {...NO_MOTION}
          />
        ))}
        <ZIndexLayer zIndex={700}>
          <Front {...layers} activeT={activeT} />
          {drag ? (
            <rect
              x={Math.min(drag.startPx, drag.endPx)}
              width={Math.abs(drag.endPx - drag.startPx)}
              y={box.top}
              height={box.bottom - box.top}
              fill="var(--primary)"
              opacity={0.12}
            />
          ) : null}
        </ZIndexLayer>
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: "var(--fg)", strokeWidth: 1 }}
          content={(props) => (
            <TimeSeriesTip
              model={model}
              row={rowOf(props.payload)}
              hint={onRange ? "Drag to zoom" : undefined}
            />
          )}
          wrapperStyle={{ zIndex: 10 }}
        />
      </ComposedChart>
    </div>
  );
}

function rowOf(payload: readonly { payload?: unknown }[] | undefined): PlotRow | null {
  const inner = payload?.[0]?.payload;
  if (typeof inner !== "object" || inner === null || !("row" in inner)) return null;
  return inner.row as PlotRow; // put there above
}

interface DotProps {
  cx?: number;
  cy?: number;
  index: number;
  value?: unknown;
}

/** Filled where the window is settled, hollow where it is not; lone windows always get one. */
function Dot({
  cx,
  cy,
  index,
  value,
  line,
  all,
  rows,
}: DotProps & { line: PlotLine; all: boolean; rows: PlotRow[] }) {
  const point = rows[index]?.points[line.seriesKey];
  if (cx === undefined || cy === undefined || value == null || !point) return null;
  if (line.tail !== (point.certainty === "open")) return null;
  const lone = rows[index - 1]?.cells[line.key] == null && rows[index + 1]?.cells[line.key] == null;
  if (!all && !lone && point.certainty === "sure") return null;
  const colour = point.certainty === "low" ? "var(--nodata)" : ROLE_COLOURS[line.role];
  return point.certainty === "sure" ? (
    <circle cx={cx} cy={cy} r={3} fill={colour} />
  ) : (
    <circle cx={cx} cy={cy} r={3} fill="var(--bg)" stroke={colour} strokeWidth={1.5} />
  );
}
