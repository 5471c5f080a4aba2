import type { SegmentRow } from "#server/api/contract.ts";
import { findMetric } from "#server/metrics/registry.ts";

export const SEGMENTS_SHOWN = 5;

interface RankedSegments {
  judged: SegmentRow[];
  /** Too few rows: counted, not ranked, so that tiny groups do not win. */
  small: number;
  domain: [number, number];
}

/** Worst first, by the end of the interval that is kinder to the segment. */
export function rankSegments(rows: readonly SegmentRow[], metric: string): RankedSegments {
  const judged = rows.filter((row) => row.point.value !== null && row.point.status !== "LOW_N");
  const lowerIsWorse = findMetric(metric)?.worse === "lower";
  const kind = ({ point }: SegmentRow) =>
    lowerIsWorse ? (point.ci?.hi ?? point.value ?? 0) : -(point.ci?.lo ?? point.value ?? 0);
  const sorted = [...judged].sort((a, b) => kind(a) - kind(b));
  const shown = sorted.slice(0, SEGMENTS_SHOWN);
  const ends = shown.flatMap(({ point }) => [
    point.ci?.lo ?? point.value ?? 0,
    point.ci?.hi ?? point.value ?? 0,
  ]);
  const lo = Math.min(...ends);
  const hi = Math.max(...ends);
  const pad = (hi - lo || 1) * 0.1;
  return {
    judged: sorted,
    small: rows.length - judged.length,
    domain: ends.length > 0 ? [lo - pad, hi + pad] : [0, 1],
  };
}
