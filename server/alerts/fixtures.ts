import type { BacktestSlot, MonitorRule } from "#server/api/contract.ts";

/** Building blocks for tests: a rule of one-hour windows, and slots counted in windows since 1970. */
export const HOUR_MS = 3_600_000;

export function ruleOf(more: Partial<MonitorRule> = {}): MonitorRule {
  return {
    metric: "psi@10",
    feature: "@output",
    segment: null,
    version: null,
    window: "1h",
    op: "above",
    limit: 0.2,
    decide: "window",
    clear: null,
    wholeInterval: true,
    minN: 100,
    forWindows: 1,
    keepWindows: 1,
    noDataWindows: null,
    ...more,
  };
}

export function slotOf(index: number, value: number | null, more: Partial<BacktestSlot> = {}): BacktestSlot {
  return {
    at: new Date(index * HOUR_MS).toISOString(),
    value,
    lo: value,
    hi: value,
    n: 1000,
    status: value === null ? "EMPTY" : "OK",
    version: "v1",
    ...more,
  };
}
