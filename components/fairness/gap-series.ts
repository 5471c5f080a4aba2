import type { LimitInput, SeriesInput } from "#components/charts/prepare-time-series.ts";
import type { Unit } from "#components/fairness/fairness-words.ts";
import type { MetricPoint } from "#server/api/contract.ts";
import type { FairnessPoint } from "#server/api/contracts/fairness.ts";

/** Gaps as a chart wants them, shares in percentage points: each window by itself, and all rows so far. */
export function gapSeries(points: readonly FairnessPoint[], unit: Unit): SeriesInput[] {
  const scale = unit === "points" ? 100 : 1;
  const windows = points.map((point) => toPoint(point, scale, point));
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

/** The ends of the tolerance as thin lines. */
export function gapLimits(unit: Unit, tolerance: number | null): LimitInput[] {
  const line = (value: number, op: "above" | "below", label: string): LimitInput => ({
    value,
    severity: "ticket",
    op,
    label,
    advisory: true,
  });
  if (unit === "ratio") return [line(0.8, "below", "0.8"), line(1.25, "above", "1.25")];
  if (tolerance === null) return [];
  const reach = unit === "points" ? 100 * tolerance : tolerance;
  return [line(-reach, "below", "tolerance"), line(reach, "above", "tolerance")];
}
