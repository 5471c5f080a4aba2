"use client";
import { CartesianGrid, ComposedChart, Line, Tooltip, XAxis, YAxis, ZIndexLayer } from "recharts";
import { GUTTER_RIGHT_PX, type PlotBox, plotBox } from "#components/charts/chart-geometry.ts";
import { GRID, NO_MOTION, xAxisProps, yAxisProps } from "#components/charts/interactive/axis-props.ts";
import type { CurveModel } from "#components/charts/prepare-curve.ts";
import { linear } from "#components/charts/scale.ts";
import { fixed } from "#components/ui/format.ts";

export interface CurvePlotProps {
  model: CurveModel;
  width: number;
  height: number;
  activeT: number | null;
}

const TOP = 8;
const MARGIN = { top: TOP, right: GUTTER_RIGHT_PX, bottom: 0, left: 0 };

export function CurvePlot({ model, width, height, activeT }: CurvePlotProps) {
  const box = plotBox(width, height, TOP);
  const ticksX = model.ticksX.map(({ value, label }) => ({ at: value, label }));
  return (
    <ComposedChart
      width={width}
      height={height}
      margin={MARGIN}
      accessibilityLayer={false}
      throttleDelay="raf"
    >
      <CartesianGrid {...GRID} />
      <XAxis dataKey="x" {...xAxisProps(model.domainX, ticksX)} />
      <YAxis {...yAxisProps(model.domainY, model.ticksY)} />
      <CurveBands model={model} box={box} />
      {model.series.map((series) => (
        <Line
          key={series.key}
          name={series.label}
          data={[...series.points]}
          dataKey="y"
          type="linear"
          stroke={series.colour}
          strokeWidth={series.dots ? 0 : series.dashed ? 1 : 1.5}
          strokeDasharray={series.dashed ? "4 3" : undefined}
          dot={false}
          activeDot={series.dashed ? false : { r: 4 }}
          {...NO_MOTION}
        />
      ))}
      <ZIndexLayer zIndex={700}>
        <CurveMarks model={model} box={box} activeT={activeT} />
      </ZIndexLayer>
      <Tooltip
        isAnimationActive={false}
        cursor={{ stroke: "var(--fg)", strokeWidth: 1 }}
        wrapperStyle={{ zIndex: 10 }}
        content={(props) => <CurveTip model={model} point={pointOf(props.payload)} />}
      />
    </ComposedChart>
  );
}

function CurveBands({ model, box }: { model: CurveModel; box: PlotBox }) {
  const x = linear(model.domainX, [box.left, box.right]);
  const y = linear(model.domainY, [box.bottom, box.top]);
  const within = (value: number, [lo, hi]: [number, number]) => Math.min(hi, Math.max(lo, value));
  const place = (point: { x: number; y: number }) =>
    `${x(within(point.x, model.domainX))} ${y(within(point.y, model.domainY))}`;
  return (
    <g>
      {model.series.map(({ key, colour, band }) =>
        band === undefined || band.upper.length === 0 ? null : (
          <path
            key={key}
            d={`M${[...band.upper, ...[...band.lower].reverse()].map(place).join("L")}Z`}
            fill={colour}
            fillOpacity={0.16}
            stroke={colour}
            strokeOpacity={0.35}
          />
        ),
      )}
    </g>
  );
}

function CurveMarks({ model, box, activeT }: { model: CurveModel; box: PlotBox; activeT: number | null }) {
  const x = linear(model.domainX, [box.left, box.right]);
  const y = linear(model.domainY, [box.bottom, box.top]);
  return (
    <g>
      {model.diagonal ? (
        <line
          x1={box.left}
          x2={box.right}
          y1={y(model.domainX[0])}
          y2={y(model.domainX[1])}
          stroke="var(--muted)"
          strokeDasharray="1 3"
        />
      ) : null}
      {model.series
        .filter((series) => series.dots)
        .flatMap((series) =>
          series.points.map((point) => (
            <g key={`${series.key} ${point.x}`} stroke={series.colour}>
              {point.lo === undefined || point.hi === undefined ? null : (
                <line x1={x(point.x)} x2={x(point.x)} y1={y(point.lo)} y2={y(point.hi)} strokeWidth={1.5} />
              )}
              <circle cx={x(point.x)} cy={y(point.y)} r={3} fill={series.colour} stroke="none" />
            </g>
          )),
        )}
      {model.marks.map((mark) => (
        <g key={mark.label}>
          <circle
            cx={x(mark.x)}
            cy={y(mark.y)}
            r={4.5}
            fill={mark.hollow ? "var(--bg)" : "var(--fg)"}
            stroke="var(--fg)"
            strokeWidth={1.5}
          />
          <text className="fg" x={Math.min(x(mark.x) + 9, box.right - 80)} y={y(mark.y) + 12}>
            {mark.label}
          </text>
        </g>
      ))}
      {activeT === null ? null : (
        <line x1={x(activeT)} x2={x(activeT)} y1={box.top} y2={box.bottom} stroke="var(--fg)" />
      )}
    </g>
  );
}

interface CurvePoint {
  x: number;
  y: number;
  lo?: number;
  hi?: number;
  note?: string;
}
function pointOf(payload: readonly { payload?: unknown }[] | undefined): CurvePoint | null {
  const inner = payload?.[0]?.payload;
  return typeof inner === "object" && inner !== null ? (inner as CurvePoint) : null; // the points given above
}

function CurveTip({ model, point }: { model: CurveModel; point: CurvePoint | null }) {
  if (point === null) return null;
  return (
    <div className="tip">
      {point.note ? <b>{point.note}</b> : null}
      <dl>
        <dt>{model.xLabel}</dt>
        <dd>{fixed(point.x, 3)}</dd>
        <dt>{model.yLabel}</dt>
        <dd>
          <b>{fixed(point.y, 3)}</b>
          {point.lo === undefined || point.hi === undefined
            ? ""
            : ` ${fixed(point.lo, 3)}–${fixed(point.hi, 3)}`}
        </dd>
      </dl>
    </div>
  );
}
