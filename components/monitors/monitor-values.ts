import { z } from "zod";
import {
  CreateMonitorInput,
  type MetricDefinition,
  type Monitor,
  type MonitorRule,
  type UpdateMonitorInput,
} from "#server/api/contract.ts";
import { evidenceMetrics } from "#server/metrics/evidence/evidence-test.ts";
import { findMetric, metricsForTask } from "#server/metrics/registry.ts";
import type { Task } from "#server/models/schema.ts";

const rule = CreateMonitorInput.shape;
const windowCount = z
  .number({ error: "Give 1 to 100 windows." })
  .int("Give a whole number.")
  .min(1, "At least 1 window.")
  .max(100, "At most 100 windows.");

/** What the editor's fields hold. Nothing is left to a default: what is saved is what was seen. */
export const MonitorValues = z
  .object({
    model: rule.model,
    name: z.string().max(256, "At most 256 letters."),
    metric: rule.metric,
    feature: rule.feature.unwrap(),
    segment: rule.segment.unwrap(),
    version: rule.version.unwrap(),
    window: rule.window.unwrap(),
    op: rule.op,
    decide: rule.decide.unwrap(),
    limit: z.number({ error: "Give the limit as a number." }),
    clear: z.number({ error: "Give the clear level as a number, or leave it empty." }).nullable(),
    wholeInterval: rule.wholeInterval.unwrap(),
    minN: z
      .number({ error: "Give a whole number of rows." })
      .int("Give a whole number of rows.")
      .min(1, "At least 1 row."),
    forWindows: windowCount,
    keepWindows: windowCount,
    noDataWindows: windowCount.nullable(),
    severity: rule.severity.unwrap(),
    channels: rule.channels.unwrap(),
    enabled: rule.enabled.unwrap(),
    runbook: z.string().max(2000, "At most 2,000 letters."),
    reason: z.string().max(2000, "At most 2,000 letters."),
  })
  .superRefine((values, context) => {
    const problem = valuesProblem(values);
    if (problem) context.addIssue({ code: "custom", path: [problem.path], message: problem.message });
  });
export type MonitorValues = z.infer<typeof MonitorValues>;

/** What no single field can know: limits outside the metric's range, and a clear level on the wrong side. */
function valuesProblem(values: {
  metric: string;
  limit: number;
  clear: number | null;
  op: "above" | "below";
}): { path: "limit" | "clear"; message: string } | null {
  const [low, high] = findMetric(values.metric)?.range ?? [null, null];
  if ((low !== null && values.limit < low) || (high !== null && values.limit > high)) {
    const range =
      low === null ? `at most ${high}` : high === null ? `${low} or more` : `between ${low} and ${high}`;
    return { path: "limit", message: `This metric is ${range}, so no limit outside that can be crossed.` };
  }
  if (values.clear === null) return null;
  const wrongSide = values.op === "above" ? values.clear > values.limit : values.clear < values.limit;
  if (!wrongSide) return null;
  const side = values.op === "above" ? "at or below" : "at or above";
  return { path: "clear", message: `The clear level must be ${side} the limit.` };
}

const RULE_KEYS = [
  "metric",
  "feature",
  "segment",
  "version",
  "window",
  "op",
  "limit",
  "decide",
  "clear",
  "wholeInterval",
  "minN",
  "forWindows",
  "keepWindows",
  "noDataWindows",
] as const satisfies readonly (keyof MonitorRule)[];

export function ruleOf(values: MonitorRule): MonitorRule {
  return {
    metric: values.metric,
    feature: values.feature,
    segment: values.segment,
    version: values.version,
    window: values.window,
    op: values.op,
    limit: values.limit,
    decide: values.decide,
    clear: values.clear,
    wholeInterval: values.wholeInterval,
    minN: values.minN,
    forWindows: values.forWindows,
    keepWindows: values.keepWindows,
    noDataWindows: values.noDataWindows,
  };
}

/** Names of the rule's parts in which two rules differ. */
export function ruleChanges(before: MonitorRule, after: MonitorRule): (keyof MonitorRule)[] {
  return RULE_KEYS.filter((key) => before[key] !== after[key]);
}

/** The metric's default limit, or for lack of one its middle; a person moves it on the history anyway. */
function startLimit(definition: MetricDefinition): number {
  if (definition.defaultLimit !== null) return definition.defaultLimit;
  const [low, high] = definition.range;
  return low !== null && high !== null ? (low + high) / 2 : (low ?? 0);
}

/** What is sent: an empty name lets the server find one. */
export function createInput(values: MonitorValues): z.input<typeof CreateMonitorInput> {
  const { name, reason: _, ...rest } = values;
  return name.trim() === "" ? rest : { ...rest, name: name.trim() };
}

export function updateInput(id: string, values: MonitorValues): z.input<typeof UpdateMonitorInput> {
  const { name, reason, model: _, ...rest } = values;
  return {
    id,
    ...rest,
    ...(name.trim() === "" ? {} : { name: name.trim() }),
    ...(reason.trim() === "" ? {} : { reason: reason.trim() }),
  };
}

export interface Prefill {
  readonly metric: string | null;
  readonly feature: string | null;
  readonly segment: string | null;
  readonly version: string | null;
  readonly window: string | null;
  readonly limit: number | null;
  readonly decide: MonitorRule["decide"] | null;
}

const isWindow = (text: string | null): text is MonitorRule["window"] =>
  text === "5m" || text === "1h" || text === "6h" || text === "1d" || text === "7d";

/** A new monitor's fields, from what a chart or a table handed over in the address. */
export function newMonitorValues(
  model: { model: string; task: Task; features: readonly { name: string }[] },
  prefill: Prefill,
): MonitorValues {
  const offered = metricsForTask(model.task);
  const asked = prefill.metric === null ? null : findMetric(prefill.metric);
  const definition =
    asked && offered.includes(asked)
      ? asked
      : (offered.find((metric) => metric.id === DEFAULT_METRIC[model.task]) ?? offered[0]);
  if (!definition) throw new Error("A task without any metric cannot be monitored.");
  return {
    model: model.model,
    name: "",
    metric: definition.id,
    feature: definition.perFeature ? (prefill.feature ?? model.features[0]?.name ?? "@output") : null,
    segment: prefill.segment,
    version: prefill.version,
    window: isWindow(prefill.window) ? prefill.window : "1d",
    op: definition.worse === "lower" ? "below" : "above",
    limit: prefill.limit ?? startLimit(definition),
    decide: prefill.decide ?? "window",
    clear: null,
    wholeInterval: definition.id !== "volume",
    minN: 100,
    forWindows: 1,
    keepWindows: prefill.decide === "evidence" ? 3 : 1,
    noDataWindows: null,
    severity: "ticket",
    channels: [],
    enabled: true,
    runbook: "",
    reason: "",
  };
}

const DEFAULT_METRIC: Record<Task, string> = {
  binary: "roc_auc",
  multiclass: "accuracy",
  regression: "mae",
  ranking: "volume",
};

export function valuesOf(monitor: Monitor): MonitorValues {
  return {
    ...ruleOf(monitor),
    model: monitor.model,
    name: monitor.name,
    severity: monitor.severity,
    channels: [...monitor.channels],
    enabled: monitor.enabled,
    runbook: monitor.runbook,
    reason: "",
  };
}

/** The fields that follow when another metric is chosen: its direction, a limit it can have, and whether it has a feature. */
export function withMetric(
  values: MonitorValues,
  metric: string,
  features: readonly { name: string }[],
  task: Task,
): MonitorValues {
  const definition = findMetric(metric);
  if (!definition) return { ...values, metric };
  return {
    ...values,
    metric,
    feature: definition.perFeature ? (values.feature ?? features[0]?.name ?? "@output") : null,
    op: definition.worse === "lower" ? "below" : "above",
    limit: startLimit(definition),
    decide: evidenceMetrics(task).includes(metric) ? values.decide : "window",
    clear: null,
    wholeInterval: metric !== "volume",
  };
}

/** A monitor that judges the same thing in the same direction: two of them wake a person twice. */
export function duplicateOf(
  values: MonitorRule,
  id: string | null,
  monitors: readonly Monitor[],
): Monitor | null {
  const same = (monitor: Monitor) =>
    monitor.id !== id &&
    monitor.metric === values.metric &&
    monitor.feature === values.feature &&
    monitor.segment === values.segment &&
    monitor.version === values.version &&
    monitor.window === values.window &&
    monitor.op === values.op;
  return monitors.find(same) ?? null;
}
