import type { MetricDefinition } from "#server/api/contract.ts";
import type { Task } from "#server/models/schema.ts";
import { nearMatches } from "./near-matches.ts";

const EVERY_TASK: Task[] = ["binary", "multiclass", "regression", "ranking"];
const CLASSIFIERS: Task[] = ["binary", "multiclass"];

type Entry = Partial<MetricDefinition> &
  Pick<MetricDefinition, "id" | "label" | "unit" | "worse" | "range" | "formula" | "description">;

function define(group: MetricDefinition["group"], fixed: Partial<MetricDefinition>, entry: Entry) {
  return {
    group,
    tasks: EVERY_TASK,
    perFeature: false,
    needsLabels: false,
    needsReference: false,
    defaultLimit: null,
    ...fixed,
    ...entry,
  } satisfies MetricDefinition;
}
const operation = (entry: Entry) => define("operations", {}, entry);
const quality = (entry: Entry) => define("quality", { perFeature: true }, entry);
const drift = (entry: Entry) =>
  define("drift", { perFeature: true, needsReference: true, worse: "higher" }, entry);
const performance = (tasks: Task[], entry: Entry) =>
  define("performance", { tasks, needsLabels: true }, entry);

const UNIT_INTERVAL: MetricDefinition["range"] = [0, 1];
const NON_NEGATIVE: MetricDefinition["range"] = [0, null];

/** Every number that Plumbline can be asked for. Pages, the API and monitors read names, units and directions here. */
export const METRICS: readonly MetricDefinition[] = [
  operation({
    id: "volume",
    label: "Volume",
    unit: "count",
    worse: "both",
    range: NON_NEGATIVE,
    formula: "number of predictions",
    description: "How many predictions were logged in the window.",
  }),
  operation({
    id: "latency_p50",
    label: "Latency, median",
    unit: "ms",
    worse: "higher",
    range: NON_NEGATIVE,
    formula: "50 % quantile of latency_ms",
    description: "Half of the predictions took at most this long.",
  }),
  operation({
    id: "latency_p95",
    label: "Latency, 95th percentile",
    unit: "ms",
    worse: "higher",
    range: NON_NEGATIVE,
    formula: "95 % quantile of latency_ms",
    description: "Nineteen of twenty predictions took at most this long.",
  }),
  operation({
    id: "latency_p99",
    label: "Latency, 99th percentile",
    unit: "ms",
    worse: "higher",
    range: NON_NEGATIVE,
    formula: "99 % quantile of latency_ms",
    description: "All but one of a hundred predictions took at most this long.",
  }),
  operation({
    id: "label_coverage",
    label: "Label coverage",
    unit: "share",
    worse: "lower",
    range: UNIT_INTERVAL,
    formula: "labelled ÷ predictions",
    description: "The share of the window's predictions whose truth is known by now.",
  }),
  quality({
    id: "null_rate",
    label: "Null rate",
    unit: "share",
    worse: "higher",
    range: UNIT_INTERVAL,
    formula: "(key absent + null) ÷ predictions; over all cells when no feature is named",
    description: "The share of predictions that came without a value.",
    defaultLimit: 0.05,
  }),
  quality({
    id: "absent_rate",
    label: "Absent key rate",
    unit: "share",
    worse: "higher",
    range: UNIT_INTERVAL,
    formula: "key absent ÷ predictions; over all cells when no feature is named",
    description: "The share of predictions that did not name the feature at all, unlike an explicit null.",
    defaultLimit: 0.05,
  }),
  quality({
    id: "invalid_rate",
    label: "Invalid rate",
    unit: "share",
    worse: "higher",
    range: UNIT_INTERVAL,
    formula:
      "values of the wrong type, NaN or infinite ÷ predictions; over all cells when no feature is named",
    description: "The share of predictions whose value cannot be used for the feature's type.",
    defaultLimit: 0.01,
  }),
  quality({
    id: "coerced_rate",
    label: "Coerced rate",
    unit: "share",
    worse: "higher",
    range: UNIT_INTERVAL,
    featureTypes: ["number"],
    formula: "texts read as numbers ÷ predictions",
    description: "The share of predictions that sent a number as text; it was read as a number.",
    defaultLimit: 0.05,
  }),
  quality({
    id: "out_of_range_rate",
    label: "Out of range rate",
    unit: "share",
    worse: "higher",
    range: UNIT_INTERVAL,
    needsReference: true,
    featureTypes: ["number"],
    formula: "values below the reference's smallest or above its largest ÷ values",
    description: "The share of a number's values that lie outside everything the reference has seen.",
    defaultLimit: 0.01,
  }),
  quality({
    id: "new_category_rate",
    label: "New category rate",
    unit: "share",
    worse: "higher",
    range: UNIT_INTERVAL,
    needsReference: true,
    featureTypes: ["category"],
    formula: "values never seen in the reference ÷ values",
    description: "The share of a category's values that the reference does not know.",
    defaultLimit: 0.01,
  }),
  drift({
    id: "psi@10",
    label: "Population stability index",
    unit: "nats",
    worse: "higher",
    range: NON_NEGATIVE,
    formula: "Σ (q̃ − p̃) ln(q̃ ÷ p̃) over ten reference-quantile bins, or the categories",
    description: "How far the values moved from the reference, in the unit that credit scoring uses.",
    defaultLimit: 0.2,
  }),
  drift({
    id: "js",
    label: "Jensen–Shannon distance",
    unit: "score",
    worse: "higher",
    range: UNIT_INTERVAL,
    formula: "√(½ KL(p‖m) + ½ KL(q‖m)), m = (p + q) ÷ 2, base 2, over ten bins or the categories",
    description: "How far the values moved from the reference: 0 is the same, 1 is nothing in common.",
    defaultLimit: 0.1,
  }),
  drift({
    id: "tv",
    label: "Total variation",
    unit: "share",
    worse: "higher",
    range: UNIT_INTERVAL,
    formula: "½ Σ |q − p| over ten bins or the categories",
    description: "The share of the traffic that changed bins.",
    defaultLimit: 0.1,
  }),
  drift({
    id: "wasserstein",
    label: "Wasserstein distance",
    unit: "sd",
    worse: "higher",
    range: NON_NEGATIVE,
    featureTypes: ["number"],
    formula: "∫ |F − G| dx ÷ standard deviation of the reference, from the fine bins",
    description: "How far values were moved on average, in standard deviations of the reference.",
    defaultLimit: 0.1,
  }),
  drift({
    id: "ks",
    label: "Kolmogorov–Smirnov distance",
    unit: "share",
    worse: "higher",
    range: UNIT_INTERVAL,
    featureTypes: ["number"],
    formula: "max |F − G| at the edges of the fine bins",
    description: "The largest gap between the two cumulative shares.",
    defaultLimit: 0.15,
  }),
  drift({
    id: "chi2",
    label: "Chi-squared statistic",
    unit: "chi2",
    worse: "higher",
    range: NON_NEGATIVE,
    formula: "Σ (observed − expected)² ÷ expected over 2 × K, bins pooled until every expected count is 5",
    description:
      "Homogeneity statistic, for audit: it grows with the number of rows, so alert on a distance.",
  }),
  performance(CLASSIFIERS, {
    id: "accuracy",
    label: "Accuracy",
    unit: "share",
    worse: "lower",
    range: UNIT_INTERVAL,
    formula: "correct decisions ÷ labelled decisions",
    description:
      "The share of labelled predictions whose decision was right; also micro-averaged precision, recall and F1.",
  }),
  performance(CLASSIFIERS, {
    id: "precision",
    label: "Precision",
    unit: "share",
    worse: "lower",
    range: UNIT_INTERVAL,
    formula: "TP ÷ (TP + FP); macro average over the classes present for multiclass",
    description: "Of those called positive, the share that was.",
  }),
  performance(CLASSIFIERS, {
    id: "recall",
    label: "Recall",
    unit: "share",
    worse: "lower",
    range: UNIT_INTERVAL,
    formula: "TP ÷ (TP + FN); macro average over the classes present for multiclass",
    description: "Of the true positives, the share that was called so.",
  }),
  performance(CLASSIFIERS, {
    id: "f1",
    label: "F1",
    unit: "score",
    worse: "lower",
    range: UNIT_INTERVAL,
    formula: "2 TP ÷ (2 TP + FP + FN); macro average over the classes present for multiclass",
    description: "Harmonic mean of precision and recall.",
  }),
  performance(["binary"], {
    id: "specificity",
    label: "Specificity",
    unit: "share",
    worse: "lower",
    range: UNIT_INTERVAL,
    formula: "TN ÷ (TN + FP)",
    description: "Of the true negatives, the share that was left alone.",
  }),
  performance(["binary"], {
    id: "npv",
    label: "Negative predictive value",
    unit: "share",
    worse: "lower",
    range: UNIT_INTERVAL,
    formula: "TN ÷ (TN + FN)",
    description: "Of those called negative, the share that was.",
  }),
  performance(["binary"], {
    id: "false_positive_rate",
    label: "False positive rate",
    unit: "share",
    worse: "higher",
    range: UNIT_INTERVAL,
    formula: "FP ÷ (TN + FP)",
    description: "Of the true negatives, the share that raised a false alarm.",
  }),
  performance(["binary"], {
    id: "balanced_accuracy",
    label: "Balanced accuracy",
    unit: "score",
    worse: "lower",
    range: UNIT_INTERVAL,
    formula: "(recall + specificity) ÷ 2",
    description: "Accuracy as if both classes were equally common; 0.5 is no better than chance.",
  }),
  performance(["binary"], {
    id: "mcc",
    label: "Matthews correlation",
    unit: "score",
    worse: "lower",
    range: [-1, 1],
    formula: "(TP · TN − FP · FN) ÷ √((TP + FP)(TP + FN)(TN + FP)(TN + FN))",
    description: "Correlation of decision and truth; 0 is no better than chance.",
  }),
  performance(CLASSIFIERS, {
    id: "kappa",
    label: "Cohen's kappa",
    unit: "score",
    worse: "lower",
    range: [-1, 1],
    formula: "(agreement − agreement by chance) ÷ (1 − agreement by chance)",
    description: "How much more often decisions agree with the truth than chance would.",
  }),
  performance(["multiclass"], {
    id: "precision_weighted",
    label: "Precision, weighted",
    unit: "share",
    worse: "lower",
    range: UNIT_INTERVAL,
    formula: "Σ share of the class in the labels · its precision",
    description: "Precision averaged over the classes, common ones counting more.",
  }),
  performance(["multiclass"], {
    id: "recall_weighted",
    label: "Recall, weighted",
    unit: "share",
    worse: "lower",
    range: UNIT_INTERVAL,
    formula: "Σ share of the class in the labels · its recall",
    description: "Recall averaged over the classes, common ones counting more.",
  }),
  performance(["multiclass"], {
    id: "f1_weighted",
    label: "F1, weighted",
    unit: "score",
    worse: "lower",
    range: UNIT_INTERVAL,
    formula: "Σ share of the class in the labels · its F1",
    description: "F1 averaged over the classes, common ones counting more.",
  }),
  performance(["binary"], {
    id: "roc_auc",
    label: "ROC AUC",
    unit: "score",
    worse: "lower",
    range: UNIT_INTERVAL,
    formula: "P(score of a positive > score of a negative) + ½ P(equal)",
    description: "How well the score ranks positives above negatives; 0.5 is no better than chance.",
  }),
  performance(["binary"], {
    id: "pr_auc",
    label: "PR AUC",
    unit: "score",
    worse: "lower",
    range: UNIT_INTERVAL,
    formula: "average precision Σ ΔRecall · Precision",
    description: "Precision averaged over recall; the share of positives is the level of chance.",
  }),
  performance(CLASSIFIERS, {
    id: "log_loss",
    label: "Log loss",
    unit: "nats",
    worse: "higher",
    range: NON_NEGATIVE,
    formula: "−mean ln p(true class), p clipped to [1e-15, 1 − 1e-15]",
    description: "How surprised the probabilities were by the truth.",
  }),
  performance(CLASSIFIERS, {
    id: "brier",
    label: "Brier score",
    unit: "score",
    worse: "higher",
    range: [0, 2],
    formula: "mean (p − y)²; summed over the classes for multiclass",
    description: "Mean squared error of the probabilities.",
  }),
  performance(["binary"], {
    id: "ece",
    label: "Expected calibration error",
    unit: "share",
    worse: "higher",
    range: UNIT_INTERVAL,
    formula: "Σ n_b ÷ n · |observed share − mean probability| over ten bins",
    description: "How far the probabilities are from the shares that really happened.",
    defaultLimit: 0.05,
  }),
  performance(["regression"], {
    id: "mae",
    label: "Mean absolute error",
    unit: "label-unit",
    worse: "higher",
    range: NON_NEGATIVE,
    formula: "mean |prediction − label|",
    description: "How far predictions are off on average.",
  }),
  performance(["regression"], {
    id: "rmse",
    label: "Root mean squared error",
    unit: "label-unit",
    worse: "higher",
    range: NON_NEGATIVE,
    formula: "√ mean (prediction − label)²",
    description: "Typical error, in which large ones weigh more.",
  }),
  performance(["regression"], {
    id: "bias",
    label: "Bias",
    unit: "label-unit",
    worse: "both",
    range: [null, null],
    formula: "mean (prediction − label)",
    description: "Above 0, predictions are too high on average.",
  }),
  performance(["regression"], {
    id: "r2",
    label: "R²",
    unit: "score",
    worse: "lower",
    range: [null, 1],
    formula: "1 − Σ(prediction − label)² ÷ Σ(label − mean label)²",
    description: "The share of the labels' variance that predictions explain, in the window itself.",
  }),
  performance(["regression"], {
    id: "mse",
    label: "Mean squared error",
    unit: "score",
    worse: "higher",
    range: NON_NEGATIVE,
    formula: "mean (prediction − label)²",
    description: "In the label's unit squared; large errors weigh more.",
  }),
  performance(["regression"], {
    id: "median_absolute_error",
    label: "Median absolute error",
    unit: "label-unit",
    worse: "higher",
    range: NON_NEGATIVE,
    formula: "50 % quantile of |prediction − label|, from bins that grow by 12 %",
    description: "Half of the predictions are off by at most this much; a few wild ones do not move it.",
  }),
  performance(["regression"], {
    id: "over_prediction_rate",
    label: "Share of over-predictions",
    unit: "share",
    worse: "both",
    range: UNIT_INTERVAL,
    formula: "labelled predictions above their label ÷ labelled predictions",
    description: "A half when errors go both ways alike.",
  }),
  performance(["ranking"], {
    id: "ndcg@10",
    label: "NDCG at 10",
    unit: "score",
    worse: "lower",
    range: UNIT_INTERVAL,
    formula:
      "mean over queries of Σ relevance ÷ log₂(rank + 1) over ten ranks, ÷ that of the best order of all labelled items",
    description:
      "How near each list is to the best order, early ranks counting most. Queries without a relevant item are left out.",
  }),
  performance(["ranking"], {
    id: "map@10",
    label: "MAP at 10",
    unit: "score",
    worse: "lower",
    range: UNIT_INTERVAL,
    formula:
      "mean over queries of Σ precision at each relevant rank ÷ min(relevant items, 10), over ten ranks",
    description:
      "How early the relevant items come and how many of them are there. Queries without a relevant item are left out.",
  }),
  performance(["ranking"], {
    id: "mrr",
    label: "Mean reciprocal rank",
    unit: "score",
    worse: "lower",
    range: UNIT_INTERVAL,
    formula: "mean over queries of 1 ÷ rank of the first relevant item, 0 without one; all ranks",
    description: "How soon the first relevant item comes: 1 is at the head, 0.5 in second place.",
  }),
  performance(["ranking"], {
    id: "precision@10",
    label: "Precision at 10",
    unit: "share",
    worse: "lower",
    range: UNIT_INTERVAL,
    formula: "mean over queries of relevant items in the first ten ranks ÷ 10",
    description:
      "The share of the first ten ranks that hold a relevant item; ranks that a list does not reach hold none.",
  }),
];

const BY_ID: ReadonlyMap<string, MetricDefinition> = new Map(METRICS.map((metric) => [metric.id, metric]));

export const METRIC_IDS: readonly string[] = METRICS.map((metric) => metric.id);

export function findMetric(id: string): MetricDefinition | null {
  return BY_ID.get(id) ?? null;
}

/** Ids that someone who typed `id` may have meant, closest first. */
export function metricsNear(id: string): string[] {
  return nearMatches(id, METRIC_IDS);
}

export function metricsForTask(task: Task): MetricDefinition[] {
  return METRICS.filter((metric) => metric.tasks.includes(task));
}
