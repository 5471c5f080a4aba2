import { chiSquaredTail } from "../distributions/chi-squared.ts";
import { studentTCumulative } from "../distributions/student-t.ts";

const HOURS_PER_WEEK = 168;
const HOURS_PER_YEAR = 8766;

/**
 * Patience A in windows: "at most one false page in so many weeks", said in windows of a given width.
 *
 * A = weeks · 168 h ÷ width; never below 1. A monitor with evidence M alarms at ln M ≥ ln A, and a family by
 * adjustedLogEvidence, so that windows of an hour and of a day share one budget in calendar time.
 *
 * @example patienceInWindows({ weeks: 13, windowHours: 24 }) // 91
 */
export function patienceInWindows(budget: { weeks: number; windowHours: number }): number {
  return Math.max(1, (budget.weeks * HOURS_PER_WEEK) / budget.windowHours);
}

/**
 * Windows of this width in a year of 365¼ days.
 *
 * @example windowsPerYear(24) // 365.25
 */
export function windowsPerYear(windowHours: number): number {
  return HOURS_PER_YEAR / windowHours;
}

/**
 * False alarms a year that a budget of one in so many weeks allows at most, for the whole family of monitors.
 *
 * @example budgetedFalseAlarmsPerYear(13) // 4.013736
 */
export function budgetedFalseAlarmsPerYear(weeks: number): number {
  return HOURS_PER_YEAR / (weeks * HOURS_PER_WEEK);
}

/**
 * False alarms a year to expect from rules that judge each window by itself: Σ over rules of (chance a window) ×
 * (windows a year). For a p-value rule the chance is α; for "the interval lies beyond the limit" at most α; for k sigma
 * kSigmaFalseAlarmRate; for a fixed limit on a divergence divergenceFalseAlarmRate. Expectations add whatever the
 * dependence. No rules: 0.
 *
 * @example expectedFalseAlarmsPerYear([{ chance: 0.05, windowHours: 24 }, { chance: 0.05, windowHours: 24 }]) // 36.525
 */
export function expectedFalseAlarmsPerYear(
  rules: readonly { readonly chance: number; readonly windowHours: number }[],
): number {
  return rules.reduce((sum, { chance, windowHours }) => sum + chance * windowsPerYear(windowHours), 0);
}

/**
 * The true chance of a false alarm a window of "mean ± k standard deviations of m reference chunks":
 * 2 P(t_{m−1} > k √((m − 1) ÷ (m + 1))), the deviation being the population's (divided by m).
 *
 * Normal chunks, independent of the window. m = 10, k = 3: 2.4 %, not the 0.27 % that the name promises. m ≤ 1: NaN.
 *
 * @example kSigmaFalseAlarmRate({ chunks: 10, sigmas: 3 }) // 0.023856384540122025
 */
export function kSigmaFalseAlarmRate(rule: { chunks: number; sigmas: number }): number {
  const { chunks, sigmas } = rule;
  return 2 * studentTCumulative(-sigmas * Math.sqrt((chunks - 1) / (chunks + 1)), chunks - 1);
}

/**
 * The chance a window that a fixed limit on the population stability index is crossed without any drift:
 * P(χ²_{K−1} > T ÷ (1/N + 1/n)) (Yurdakul 2018). The same for 8 JSD (nats), 8 H² and 2 KL.
 *
 * What the popular limit 0.1 means depends on the rows: 84 % at 50 rows a window, nothing at 1,000. Poor below 5 expected
 * rows a bin. No rows or one bin: NaN.
 *
 * @example divergenceFalseAlarmRate(0.1, { bins: 10, nRef: 10000, nCur: 50 }) // 0.83647
 */
export function divergenceFalseAlarmRate(
  limit: number,
  size: { bins: number; nRef: number; nCur: number },
): number {
  return chiSquaredTail(limit / (1 / size.nRef + 1 / size.nCur), size.bins - 1);
}
