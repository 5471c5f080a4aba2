import { evidenceShare } from "#components/monitors/monitor-groups.ts";
import { plural } from "#components/ui/format.ts";
import { metricLimit, metricShort } from "#components/ui/metric-words.ts";
import type { StateShape } from "#components/ui/state.tsx";
import type { Monitor, MonitorRule } from "#server/api/contract.ts";
import { findMetric } from "#server/metrics/registry.ts";

type State = Monitor["state"];

export const MONITOR_STATE_WORDS: Record<State, string> = {
  normal: "Healthy",
  pending: "Pending",
  firing: "Alerting",
  recovering: "Recovering",
  "no-data": "No data",
  "not-enough-data": "Not enough data",
  error: "Error",
  learning: "Learning",
  paused: "Paused",
};

export function monitorShape(monitor: Pick<Monitor, "state" | "severity">): StateShape {
  switch (monitor.state) {
    case "firing":
      return monitor.severity;
    case "pending":
    case "recovering":
      return "wait";
    case "no-data":
      return "nodata";
    case "not-enough-data":
      return "low";
    case "error":
      return "fail";
    case "learning":
      return "learning";
    case "paused":
      return "paused";
    case "normal":
      return "ok";
  }
}

/** Firing first, then what cannot judge, then what is well, then what is paused. */
const ORDER: readonly State[] = [
  "firing",
  "recovering",
  "pending",
  "error",
  "no-data",
  "not-enough-data",
  "learning",
  "normal",
  "paused",
];
export function byUrgency(a: Monitor, b: Monitor): number {
  const near = (monitor: Monitor) => evidenceShare(monitor) ?? 0;
  const level = (monitor: Monitor) => (monitor.severity === "page" ? 0 : 1);
  return (
    ORDER.indexOf(a.state) - ORDER.indexOf(b.state) ||
    level(a) - level(b) ||
    near(b) - near(a) ||
    b.fired90d - a.fired90d ||
    a.name.localeCompare(b.name)
  );
}

/** `PSI of pressure for origin EWR` */
export function watchedWords(rule: Pick<MonitorRule, "metric" | "feature" | "segment">): string {
  const feature =
    rule.feature === null ? "" : ` of ${rule.feature === "@output" ? "the prediction" : rule.feature}`;
  const segment = rule.segment === null ? "" : ` for ${rule.segment.replace(":", " ")}`;
  return `${metricShort(rule.metric)}${feature}${segment}`;
}

const NAMES = new Set(["Brier", "Wasserstein"]);

/** Inside a sentence a metric's word is small, except abbreviations and people's names. */
function inSentence(words: string): string {
  const first = words.split(" ")[0] ?? "";
  return /^[A-Z][a-z]/.test(first) && !NAMES.has(first)
    ? words.charAt(0).toLowerCase() + words.slice(1)
    : words;
}

/** `Page if AUC is below 0.70` */
export function ruleWords(monitor: MonitorRule & Pick<Monitor, "severity">): string {
  const level = monitor.severity === "page" ? "Page" : "Ticket";
  return `${level} if ${inSentence(watchedWords(monitor))} is ${monitor.op} ${metricLimit(monitor.metric, monitor.limit)}`;
}

/** False where the name only says the rule once more, as the names of recommended monitors do. */
export function hasOwnName({
  name,
  metric,
  op,
  decide,
}: Pick<Monitor, "name" | "metric" | "op" | "decide">): boolean {
  if (name === "") return false;
  const label = findMetric(metric)?.label ?? metric;
  return decide !== "evidence" || !(name.startsWith(label) && name.includes(` ${op} `));
}

const WINDOW_ADJECTIVES: Record<MonitorRule["window"], string> = {
  "5m": "5-minute",
  "1h": "hourly",
  "6h": "6-hour",
  "1d": "daily",
  "7d": "weekly",
};
export const windowAdjective = (window: MonitorRule["window"]) => WINDOW_ADJECTIVES[window];

/** The conditions that the short sentence leaves out. */
export function ruleDetail(rule: MonitorRule): string {
  const rows = findMetric(rule.metric)?.needsLabels ? "labelled rows" : "rows";
  const parts = [
    `${WINDOW_ADJECTIVES[rule.window]} windows`,
    rule.decide === "evidence" ? "by evidence" : null,
    rule.decide !== "evidence" && rule.wholeInterval && rule.metric !== "volume" ? "whole interval" : null,
    rule.decide !== "evidence" && rule.forWindows > 1 ? `${rule.forWindows} in a row` : null,
    rule.metric === "volume" || rule.decide === "evidence"
      ? null
      : `at least ${plural(rule.minN, rows.replace(/s$/, ""))}`,
    rule.version === null ? null : `version ${rule.version}`,
    rule.noDataWindows === null ? null : `own alert after ${plural(rule.noDataWindows, "silent window")}`,
  ];
  return parts.filter((part) => part !== null).join(", ");
}

export function listSentence(monitors: readonly Monitor[], model: string): string {
  if (monitors.length === 0) return `Nothing watches ${model} yet.`;
  const active = monitors.filter((monitor) => monitor.state !== "paused");
  const firing = active.filter(
    (monitor) => monitor.state === "firing" || monitor.state === "recovering",
  ).length;
  const blind = active.filter((monitor) =>
    ["no-data", "not-enough-data", "error", "learning"].includes(monitor.state),
  ).length;
  const paused = monitors.length - active.length;
  const parts = [
    firing > 0 ? `${firing} ${firing === 1 ? "is" : "are"} alerting` : "none is alerting",
    blind > 0 ? `${blind} cannot judge yet` : null,
    paused > 0 ? `${paused} ${paused === 1 ? "is" : "are"} paused` : null,
  ].filter((part) => part !== null);
  return `${plural(monitors.length, "monitor watches", "monitors watch")} ${model}: ${parts.join(", ")}.`;
}

export interface Unwatched {
  readonly metric: string;
  readonly feature: string | null;
  readonly words: string;
}

/** What a model of this task is usually watched for, and no monitor is on. */
export function unwatched(
  monitors: readonly MonitorRule[],
  task: "binary" | "multiclass" | "regression" | "ranking",
): Unwatched[] {
  const usual: Record<typeof task, readonly [string, string | null][]> = {
    binary: [
      ["roc_auc", null],
      ["ece", null],
      ["psi@10", "@output"],
      ["label_coverage", null],
      ["volume", null],
    ],
    multiclass: [
      ["accuracy", null],
      ["psi@10", "@output"],
      ["label_coverage", null],
      ["volume", null],
    ],
    regression: [
      ["mae", null],
      ["psi@10", "@output"],
      ["label_coverage", null],
      ["volume", null],
    ],
    ranking: [
      ["volume", null],
      ["label_coverage", null],
    ],
  };
  return usual[task]
    .filter(([metric, feature]) => !monitors.some((one) => one.metric === metric && one.feature === feature))
    .map(([metric, feature]) => ({
      metric,
      feature,
      words: watchedWords({ metric, feature, segment: null }),
    }));
}
