import { expect, test } from "vitest";
import { nearMatches } from "#server/metrics/near-matches.ts";
import { findMetric, METRIC_IDS, METRICS, metricsForTask, metricsNear } from "#server/metrics/registry.ts";

const PROMISED =
  "volume latency_p50 latency_p95 latency_p99 label_coverage null_rate absent_rate invalid_rate coerced_rate out_of_range_rate new_category_rate psi@10 js tv wasserstein ks chi2 " +
  "accuracy precision recall f1 specificity npv false_positive_rate balanced_accuracy mcc kappa precision_weighted recall_weighted f1_weighted " +
  "roc_auc pr_auc log_loss brier ece mae rmse bias r2 mse median_absolute_error over_prediction_rate " +
  "ndcg@10 map@10 mrr precision@10";

test("the registry lists the promised ids, each once", () => {
  expect([...METRIC_IDS]).toEqual(PROMISED.split(" "));
});

test("every definition says what it is, and a limit to start from lies in the metric's range", () => {
  for (const { id, label, formula, description, range, defaultLimit, worse } of METRICS) {
    expect([label, formula, description].every((text) => text.length > 0)).toBe(true);
    expect(findMetric(id)?.id).toBe(id);
    if (defaultLimit === null) continue;
    expect(defaultLimit).toBeGreaterThan(range[0] ?? Number.NEGATIVE_INFINITY);
    expect(defaultLimit).toBeLessThan(range[1] ?? Number.POSITIVE_INFINITY);
    expect(worse).toBe("higher");
  }
});

test("each task has the performance metrics that mean something for it", () => {
  const performance = (task: Parameters<typeof metricsForTask>[0]) =>
    metricsForTask(task)
      .filter(({ needsLabels }) => needsLabels)
      .map(({ id }) => id);
  expect(performance("regression")).toEqual(
    "mae rmse bias r2 mse median_absolute_error over_prediction_rate".split(" "),
  );
  expect(performance("multiclass")).toEqual(
    "accuracy precision recall f1 kappa precision_weighted recall_weighted f1_weighted log_loss brier".split(
      " ",
    ),
  );
  expect(performance("ranking")).toEqual("ndcg@10 map@10 mrr precision@10".split(" "));
});

test.each([
  ["psi", "psi@10"],
  ["rocauc", "roc_auc"],
  ["latency", "latency_p50"],
  ["f2", "f1"],
  ["Wasserstien", "wasserstein"],
])("%s is near %s", (typed, meantId) => {
  expect(metricsNear(typed)).toContain(meantId);
});

test("what is near nothing gets no advice", () => {
  expect(metricsNear("completely different")).toEqual([]);
  expect(nearMatches("v2", [])).toEqual([]);
});
