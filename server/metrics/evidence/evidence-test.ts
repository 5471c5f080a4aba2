import type { MonitorRule } from "#server/api/contract.ts";
import { findMetric } from "#server/metrics/registry.ts";
import type { Task } from "#server/models/schema.ts";

/** The null hypothesis of a rule that decides by evidence: the metric is within the limit. */
export type EvidenceTest =
  /** Total variation from the reference is at most the tolerance. */
  | { readonly kind: "cells"; readonly tolerance: number }
  /** The rate of bad events is at most `bound`; with a quantile, events are values above `limit`. */
  | {
      readonly kind: "rate";
      readonly bound: number;
      readonly countsFailures: boolean;
      readonly quantile: number | null;
      readonly limit: number;
    }
  /** The mean loss is at most `bound`. */
  | { readonly kind: "losses"; readonly bound: number };

type Judged = Pick<MonitorRule, "metric" | "op" | "limit">;

/** Shares of events that were counted one by one. Averages over classes and label coverage are no such shares. */
const BINARY_RATES = ["accuracy", "precision", "recall", "specificity", "roc_auc"];
const QUANTILES: Readonly<Record<string, number>> = {
  latency_p50: 0.5,
  latency_p95: 0.95,
  latency_p99: 0.99,
};
const LOSSES: Readonly<Record<string, readonly Task[]>> = {
  brier: ["binary"],
  log_loss: ["binary"],
  mae: ["regression"],
  mse: ["regression"],
  rmse: ["regression"],
};

/** Null where no evidence can be gathered for such a rule: see `evidenceMetrics` for those where it can. */
export function evidenceTest(rule: Judged, task: Task): EvidenceTest | null {
  const { metric, op, limit } = rule;
  if (metric === "tv") return op === "above" ? { kind: "cells", tolerance: limit } : null;
  const quantile = QUANTILES[metric];
  if (quantile !== undefined) {
    if (op === "below") return null;
    return { kind: "rate", bound: 1 - quantile, countsFailures: false, quantile, limit };
  }
  if (LOSSES[metric]?.includes(task) === true) {
    if (op === "below" || limit <= 0) return null;
    return { kind: "losses", bound: metric === "rmse" ? limit ** 2 : limit };
  }
  if (!isRate(metric, task)) return null;
  // Pairs are counted when they are ranked the wrong way, so for them the two sides change places.
  const watchesFailures = (op === "below") !== (metric === "roc_auc");
  const bound = op === "below" ? 1 - limit : limit;
  if (metric === "roc_auc" && op === "above") return null;
  return { kind: "rate", bound, countsFailures: watchesFailures, quantile: null, limit };
}

function isRate(metric: string, task: Task): boolean {
  if (task === "binary" && BINARY_RATES.includes(metric)) return true;
  if (metric === "accuracy") return task === "multiclass";
  return findMetric(metric)?.group === "quality";
}

/** Metrics for which a rule may decide by evidence, for messages and menus. */
export function evidenceMetrics(task: Task): string[] {
  const rates = task === "binary" ? BINARY_RATES : task === "multiclass" ? ["accuracy"] : [];
  const losses = Object.keys(LOSSES).filter((metric) => LOSSES[metric]?.includes(task) === true);
  const quality = [
    "null_rate",
    "absent_rate",
    "invalid_rate",
    "coerced_rate",
    "out_of_range_rate",
    "new_category_rate",
  ];
  return ["tv", ...rates, ...losses, ...quality, ...Object.keys(QUANTILES)].filter(
    (metric) => findMetric(metric) !== null,
  );
}
