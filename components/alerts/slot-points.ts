import type { BacktestSlot, MetricPoint, MonitorRule } from "#server/api/contract.ts";

/** Slots name the end of their window; charts want points with both ends. */
export function slotPoints(
  slots: readonly BacktestSlot[],
  rule: MonitorRule,
  windowMs: number,
): MetricPoint[] {
  return slots.map((slot) => ({
    from: new Date(Date.parse(slot.at) - windowMs).toISOString(),
    to: slot.at,
    metric: rule.metric,
    version: slot.version,
    feature: rule.feature,
    segment: rule.segment,
    value: slot.value,
    ci: slot.lo === null || slot.hi === null ? null : { lo: slot.lo, hi: slot.hi, level: 0.95, method: "" },
    nRef: null,
    nCur: slot.n,
    status: slot.status,
    revision: 0,
    refId: null,
    method: "",
  }));
}
