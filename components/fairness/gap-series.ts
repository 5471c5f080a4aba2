import type { SeriesInput } from "#components/charts/prepare-time-series.ts";
import type { Unit } from "#components/fairness/fairness-words.ts";
import type { MetricPoint } from "#server/api/contract.ts";
import type { FairnessPoint } from "#server/api/contracts/fairness.ts";

/** A day with a handful of rows must not squeeze all others. */
const RATIO_SHOWN_MAX = 5;

/** Gaps as a chart wants them, shares in percentage points: each window by itself, and all rows so far. */
export function gapSeries(points: readonly FairnessPoint[], unit: Unit): SeriesInput[] {
  const scale = unit === "points" ? 100 : 1;
  const windows = points.map((point) => toPoint(point, scale, { ...point, ci: capped(point.ci, unit) }));
  const soFar = points
    .filter((point) => point.soFar !== null)
    .map((point) =>
      toPoint(point, scale, {
        value: point.soFar?.value ?? null,
        ci: point.soFar === null ? null : { ...point.soFar, level: 0.95, method: "sequence" },
        n: point.soFar?.n ?? 0,
        status: "OK",
      }),
    );
  const own: SeriesInput = { key: "window", label: "each window", role: "live", points: windows };
  if (soFar.length === 0) return [own];
  return [
    own,
    { key: "so-far", label: "all rows so far, right at every look", role: "estimate", points: soFar },
  ];
}

function capped(ci: FairnessPoint["ci"], unit: Unit): FairnessPoint["ci"] {
  if (ci === null || unit !== "ratio") return ci;
  return { ...ci, hi: Math.max(ci.lo, Math.min(RATIO_SHOWN_MAX, ci.hi)) };
}

function toPoint(
  { from, to }: FairnessPoint,
  scale: number,
  { value, ci, n, status }: Pick<FairnessPoint, "value" | "ci" | "n" | "status">,
): MetricPoint {
  return {
    from,
    to,
    metric: "gap",
    version: null,
    feature: null,
    segment: null,
    value: value === null ? null : value * scale,
    ci: ci === null ? null : { ...ci, lo: ci.lo * scale, hi: ci.hi * scale },
    nRef: null,
    nCur: n,
    status,
    revision: 0,
    refId: null,
    method: ci?.method ?? "",
  };
}

/** The ends of the tolerance. */
export function gapLines(unit: Unit, tolerance: number | null): number[] {
  if (unit === "ratio") return [0.8, 1.25];
  if (tolerance === null) return [];
  const reach = unit === "points" ? 100 * tolerance : tolerance;
  return [-reach, reach];
}
