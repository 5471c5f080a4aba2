import type { MonitorRule } from "#server/api/contract.ts";
import { windowWidthMs } from "#server/monitors/window-width.ts";
import { patienceInWindows } from "#server/stats/sequential/false-alarm-budget.ts";

/** What shares a model's false-alarm budget. */
export interface EvidenceFamily {
  readonly budgetWeeks: number;
  /** Rules of its enabled monitors that decide by evidence. */
  readonly rules: readonly MonitorRule[];
}

const HOUR_MS = 3_600_000;

/** Drift is tried in two ways, each of which could raise a false alarm. */
export function testsOf(rule: Pick<MonitorRule, "metric">): number {
  return rule.metric === "tv" ? 2 : 1;
}

/**
 * ln of the evidence at which a rule alarms: the budget in windows of its width, times all tests that share it. By the union
 * bound the family's mean time to a false alarm is at least the budget, whatever depends on what and however widths mix.
 */
export function logLineOf(rule: MonitorRule, family: EvidenceFamily): number {
  const patience = patienceInWindows({
    weeks: family.budgetWeeks,
    windowHours: windowWidthMs(rule) / HOUR_MS,
  });
  return Math.log(patience * testsTogether(rule, family));
}

/** A rule that is not saved yet is counted as if it were; one that is edited takes the place of what it was. */
function testsTogether(rule: MonitorRule, { rules }: EvidenceFamily): number {
  const isKnown = rules.some((other) => isSameTest(rule, other));
  return rules.reduce((sum, other) => sum + testsOf(other), isKnown ? 0 : testsOf(rule));
}

/** Limit and timers change what a test asks for, not how many tests there are. */
function isSameTest(a: MonitorRule, b: MonitorRule): boolean {
  const keys = ["metric", "feature", "segment", "version", "window", "op"] as const;
  return keys.every((key) => a[key] === b[key]);
}
