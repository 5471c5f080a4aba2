import { expect, test } from "vitest";
import { queryMetrics } from "#server/metrics/query-metrics.ts";
import { type LabelledRow, testSource } from "#server/metrics/test-world.ts";
import { schemaOf } from "#server/windows/test-rows.ts";

const DAY = 86_400_000;

function values(task: "binary" | "multiclass" | "regression", rows: LabelledRow[], metric: string) {
  const schema = schemaOf({ slug: "m", task, positiveClass: task === "binary" ? "yes" : null });
  const source = testSource({ schema, versions: { v1: { rows } } });
  const { points } = queryMetrics(source, { model: "m", metric, window: "all" });
  return Object.fromEntries(points.map((point) => [point.metric, point.value]));
}

/** 40 true and 10 false positives, 130 true and 20 false negatives, as in scikit-learn's documentation of kappa. */
const decisions = [
  { times: 40, score: 0.9, label: "yes" },
  { times: 10, score: 0.8, label: "no" },
  { times: 130, score: 0.1, label: "no" },
  { times: 20, score: 0.2, label: "yes" },
].flatMap(({ times, score, label }) =>
  Array.from({ length: times }, (_, row) => ({ row: { ts: DAY + row, "output.probability": score }, label })),
);

test("a binary model's decisions, told in every usual way", () => {
  const found = values(
    "binary",
    decisions,
    "specificity,npv,false_positive_rate,balanced_accuracy,mcc,kappa,accuracy",
  );
  expect(found.specificity).toBeCloseTo(130 / 140, 12);
  expect(found.npv).toBeCloseTo(130 / 150, 12);
  expect(found.false_positive_rate).toBeCloseTo(10 / 140, 12);
  expect(found.balanced_accuracy).toBeCloseTo((40 / 60 + 130 / 140) / 2, 12);
  expect(found.mcc).toBeCloseTo(0.629940788348712, 12);
  expect(found.kappa).toBeCloseTo(0.625, 12);
});

test("averages over classes: weighted recall is the accuracy, kappa takes chance off", () => {
  const rows = [
    ["a", "a", 50],
    ["a", "b", 10],
    ["b", "b", 25],
    ["b", "c", 5],
    ["c", "c", 10],
  ].flatMap(([label, value, times]) =>
    Array.from({ length: Number(times) }, (_, row) => ({
      row: { ts: DAY + row, "output.value": value },
      label: String(label),
    })),
  );
  const found = values(
    "multiclass",
    rows,
    "accuracy,kappa,recall_weighted,precision_weighted,f1_weighted,recall",
  );
  expect(found.accuracy).toBeCloseTo(0.85, 12);
  expect(found.recall_weighted).toBeCloseTo(0.85, 12);
  expect(found.recall).toBeCloseTo((50 / 60 + 25 / 30 + 1) / 3, 12);
  expect(found.precision_weighted).toBeCloseTo(0.6 * 1 + 0.3 * (25 / 35) + 0.1 * (10 / 15), 12);
  const chance = (60 * 50 + 30 * 35 + 10 * 15) / 100 ** 2;
  expect(found.kappa).toBeCloseTo((0.85 - chance) / (1 - chance), 12);
});

test("errors without their sign, and which way they go", () => {
  const errors = [-100, -3, -2, 0, 1, 2, 4, 8, 16, 1000];
  const rows = errors.flatMap((error) =>
    Array.from({ length: 10 }, (_, row) => ({
      row: { ts: DAY + row, "output.value": 50 + error },
      label: 50,
    })),
  );
  const found = values("regression", rows, "mse,median_absolute_error,over_prediction_rate,rmse");
  expect(found.mse).toBeCloseTo((found.rmse ?? Number.NaN) ** 2, 6);
  expect(found.over_prediction_rate).toBeCloseTo(0.6, 12);
  // The middle of 0 1 2 2 3 4 8 16 100 1000 lies between 3 and 4; bins grow by 12 %.
  expect(found.median_absolute_error).toBeGreaterThan(2.8);
  expect(found.median_absolute_error).toBeLessThan(4.5);
});
