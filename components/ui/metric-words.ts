import { fixed, integer, NOTHING, percent, quantity, range } from "#components/ui/format.ts";
import type { MetricDefinition, MetricPoint } from "#server/api/contract.ts";
import { findMetric } from "#server/metrics/registry.ts";

/** What people call it in a sentence or a column; the registry's label where that is short already. */
const SHORT_WORDS: Record<string, string> = {
  evidence: "Evidence",
  "psi@10": "PSI",
  js: "JS distance",
  tv: "TV",
  wasserstein: "Wasserstein",
  ks: "KS",
  chi2: "χ²",
  roc_auc: "AUC",
  pr_auc: "PR AUC",
  brier: "Brier",
  ece: "ECE",
  mae: "MAE",
  rmse: "RMSE",
  "ndcg@10": "NDCG@10",
  "map@10": "MAP@10",
  mrr: "MRR",
  "precision@10": "Precision@10",
  latency_p50: "Median latency",
  latency_p95: "p95 latency",
};

/** Evidence is drawn as if it were a metric: its values are logarithms, its words are how many times likelier. */
export const EVIDENCE = "evidence";
const EVIDENCE_LOG10_MAX = 6;

/** `×1`, `×38`, `×7,900`, `> ×1,000,000`. */
export function evidenceWords(log10: number): string {
  if (log10 > EVIDENCE_LOG10_MAX) return `> ×${integer(10 ** EVIDENCE_LOG10_MAX)}`;
  const times = Number((10 ** Math.max(0, log10)).toPrecision(2));
  return `×${times < 10 ? times : integer(times)}`;
}

/** Where it alarms is never rounded off to "more than". */
export function evidenceLine(log10: number): string {
  return `×${integer(Number((10 ** log10).toPrecision(2)))}`;
}

/** `×1`, `×100`, `×10k`, `×1M`: for an axis. */
export function evidenceTick(log10: number): string {
  const times = 10 ** log10;
  if (times >= 1e6) return `×${quantity(Number((times / 1e6).toPrecision(2)))}M`;
  return times >= 1e4 ? `×${quantity(Number((times / 1e3).toPrecision(2)))}k` : evidenceWords(log10);
}

export function metricShort(id: string): string {
  return SHORT_WORDS[id] ?? findMetric(id)?.label ?? id;
}

/** How exact: three digits for scores in tables, two in sentences. */
export type Detail = "table" | "sentence";

export function metricValue(id: string, value: number | null, detail: Detail = "table"): string {
  if (value === null) return NOTHING;
  return id === EVIDENCE ? evidenceWords(value) : write(findMetric(id), detail)(value);
}

/** `0.613–0.654`, or nothing where there is no interval. */
export function metricInterval(id: string, ci: MetricPoint["ci"], detail: Detail = "table"): string {
  return ci === null ? "" : range(ci.lo, ci.hi, write(findMetric(id), detail));
}

/** A limit as people typed it: no invented digits. */
export function metricLimit(id: string, limit: number): string {
  const unit = findMetric(id)?.unit;
  if (unit === "share" && !isDistance(id)) return percent(limit, Number.isInteger(limit * 100) ? 0 : 1);
  if (unit === "count" || unit === "ms" || unit === "label-unit") return quantity(limit);
  return fixed(limit, Math.max(2, Math.min(4, String(limit).split(".")[1]?.length ?? 0)));
}

/** Distances are shares by their maths, but nobody reads them as per cent. */
const isDistance = (id: string) => findMetric(id)?.group === "drift";

function write(metric: MetricDefinition | null, detail: Detail): (value: number) => string {
  if (metric === null) return quantity;
  if (metric.group === "drift") return (value) => (value >= 100 ? integer(value) : fixed(value, 2));
  switch (metric.unit) {
    case "share":
      return (value) => percent(value);
    case "count":
      return integer;
    case "ms":
      return latency;
    case "score":
    case "nats":
    case "bits":
      return (value) => fixed(value, detail === "table" ? 3 : 2);
    default:
      return (value) => (Math.abs(value) >= 1000 ? integer(value) : fixed(value, 2));
  }
}

function latency(value: number): string {
  if (value >= 1000) return `${fixed(value / 1000, 2)}\u202fs`;
  return `${fixed(value, value >= 100 ? 0 : 1)}\u202fms`;
}

/** What a point may not say as a number, in words; null when it may. */
export function statusWords(point: MetricPoint, minN?: number): string | null {
  switch (point.status) {
    case "LOW_N":
      return `not enough data (n = ${integer(point.nCur)}${minN ? `, needs ${integer(minN)}` : ""})`;
    case "EMPTY":
      return "no rows in this window";
    case "CONSTANT_REF":
      return "the reference never varied";
    case "UNDEFINED":
      return "cannot be computed here";
    case "PARTIAL":
      return "window still open";
    case "IMMATURE":
      return "labels still arriving";
    default:
      return null;
  }
}
