import { expect, test } from "vitest";
import { queryEstimates } from "#server/metrics/estimates/query-estimates.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { type LabelledRow, testSource } from "#server/metrics/test-world.ts";
import { drawBinomial } from "#server/stats/random/multinomial.ts";
import { seededGenerator } from "#server/stats/random/seeded-generator.ts";
import { rowsOf, schemaOf } from "#server/windows/test-rows.ts";

const DAY = 24 * 3_600_000;
const ROWS = 400;
const binary = schemaOf({
  slug: "m",
  positiveClass: "late",
  features: [{ name: "carrier", type: "category", segment: true }],
});

/** Rows of one day whose truth follows the score, moved by `concept`. */
function day(
  index: number,
  options: { concept?: number; rows?: number; unlabelled?: boolean } = {},
): LabelledRow[] {
  const next = seededGenerator(`day ${index}`);
  return Array.from({ length: options.rows ?? ROWS }, (_, row) => {
    const score = 0.05 + 0.9 * next();
    const truth = Math.min(1, Math.max(0, score + (options.concept ?? 0)));
    const label = drawBinomial(next, 1, truth) === 1 ? "late" : "on_time";
    return {
      row: {
        ts: index * DAY + row * 1000,
        "features.carrier": row % 2 === 0 ? "B6" : "UA",
        "output.probability": score,
      },
      ...(options.unlabelled ? {} : { label }),
    };
  });
}
const reference = day(0, { rows: 3_000 });
const days = (count: number, options: Parameters<typeof day>[1] = {}) =>
  Array.from({ length: count }, (_, index) => day(index + 1, options)).flat();
const world = (rows: readonly LabelledRow[], of = reference) =>
  testSource({ schema: binary, versions: { v1: { rows, reference: of } } });
const ask = { model: "m", window: "1d" } as const;

test("while scores keep their meaning, bands hold what labels then say, for every metric", () => {
  const source = world(days(20));
  for (const metric of ["roc_auc", "accuracy", "precision", "recall", "f1", "pr_auc", "log_loss", "brier"]) {
    const found = queryEstimates(source, { ...ask, metric });
    expect(found.points).toHaveLength(20);
    expect(found.scorecard?.windows).toBe(19); // the last one is still open
    expect(found.scorecard?.held).toBeGreaterThanOrEqual(16);
    expect(found.scorecard?.isStruckOut).toBe(false);
  }
});

test("when the concept moves the estimate does not, and its scorecard strikes it out", () => {
  const found = queryEstimates(world(days(20, { concept: 0.3 })), { ...ask, metric: "precision" });
  expect(found.scorecard).toMatchObject({ isStruckOut: true, windows: 19 });
  expect(found.scorecard?.meanError).toBeLessThan(-0.1);
});

test("a window without labels has an estimate and nothing realised", () => {
  const rows = [...days(10), ...day(11, { unlabelled: true })];
  const last = queryEstimates(world(rows), { ...ask, metric: "accuracy" }).points.at(-1);
  expect(last?.value).toBeGreaterThan(0.6);
  expect(last?.realised).toMatchObject({ value: null, labelled: 0 });
  expect(last?.concept?.lo).toBeLessThan(last?.ci?.lo ?? 0);
});

test("history before the range counts for the scorecard, and is not answered", () => {
  const from = new Date(16 * DAY).toISOString();
  const found = queryEstimates(world(days(20)), { ...ask, from });
  expect(found.points).toHaveLength(5);
  expect(found.scorecard?.windows).toBe(19); // the last one is still open
  expect(found.movement?.windows).toBeGreaterThan(5);
});

test.each([
  ["no_reference", undefined],
  ["no_labelled_reference", day(0, { unlabelled: true })],
  ["one_class_reference", reference.map(({ row }) => ({ row, label: "late" }))],
] as const)("%s is a reason, not an error", (code, of) => {
  const source = testSource({
    schema: binary,
    versions: { v1: { rows: days(2), ...(of === undefined ? {} : { reference: of }) } },
  });
  const found = queryEstimates(source, ask);
  expect(found.reason?.code).toBe(code);
  expect(found.reason?.message).toMatch(/\.$/);
  expect(found.points.every(({ value, status }) => value === null && status === "UNDEFINED")).toBe(true);
});

test("without probabilities, for metrics that windows cannot tell, and before any row there is a reason or nothing", () => {
  const decided = days(1).map(({ row, label }) => ({
    row: { ...row, "output.probability": undefined, "output.value": "late" },
    ...(label === undefined ? {} : { label }),
  }));
  expect(queryEstimates(world(decided), ask).reason?.code).toBe("no_probability");
  expect(queryEstimates(world(days(1)), { ...ask, metric: "ece" }).reason?.code).toBe("metric_not_estimated");
  expect(queryEstimates(world([]), ask)).toMatchObject({ points: [], reason: null, scorecard: null });
  expect(() => queryEstimates(world(days(1)), { ...ask, metric: "volume" })).toThrow(/performance metric/);
});

test("a segment with scores that mean something of their own is estimated by its own map", () => {
  const bent = day(0, { rows: 4_000 }).map(({ row, label }) =>
    row["features.carrier"] === "B6" ? { row, label: "late" as const } : { row, ...(label ? { label } : {}) },
  );
  const mixed = bent.map((one, index) => (index % 5 === 0 ? { row: one.row, label: "on_time" } : one));
  const source = world(days(3), mixed);
  const all = queryEstimates(source, { ...ask, metric: "precision" });
  const own = queryEstimates(source, { ...ask, metric: "precision", segment: "carrier:B6" });
  expect(own.assumptions.join(" ")).toContain("of this segment");
  expect(own.points[0]?.value).toBeGreaterThan((all.points[0]?.value ?? 1) + 0.02);
});

const regression = schemaOf({ slug: "m", task: "regression", features: [] });

function delays(index: number, rows: number, shift: number): LabelledRow[] {
  const next = seededGenerator(`delays ${index}`);
  return Array.from({ length: rows }, (_, row) => {
    const value = 10 + shift + 20 * next();
    const spread = value < 20 ? 1 : 5;
    return {
      row: { ts: index * DAY + row * 1000, "output.value": value },
      label: value + spread * (2 * next() - 1),
    };
  });
}

function delayWorld(withSample: boolean): MetricsSource {
  const then = delays(0, 2_000, 0);
  const rows = Array.from({ length: 8 }, (_, index) => delays(index + 1, 300, index)).flat();
  const source = testSource({ schema: regression, versions: { v1: { rows, reference: then } } });
  const columns = rowsOf(then.map(({ row, label }) => ({ ...row, label: Number(label) })));
  const sample = { ...columns, ofRows: then.length };
  return { ...source, referenceSample: () => (withSample ? { refId: "sha256:v1", sample } : null) };
}

test("errors of numbers are estimated by the size of the prediction, where rows of the reference were kept", () => {
  for (const metric of ["mae", "rmse"]) {
    const found = queryEstimates(delayWorld(true), { ...ask, metric });
    expect(found.points.map(({ value }) => value)).not.toContain(null);
    expect(found.points.at(-1)?.value ?? 0).toBeGreaterThan(found.points[0]?.value ?? 9);
    expect(found.scorecard?.held).toBeGreaterThanOrEqual(7);
  }
  expect(queryEstimates(delayWorld(false), ask).reason?.code).toBe("no_reference_sample");
  expect(queryEstimates(delayWorld(true), { ...ask, metric: "r2" }).reason?.code).toBe(
    "metric_not_estimated",
  );
});

test("accuracy of classes follows the mix of predicted classes", () => {
  const schema = schemaOf({ slug: "m", task: "multiclass", features: [] });
  const rows = (index: number, easy: number, count: number): LabelledRow[] => {
    const next = seededGenerator(`classes ${index}`);
    return Array.from({ length: count }, (_, row) => {
      const value = next() < easy ? "cat" : "owl";
      const isRight = next() < (value === "cat" ? 0.9 : 0.5);
      return { row: { ts: index * DAY + row * 1000, "output.value": value }, label: isRight ? value : "dog" };
    });
  };
  const source = testSource({
    schema,
    versions: { v1: { rows: [...rows(1, 0.9, 500), ...rows(2, 0.1, 500)], reference: rows(0, 0.5, 1_000) } },
  });
  const found = queryEstimates(source, ask);
  expect(found.points[0]?.value).toBeCloseTo(0.86, 1);
  expect(found.points[1]?.value).toBeCloseTo(0.54, 1);
  expect(found.method).toBe("accuracy/classes/v1");
});
