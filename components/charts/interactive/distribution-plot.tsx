"use client";
import { Bar, CartesianGrid, ComposedChart, Tooltip, XAxis, YAxis } from "recharts";
import { AXIS_HEIGHT_PX, GUTTER_RIGHT_PX } from "#components/charts/chart-geometry.ts";
import { GRID, NO_MOTION, yAxisProps } from "#components/charts/interactive/axis-props.ts";
import type { DistributionModel, DistributionRow } from "#components/charts/prepare-distribution.ts";
import { integer, percent } from "#components/ui/format.ts";

export interface DistributionPlotProps {
  model: DistributionModel;
  width: number;
  height: number;
  activeIndex: number | null;
}

const MARGIN = { top: 8, right: GUTTER_RIGHT_PX, bottom: 0, left: 0 };

/** Now is filled; the reference is the outline over the same bins. */
export function DistributionPlot({ model, width, height, activeIndex }: DistributionPlotProps) {
  const data = model.rows.map((row, index) => ({ ...row, index, reference: row.reference ?? 0 }));
  const active = activeIndex === null ? null : model.rows[activeIndex]?.label;
  return (
    <ComposedChart
      width={width}
      height={height}
      data={data}
      margin={MARGIN}
      barCategoryGap={0}
      barGap={0}
      accessibilityLayer={false}
      throttleDelay="raf"
    >
      <CartesianGrid {...GRID} />
      <XAxis xAxisId="now" dataKey="label" {...CATEGORY_AXIS} />
      <XAxis xAxisId="reference" dataKey="label" hide />
      <YAxis {...yAxisProps(model.axis.domain, model.axis.ticks)} />
      <Bar
        xAxisId="now"
        dataKey="current"
        shape={(props: BarShape) => (
          <rect
            {...edges(props)}
            fill="var(--s1)"
            fillOpacity={props.payload?.label === active ? 0.7 : 0.4}
          />
        )}
        {...NO_MOTION}
      />
      {model.hasReference ? (
        <Bar
          xAxisId="reference"
          dataKey="reference"
          shape={(props: BarShape) => <Outline {...props} />}
          {...NO_MOTION}
        />
      ) : null}
      <Tooltip
        isAnimationActive={false}
        cursor={false}
        wrapperStyle={{ zIndex: 10 }}
        content={(props) => <DistributionTip row={rowOf(props.payload)} />}
      />
    </ComposedChart>
  );
}

const CATEGORY_AXIS = {
  type: "category" as const,
  height: AXIS_HEIGHT_PX,
  axisLine: { stroke: "var(--border)" },
  tickLine: false,
  tickMargin: 4,
  interval: "equidistantPreserveStart" as const,
  minTickGap: 8,
  tick: { fontSize: 11, fill: "var(--axis)" },
};

interface BarShape {
  x?: number | string;
  y?: number | string;
  width?: number | string;
  height?: number | string;
  payload?: { label?: string };
}
const number = (value: number | string | undefined) => (typeof value === "number" ? value : 0);
function edges({ x, y, width, height }: BarShape) {
  return {
    x: number(x) + 1,
    y: number(y),
    width: Math.max(0, number(width) - 2),
    height: Math.max(0, number(height)),
  };
}
function Outline(props: BarShape) {
  const { x, y, width } = { x: number(props.x), y: number(props.y), width: number(props.width) };
  const bottom = y + number(props.height);
  return (
    <path
      d={`M${x} ${bottom}V${y}H${x + width}V${bottom}`}
      fill="none"
      stroke="var(--reference)"
      strokeWidth={1.5}
    />
  );
}

function rowOf(payload: readonly { payload?: unknown }[] | undefined): DistributionRow | null {
  const inner = payload?.[0]?.payload;
  return typeof inner === "object" && inner !== null ? (inner as DistributionRow) : null; // the rows given above
}

function DistributionTip({ row }: { row: DistributionRow | null }) {
  if (row === null) return null;
  return (
    <div className="tip">
      <b>{row.label}</b>
      <dl>
        <dt>now</dt>
        <dd>
          <b>{percent(row.current)}</b> ({integer(row.currentCount)})
        </dd>
        {row.referenceCount === null ? null : (
          <>
            <dt>reference</dt>
            <dd>
              {percent(row.reference ?? 0)} ({integer(row.referenceCount)})
            </dd>
          </>
        )}
        {row.part === null ? null : (
          <>
            <dt>of the difference</dt>
            <dd>{percent(row.part, 0)}</dd>
          </>
        )}
      </dl>
    </div>
  );
}
