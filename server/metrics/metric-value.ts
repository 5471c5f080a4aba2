import type { MetricPoint, MetricStatus } from "#server/api/contract.ts";
import { DEFAULT_LEVEL, type Estimate, shownInterval } from "#server/stats/estimate.ts";

/** A metric of one window or merge of windows, before it is given a place in time. */
export interface MetricValue {
  readonly value: number | null;
  readonly ci: MetricPoint["ci"];
  readonly status: MetricStatus;
  readonly nRef: number | null;
  /** Rows that the value is about: predictions, valid values, labelled predictions. */
  readonly nCur: number;
  readonly method: string;
}

/** The one gate to the wire: whatever is not a finite number leaves as null, and says why. */
export function metricValue(
  estimate: Estimate,
  about: { nCur: number; nRef?: number | null; method: string },
): MetricValue {
  const isNumber = estimate.value !== null && Number.isFinite(estimate.value);
  const status = estimate.status;
  const isMissing = !isNumber || status === "EMPTY" || status === "UNDEFINED";
  return {
    value: isMissing ? null : estimate.value,
    ci: isMissing ? null : finiteInterval(estimate.interval),
    status: isMissing && status !== "EMPTY" ? "UNDEFINED" : status,
    nRef: about.nRef ?? null,
    nCur: about.nCur,
    method: about.method,
  };
}

function finiteInterval(interval: Estimate["interval"]): MetricPoint["ci"] {
  if (interval === null || !Number.isFinite(interval.lo) || !Number.isFinite(interval.hi)) return null;
  return { lo: interval.lo, hi: interval.hi, level: interval.level, method: interval.method };
}

/** A value with limits for the true one, made fit to be shown. */
export function limited(
  value: number,
  limits: { lo: number; hi: number } | null,
  made: { status: Estimate["status"]; method: string; min?: number; max?: number },
): Estimate {
  if (limits === null) return { value, interval: null, status: made.status };
  const bounds = { ...limits, min: made.min, max: made.max };
  const interval = shownInterval(value, bounds, { level: DEFAULT_LEVEL, method: made.method });
  return { value, interval, status: made.status };
}

/** An interval made without knowing the metric's range, cut to it. */
export function within(estimate: Estimate, range: { min?: number; max?: number }): Estimate {
  const { value, interval } = estimate;
  if (value === null || interval === null) return estimate;
  return { ...estimate, interval: shownInterval(value, { ...interval, ...range }, interval) };
}
