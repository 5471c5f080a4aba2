import { type ChartTable, chartCsv } from "#components/charts/chart-table.ts";
import type { NumberTick } from "#components/charts/scale.ts";
import { fixed } from "#components/ui/format.ts";

/** Two quantities against each other: ROC, precision and recall, calibration. */
export interface CurveInput {
  title: string;
  xLabel: string;
  yLabel: string;
  series: readonly {
    key: string;
    label: string;
    colour: string;
    dashed?: boolean;
    /** Dots with intervals instead of a line. */
    dots?: boolean;
    points: readonly { x: number; y: number; lo?: number; hi?: number; note?: string }[];
    /** The area between two lines, drawn under the line; both run the same way. */
    band?: { lower: readonly { x: number; y: number }[]; upper: readonly { x: number; y: number }[] };
  }[];
  domainX?: [number, number];
  domainY?: [number, number];
  diagonal?: boolean;
  marks?: readonly { x: number; y: number; label: string; hollow: boolean }[];
}
export interface CurveModel extends Required<Pick<CurveInput, "xLabel" | "yLabel" | "series" | "diagonal">> {
  domainX: [number, number];
  domainY: [number, number];
  ticksX: NumberTick[];
  ticksY: NumberTick[];
  marks: NonNullable<CurveInput["marks"]>;
  summary: string;
  readings: { t: number; text: string }[];
  table: ChartTable;
  csv: string;
}

const ticksOf = ([lo, hi]: [number, number]): NumberTick[] =>
  [lo, (lo + hi) / 2, hi].map((value) => ({ value, label: fixed(value, hi - lo < 0.5 ? 2 : 1) }));

export function prepareCurve(input: CurveInput): CurveModel {
  const domainX = input.domainX ?? [0, 1];
  const domainY = input.domainY ?? [0, 1];
  const table = tableOf(input);
  const [main] = input.series;
  return {
    xLabel: input.xLabel,
    yLabel: input.yLabel,
    series: input.series,
    diagonal: input.diagonal ?? false,
    domainX,
    domainY,
    ticksX: ticksOf(domainX),
    ticksY: ticksOf(domainY),
    marks: input.marks ?? [],
    summary: `${input.title}: ${input.yLabel} against ${input.xLabel}, ${main?.points.length ?? 0} points. ${(
      input.marks ?? []
    )
      .map(
        (mark) => `${mark.label}: ${input.xLabel} ${fixed(mark.x, 2)}, ${input.yLabel} ${fixed(mark.y, 2)}.`,
      )
      .join(" ")}`.trim(),
    readings: (main?.points ?? []).map((point) => ({
      t: point.x,
      text: `${input.xLabel} ${fixed(point.x, 3)}, ${input.yLabel} ${fixed(point.y, 3)}${point.note ? `, ${point.note}` : ""}`,
    })),
    table,
    csv: chartCsv(table),
  };
}

function tableOf(input: CurveInput): ChartTable {
  return {
    caption: input.title,
    columns: ["Series", input.xLabel, input.yLabel, "95 % interval"],
    numeric: [1, 2, 3],
    csvColumns: ["series", input.xLabel, input.yLabel, "lo", "hi"],
    rows: input.series.flatMap((series) =>
      series.points.map((point, index) => ({
        key: `${series.key} ${index}`,
        shown: [
          series.label,
          fixed(point.x, 3),
          fixed(point.y, 3),
          point.lo === undefined || point.hi === undefined
            ? ""
            : `${fixed(point.lo, 3)}–${fixed(point.hi, 3)}`,
        ],
        exact: [series.label, point.x, point.y, point.lo ?? null, point.hi ?? null],
      })),
    ),
  };
}
