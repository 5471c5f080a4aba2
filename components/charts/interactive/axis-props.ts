import { AXIS_HEIGHT_PX, GUTTER_LEFT_PX } from "#components/charts/chart-geometry.ts";
import type { NumberTick } from "#components/charts/scale.ts";

const TEXT = { fontSize: 11, fill: "var(--axis)" };

function labelOf(ticks: readonly NumberTick[]): (value: number) => string {
  const labels = new Map(ticks.map((tick) => [tick.value, tick.label]));
  return (value) => labels.get(value) ?? "";
}

export function yAxisProps(domain: [number, number], ticks: readonly NumberTick[]) {
  return {
    type: "number" as const,
    domain,
    ticks: ticks.map((tick) => tick.value),
    tickFormatter: labelOf(ticks),
    width: GUTTER_LEFT_PX,
    axisLine: false,
    tickLine: false,
    tickMargin: 6,
    interval: 0 as const,
    allowDataOverflow: true,
    tick: TEXT,
  };
}

export function xAxisProps(domain: [number, number], ticks: readonly { at: number; label: string }[]) {
  const labels = new Map(ticks.map((tick) => [tick.at, tick.label]));
  return {
    type: "number" as const,
    domain,
    ticks: ticks.map((tick) => tick.at),
    tickFormatter: (value: number) => labels.get(value) ?? "",
    height: AXIS_HEIGHT_PX,
    axisLine: { stroke: "var(--border)" },
    tickLine: { stroke: "var(--border)" },
    tickSize: 4,
    tickMargin: 2,
    interval: 0 as const,
    allowDataOverflow: true,
    tick: TEXT,
  };
}

export const GRID = { vertical: false, stroke: "var(--grid)" } as const;
export const NO_MOTION = { isAnimationActive: false, animationDuration: 0 } as const;
