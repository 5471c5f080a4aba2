import { change, fixed, NOTHING, percent, range } from "#components/ui/format.ts";
import { metricShort, metricValue } from "#components/ui/metric-words.ts";
import { SEGMENT_RATES } from "#server/api/contracts/segments.ts";
import { findMetric } from "#server/metrics/registry.ts";
import type { Task } from "#server/models/schema.ts";

const BY_TASK: Record<Task, readonly string[]> = {
  binary: [
    "roc_auc",
    "accuracy",
    "log_loss",
    "precision",
    "recall",
    "f1",
    "brier",
    "label_rate",
    "positive_rate",
    "label_coverage",
    "null_rate",
  ],
  multiclass: ["accuracy", "log_loss", "brier", "label_coverage", "null_rate"],
  regression: ["mae", "rmse", "bias", "label_coverage", "null_rate"],
  ranking: ["null_rate"],
};

export function segmentMetrics(task: Task): readonly string[] {
  return BY_TASK[task];
}

/** Metrics that are means of rows come apart exactly; the first of them is offered where another does not. */
export function exactMetric(task: Task): string {
  return { binary: "log_loss", multiclass: "accuracy", regression: "mae", ranking: "null_rate" }[task];
}

export function metricName(id: string): string {
  return SEGMENT_RATES.find((rate) => rate.id === id)?.label ?? metricShort(id);
}

/** Inside a sentence: `share of positives`, but `AUC`. */
export function metricWord(id: string): string {
  const name = metricName(id);
  return /^[A-Z][a-z]/.test(name) && name !== "Brier" ? name.charAt(0).toLowerCase() + name.slice(1) : name;
}

function isShare(id: string): boolean {
  return SEGMENT_RATES.some((rate) => rate.id === id) || findMetric(id)?.unit === "share";
}

export function valueText(id: string, value: number | null): string {
  if (value === null) return NOTHING;
  return isShare(id) ? percent(value, 1) : metricValue(id, value);
}

/** How finely a difference is written: the value of one step, and how it reads. */
export interface Grain {
  readonly step: number;
  /** A difference of so many steps. */
  readonly write: (steps: number) => string;
  /** A value of so many steps. */
  readonly value: (steps: number) => string;
  readonly unit: string;
}

/** Shares change by points of a hundred, so that nobody reads 2 % of 25 % out of “2 %”. */
export function grainOf(id: string): Grain {
  if (isShare(id)) {
    return {
      step: 1e-4,
      write: (steps) => change(steps / 100, 2),
      value: (steps) => percent(steps * 1e-4, 2),
      unit: "points",
    };
  }
  const digits = findMetric(id)?.unit === "label-unit" ? 2 : 4;
  const step = 10 ** -digits;
  return {
    step,
    write: (steps) => change(steps * step, digits),
    value: (steps) => fixed(steps * step, digits),
    unit: "",
  };
}

/** A gap in words: `−0.052`, or `−4.1 points`. */
export function gapText(id: string, value: number): string {
  return isShare(id) ? `${change(100 * value, 1)} points` : change(value, gapDigits(id));
}

export function gapInterval(id: string, ci: { lo: number; hi: number } | null): string {
  if (ci === null) return "";
  const scale = isShare(id) ? 100 : 1;
  const digits = isShare(id) ? 1 : gapDigits(id);
  return range(scale * ci.lo, scale * ci.hi, (value) => fixed(value, digits));
}

function gapDigits(id: string): number {
  return findMetric(id)?.unit === "label-unit" ? 2 : 3;
}
