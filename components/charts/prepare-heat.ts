import { fixed, integer, times } from "#components/ui/format.ts";
import { metricInterval, metricShort, metricValue, statusWords } from "#components/ui/metric-words.ts";
import { windowText } from "#components/ui/time.ts";
import type { MetricPoint } from "#server/api/contract.ts";

/** Upper edges of the steps of value ÷ limit; the break at 1 is between step 4 and 5. */
const HEAT_EDGES = [0.25, 0.5, 0.75, 1, 1.5, 2.5] as const;
export const HEAT_STEPS = HEAT_EDGES.length + 1;

export function heatStep(ratio: number): number {
  const at = HEAT_EDGES.findIndex((edge) => ratio < edge);
  return at < 0 ? HEAT_STEPS : at + 1;
}

export interface HeatCell {
  fromMs: number;
  toMs: number;
  /** Null: nothing to judge there. */
  step: number | null;
  kind: "value" | "low" | "empty";
  /** 0 inside the limit, 1 over it, 2 far over it: corner notches that read without colour. */
  notches: 0 | 1 | 2;
  open: boolean;
  ratio: number | null;
  version: string | null;
  text: string;
}

/** One feature through time, as value ÷ limit, so that rows can be compared with each other. */
export function prepareHeatRow(
  points: readonly MetricPoint[],
  limit: number,
  zone: string,
  name: string,
): HeatCell[] {
  return points.map((point) => {
    const fromMs = Date.parse(point.from);
    const toMs = Date.parse(point.to);
    const when = windowText(fromMs, toMs, zone);
    const base = { fromMs, toMs, version: point.version, open: point.status === "PARTIAL" };
    if (point.value === null) {
      const why = statusWords(point) ?? "no value";
      return {
        ...base,
        step: null,
        kind: "empty" as const,
        notches: 0 as const,
        ratio: null,
        text: `${name}, ${when}: ${why}`,
      };
    }
    const ratio = point.value / limit;
    const low = point.status === "LOW_N";
    return {
      ...base,
      step: low ? null : heatStep(ratio),
      kind: low ? ("low" as const) : ("value" as const),
      notches: low ? 0 : notchesOf(ratio),
      ratio,
      text: `${name}, ${when}: ${times(ratio)} the limit, ${valueWords(point)}`,
    };
  });
}

function notchesOf(ratio: number): 0 | 1 | 2 {
  if (ratio >= 2.5) return 2;
  return ratio >= 1 ? 1 : 0;
}
function valueWords(point: MetricPoint): string {
  const interval = metricInterval(point.metric, point.ci);
  const words = statusWords(point);
  return `${metricShort(point.metric)} ${metricValue(point.metric, point.value)}${interval ? ` (${interval})` : ""}, n ${integer(point.nCur)}${words ? `, ${words}` : ""}`;
}

/** Places along a row where the reference changed: values left and right do not compare. */
export function versionChanges(cells: readonly HeatCell[]): number[] {
  const changes: number[] = [];
  let before: string | null = null;
  for (const [index, cell] of cells.entries()) {
    if (cell.version === null) continue;
    if (before !== null && before !== cell.version) changes.push(index);
    before = cell.version;
  }
  return changes;
}

/** Width of the bar of value ÷ limit, whose tick at the half is the limit. */
export function ratioBarPercent(ratio: number): number {
  return Number(fixed(Math.min(100, Math.max(0, ratio * 50)), 1));
}
