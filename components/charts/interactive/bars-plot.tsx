"use client";
import { useMemo } from "react";
import { Bar, CartesianGrid, ComposedChart, Tooltip, XAxis, YAxis } from "recharts";
import { GUTTER_RIGHT_PX, plotBox } from "#components/charts/chart-geometry.ts";
import { GRID, NO_MOTION, xAxisProps, yAxisProps } from "#components/charts/interactive/axis-props.ts";
import type { BarRow, BarsModel } from "#components/charts/prepare-bars.ts";
import { linear } from "#components/charts/scale.ts";
import { timeTicks } from "#components/charts/time-ticks.ts";
import { integer, percent, range } from "#components/ui/format.ts";
import { windowText } from "#components/ui/time.ts";

export interface BarsPlotProps {
  model: BarsModel;
  width: number;
  height: number;
  activeT: number | null;
}

const TOP = 8;
const MARGIN = { top: TOP, right: GUTTER_RIGHT_PX, bottom: 0, left: 0 };
const GAP_PX = 1;

export function BarsPlot({ model, width, height, activeT }: BarsPlotProps) {
  const box = plotBox(width, height, TOP);
  const x = linear(model.domainX, [box.left, box.right]);
  const y = linear(model.domainY, [box.bottom, box.top]);
  const ticks = useMemo(
    () => timeTicks(model.domainX[0], model.domainX[1], box.right - box.left, model.zone),
    [model.domainX, model.zone, box.right, box.left],
  );
  // Before a band the bars are darker, so that they stand out from it.
  const hasBand = model.rows.some((row) => row.expected);
  const shape = (opacity: number) => (props: ShapeProps) => <OneBar {...props} x0={x} opacity={opacity} />;
  return (
    <ComposedChart
      width={width}
      height={height}
      data={model.rows}
      margin={MARGIN}
      accessibilityLayer={false}
      throttleDelay="raf"
    >
      <CartesianGrid {...GRID} />
      <XAxis dataKey="t" {...xAxisProps(model.domainX, ticks)} />
      <YAxis {...yAxisProps(model.domainY, model.ticksY)} />
      <Expected rows={model.rows} x={x} y={y} />
      <Bar dataKey="filled" stackId="all" barSize={2} shape={shape(0.55)} {...NO_MOTION} />
      <Bar dataKey="rest" stackId="all" barSize={2} shape={shape(hasBand ? 0.5 : 0.25)} {...NO_MOTION} />
      {activeT === null ? null : (
        <line x1={x(activeT)} x2={x(activeT)} y1={box.top} y2={box.bottom} stroke="var(--fg)" />
      )}
      <Tooltip
        isAnimationActive={false}
        cursor={false}
        wrapperStyle={{ zIndex: 10 }}
        content={(props) => <BarsTip model={model} row={rowOf(props.payload)} />}
      />
    </ComposedChart>
  );
}

/** What was expected behind the bars, and a mark on each that is out of it. */
function Expected({
  rows,
  x,
  y,
}: {
  rows: readonly BarRow[];
  x: (at: number) => number;
  y: (value: number) => number;
}) {
  const bands = rows.flatMap(({ fromMs, toMs, expected }) =>
    expected ? [`M${x(fromMs)} ${y(expected.lo)}H${x(toMs)}V${y(expected.hi)}H${x(fromMs)}z`] : [],
  );
  return (
    <g>
      <path d={bands.join("")} fill="var(--reference)" fillOpacity={0.28} />
      {rows.map((row) => (row.verdict ? <Verdict key={row.fromMs} row={row} x={x} y={y} /> : null))}
    </g>
  );
}

const MARK_PX = 4;
/** An arrow that points the way the count went. */
function Verdict({ row, x, y }: { row: BarRow; x: (at: number) => number; y: (value: number) => number }) {
  const middle = x(row.t);
  const tip = y(row.total) - (row.verdict === "low" ? 2 : 2 + 2 * MARK_PX);
  const base = row.verdict === "low" ? tip - 2 * MARK_PX : tip + 2 * MARK_PX;
  return (
    <path
      d={`M${middle} ${tip}L${middle - MARK_PX} ${base}H${middle + MARK_PX}z`}
      fill="var(--ticket)"
      stroke="var(--bg)"
      strokeWidth={0.75}
    />
  );
}

interface ShapeProps {
  y?: number | string;
  height?: number | string;
  payload?: BarRow;
}
/** As wide as its window, whatever the spacing of the others. */
function OneBar({
  y,
  height,
  payload,
  x0,
  opacity,
}: ShapeProps & { x0: (at: number) => number; opacity: number }) {
  if (!payload || typeof y !== "number" || typeof height !== "number" || height === 0) return <g />;
  const left = x0(payload.fromMs) + GAP_PX / 2;
  const width = Math.max(1, x0(payload.toMs) - x0(payload.fromMs) - GAP_PX);
  if (payload.open)
    return (
      <rect
        x={left}
        y={y}
        width={width}
        height={height}
        fill="var(--muted)"
        fillOpacity={opacity / 3}
        stroke="var(--muted)"
        strokeDasharray="2 2"
      />
    );
  return <rect x={left} y={y} width={width} height={height} fill="var(--muted)" fillOpacity={opacity} />;
}

function rowOf(payload: readonly { payload?: unknown }[] | undefined): BarRow | null {
  const inner = payload?.[0]?.payload;
  return typeof inner === "object" && inner !== null ? (inner as BarRow) : null; // the rows given above
}

function BarsTip({ model, row }: { model: BarsModel; row: BarRow | null }) {
  if (row === null) return null;
  return (
    <div className="tip">
      <b>{windowText(row.fromMs, row.toMs, model.zone)}</b>
      {row.open ? <p className="subtle">window still open</p> : null}
      <dl>
        <dt>{model.noun}</dt>
        <dd>
          <b>{integer(row.total)}</b>
        </dd>
        {row.expected ? (
          <>
            <dt>expected</dt>
            <dd>
              {range(row.expected.lo, row.expected.hi, integer)}
              {row.verdict ? `, ${row.verdict}` : ""}
            </dd>
          </>
        ) : null}
        {row.part === null ? null : (
          <>
            <dt>{model.partWord}</dt>
            <dd>
              {integer(row.part)}
              {row.total > 0 ? ` (${percent(row.part / row.total)})` : ""}
            </dd>
          </>
        )}
      </dl>
    </div>
  );
}
