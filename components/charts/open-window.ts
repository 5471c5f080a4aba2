import type { MetricPoint } from "#server/api/contract.ts";

/** Rows of this window may still come: it is shown, but nothing is judged by it. */
export function isOpenWindow(point: MetricPoint, watermarkMs: number | null): boolean {
  return point.status === "PARTIAL" || (watermarkMs !== null && Date.parse(point.to) > watermarkMs);
}
