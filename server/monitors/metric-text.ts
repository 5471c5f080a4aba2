import type { MetricDefinition, MonitorRule } from "#server/api/contract.ts";
import { findMetric } from "#server/metrics/registry.ts";

const MINUS = "−";

/** Words that fit into a sentence, where the registry's label is too long for one. */
const SHORT_WORDS: Readonly<Record<string, string>> = {
  "psi@10": "PSI",
  js: "JS distance",
  wasserstein: "Wasserstein distance",
  ks: "KS distance",
  ece: "Calibration error",
  latency_p50: "Median latency",
  latency_p95: "p95 latency",
};

export function metricWords(id: string): string {
  return SHORT_WORDS[id] ?? findMetric(id)?.label ?? id;
}

/** `ROC AUC`, `Null rate of distance`, `PSI of the prediction`. */
export function targetWords(rule: Pick<MonitorRule, "metric" | "feature" | "segment">): string {
  const of = rule.feature === null ? "" : ` of ${featureWords(rule.feature)}`;
  const where = rule.segment === null ? "" : ` for ${rule.segment}`;
  return `${metricWords(rule.metric)}${of}${where}`;
}

export function featureWords(feature: string): string {
  return feature === "@output" ? "the prediction" : feature;
}

/** Writes a limit as it was typed, and values so that none looks equal to the limit unless it is. */
export function valueWriter(metricId: string, limit: number, values: readonly number[] = []) {
  const metric = findMetric(metricId);
  const scale = isPercent(metric) ? 100 : 1;
  const unit = isPercent(metric) ? " %" : metric?.unit === "ms" ? " ms" : "";
  const typed = typedDigits(limit * scale, metric);
  const digits = digitsFor(
    limit * scale,
    values.map((value) => value * scale),
    Math.max(typed, isPercent(metric) ? 1 : metric?.unit === "label-unit" ? 2 : 0),
  );
  const bare = (value: number) => fixed(value * scale, digits);
  return {
    limit: () => `${fixed(limit * scale, typed)}${unit}`,
    value: (value: number) => `${bare(value)}${unit}`,
    range: (lo: number, hi: number) => {
      const [low, high] = [bare(lo), bare(hi)];
      const between = low.startsWith(MINUS) || high.startsWith(MINUS) ? " to " : "–";
      return `${low}${between}${high}${unit}`;
    },
  };
}

export function integer(value: number): string {
  return fixed(value, 0);
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${integer(count)} ${count === 1 ? one : many}`;
}

/** Distances are shares by their mathematics, but nobody reads them as per cent. */
function isPercent(metric: MetricDefinition | null): boolean {
  return metric?.unit === "share" && metric.group !== "drift";
}

const DIGITS_MAX = 6;

/** Limits in these are typed as whole numbers. */
const WHOLE_UNITS: ReadonlySet<MetricDefinition["unit"]> = new Set(["count", "ms", "label-unit"]);

function typedDigits(limit: number, metric: MetricDefinition | null): number {
  const rounded = String(Number(limit.toPrecision(12)));
  const typed = (rounded.split(".")[1] ?? "").length;
  const least = metric !== null && (WHOLE_UNITS.has(metric.unit) || isPercent(metric)) ? 0 : 2;
  // A limit that arithmetic made (0.7342345…) is not a limit that a person typed.
  return typed > 4 ? Math.max(least, 3) : Math.max(least, typed);
}

function digitsFor(limit: number, values: readonly number[], least: number): number {
  for (let digits = least; digits < DIGITS_MAX; digits += 1) {
    const alike = values.some((value) => value !== limit && fixed(value, digits) === fixed(limit, digits));
    if (!alike) return digits;
  }
  return DIGITS_MAX;
}

const formats = new Map<number, Intl.NumberFormat>();

function fixed(value: number, digits: number): string {
  let format = formats.get(digits);
  if (format === undefined) {
    format = new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(digits, format);
  }
  const text = format.format(value);
  if (!text.startsWith("-")) return text;
  return /[1-9]/.test(text) ? MINUS + text.slice(1) : text.slice(1);
}
