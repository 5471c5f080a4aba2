import { expect, test } from "vitest";
import { computeMetric } from "#server/metrics/compute-metric.ts";
import type { FeatureLayout, Layout } from "#server/windows/layout.ts";
import { EMPTY_MOMENTS } from "#server/windows/moments.ts";
import { emptySummary } from "#server/windows/read-summaries.ts";
import type { FeatureSummary } from "#server/windows/summary.ts";

const number: FeatureLayout = {
  name: "size",
  type: "number",
  bins: { kind: "number", edges: [1], coarse: [0, 1], coarseCount: 2, origin: "reference" },
  range: { min: 0, max: 2 },
};
const category: FeatureLayout = {
  name: "kind",
  type: "category",
  bins: { kind: "category", categories: ["a"], tail: [], closed: true },
  range: null,
};
const layout = (refId: string | null): Layout => ({
  modelId: 1,
  version: "v1",
  generation: 1,
  task: "ranking",
  windowMs: 3_600_000,
  positiveClass: null,
  threshold: 0.5,
  features: [number, category],
  segmentKeys: [],
  segmentValues: [],
  classes: [],
  output: null,
  refId,
});
const cells = (counts: number[], rest: Partial<FeatureSummary> = {}): FeatureSummary => ({
  counts: Float64Array.from(counts),
  absent: 0,
  nulls: 0,
  invalid: 0,
  coerced: 0,
  outOfRange: 0,
  moments: EMPTY_MOMENTS,
  newValues: new Map(),
  ...rest,
});

function rate(metric: string, feature: string | null, refId: string | null = "sha256:a") {
  const of = layout(refId);
  const size = cells([40, 40], { absent: 4, nulls: 6, invalid: 10, coerced: 20, outOfRange: 8 });
  const kind = cells([90, 0, 10]);
  const summary = { ...emptySummary(of), predictions: 100, features: [size, kind] };
  const { value, status, nCur } = computeMetric({ metric, feature, layout: of, summary, reference: null });
  return { value, status, nCur };
}

test.each([
  ["null_rate", "size", 0.1, 100],
  ["absent_rate", "size", 0.04, 100],
  ["invalid_rate", "size", 0.1, 100],
  ["coerced_rate", "size", 0.2, 100],
  ["out_of_range_rate", "size", 0.1, 80],
  ["new_category_rate", "kind", 0.1, 100],
  // Over all cells: both features where both can be missing, one where only one can be out of range.
  ["null_rate", null, 0.05, 200],
  ["invalid_rate", null, 0.05, 200],
  ["coerced_rate", null, 0.2, 100],
  ["out_of_range_rate", null, 0.1, 80],
])("%s of %s is %d of %d", (metric, feature, value, nCur) => {
  expect(rate(metric, feature)).toEqual({ value, status: "OK", nCur });
});

test.each(["out_of_range_rate", "new_category_rate"])(
  "%s without a reference is undefined, not 0",
  (metric) => {
    expect(rate(metric, null, null)).toEqual({ value: null, status: "UNDEFINED", nCur: 0 });
  },
);

test("what a feature's type does not have is undefined", () => {
  expect(rate("out_of_range_rate", "kind").status).toBe("UNDEFINED");
  expect(rate("new_category_rate", "size").status).toBe("UNDEFINED");
});
