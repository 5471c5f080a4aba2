import { expect, test } from "vitest";
import type { MetricPoint, Monitor, MulticlassCurves } from "#server/api/contract.ts";
import { confusionModel, OTHER, worstMixUp } from "./confusion.ts";
import { coverageBars } from "./coverage-strip-model.ts";
import {
  coverageSentence,
  lastMature,
  performanceMetrics,
  performanceSentence,
  verdictOn,
  watchingMonitor,
} from "./performance-words.ts";
import { predictedDistribution, residualDistribution, residualSides } from "./regression-bins.ts";

const DAY = 86_400_000;
const START = Date.UTC(2013, 8, 16);

function point(day: number, value: number | null, more: Partial<MetricPoint> = {}): MetricPoint {
  return {
    from: new Date(START + day * DAY).toISOString(),
    to: new Date(START + (day + 1) * DAY).toISOString(),
    metric: "roc_auc",
    version: "v2",
    feature: null,
    segment: null,
    value,
    ci: value === null ? null : { lo: value - 0.02, hi: value + 0.02, level: 0.95, method: "" },
    nRef: null,
    nCur: 1000,
    status: value === null ? "EMPTY" : "OK",
    revision: 1,
    refId: null,
    method: "",
    ...more,
  };
}
const limit = { limit: 0.7, op: "below" as const, severity: "page" as const };

test("the metric people ask for first leads the list", () => {
  expect(performanceMetrics("binary")[0]?.id).toBe("roc_auc");
  expect(performanceMetrics("regression")[0]?.id).toBe("mae");
  expect(performanceMetrics("ranking")).toEqual([]);
});

test("the sentence speaks of the last mature window, not of the newest", () => {
  const points = [point(0, 0.7), point(1, 0.63), point(2, 0.9, { status: "IMMATURE" })];
  expect(lastMature(points)?.value).toBe(0.63);
  expect(performanceSentence("roc_auc", points, limit, "UTC")).toBe(
    "AUC was 0.63 (95 % CI 0.61–0.65) in the last window with mature labels (Tue 17 Sep); limit 0.70, 1,000 labelled rows.",
  );
});

test("too few labels and no labels give no verdict", () => {
  const few = point(0, 0.31, { status: "LOW_N", nCur: 42 });
  expect(performanceSentence("roc_auc", [few], limit, "UTC")).toMatch(/^Too few labels to judge AUC .*: 42/);
  expect(performanceSentence("roc_auc", [point(0, null)], limit, "UTC")).toMatch(/no labels yet/);
  expect(verdictOn(few, limit)).toBe("too-few");
});

test.each([
  [0.65, "over"],
  [0.69, "may-be"],
  [0.71, "within"],
] as const)("%d against a limit of 0.70 is %s", (value, verdict) => {
  expect(verdictOn(point(0, value), limit)).toBe(verdict);
});

test("coverage is weighed by rows", () => {
  const coverage = [point(0, 1, { nCur: 900 }), point(1, 0, { nCur: 100 })];
  expect(
    coverageSentence(coverage, [point(0, 0.7), point(1, null, { status: "IMMATURE" })]).replaceAll(" ", " "),
  ).toBe("90.0\u202f% of 1,000 predictions in this range have labels; in 1 window they still arrive.");
  expect(coverageSentence([], [])).toBe("No predictions in this range.");
});

test("coverage bars share the chart's axis and say which still wait", () => {
  const from = START;
  const bars = coverageBars([point(0, 0.5), point(1, 0.25), point(9, 1)], new Set([point(1, 0).from]), {
    fromMs: from,
    toMs: from + 2 * DAY,
    zone: "UTC",
  });
  expect(bars.map((bar) => [bar.left, bar.width, bar.share, bar.waiting])).toEqual([
    [0, 0.5, 0.5, false],
    [0.5, 0.5, 0.25, true],
  ]);
});

test("pages speak before tickets, the stricter limit before the looser", () => {
  const monitor = (more: Partial<Monitor>): Monitor =>
    ({ enabled: true, metric: "roc_auc", feature: null, segment: null, ...limit, ...more }) as Monitor; // what is read
  const found = watchingMonitor(
    [
      monitor({ severity: "ticket", limit: 0.8 }),
      monitor({ limit: 0.65 }),
      monitor({ limit: 0.7 }),
      monitor({ limit: 0.9, enabled: false }),
    ],
    "roc_auc",
    undefined,
  );
  expect(found?.limit).toBe(0.7);
  expect(watchingMonitor([monitor({})], "roc_auc", "carrier:UA")).toBeNull();
});

const curves: MulticlassCurves = {
  kind: "multiclass",
  labelled: 100,
  classes: ["a", "b", "c"],
  confusion: [
    [50, 5, 0],
    [10, 20, 0],
    [0, 1, 14],
  ],
  perClass: [],
};

test("a confusion matrix keeps its sums when classes are folded", () => {
  const whole = confusionModel(curves);
  expect(whole.rows.map((row) => row.total)).toEqual([55, 30, 15]);
  expect(worstMixUp(whole)).toMatchObject({ actual: "b", cell: { predicted: "a", count: 10 } });
  const folded = confusionModel(curves, 2);
  expect(folded.classes).toEqual(["a", OTHER]);
  expect(folded.rows.flatMap((row) => row.cells.map((cell) => cell.count))).toEqual([50, 5, 10, 35]);
  expect(folded.folded).toBe(2);
});

test("residuals and predictions become distributions", () => {
  const regression = {
    kind: "regression" as const,
    labelled: 10,
    residuals: [
      { from: null, to: -10, count: 2 },
      { from: -10, to: 0, count: 3 },
      { from: 0, to: 10, count: 4 },
      { from: 10, to: null, count: 1 },
    ],
    predicted: [{ from: 0, to: 10, reference: 5, current: 7 }],
  };
  expect(residualSides(regression)).toEqual({ high: 0.5, low: 0.5, near: 0 });
  expect(residualDistribution(regression).bins.map((bin) => bin.label)).toEqual([
    "under −10",
    "−10 – 0",
    "0 – 10",
    "from 10",
  ]);
  expect(predictedDistribution(regression).reference?.n).toBe(5);
});
