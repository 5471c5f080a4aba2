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
import { evenBins, predictedDistribution, residualDistribution, residualSides } from "./regression-bins.ts";

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
const limit = { limit: 0.7, op: "below" as const, severity: "page" as const, window: "1d" as const };

test("the metric people ask for first leads the list", () => {
  expect(performanceMetrics("binary")[0]?.id).toBe("roc_auc");
  expect(performanceMetrics("regression")[0]?.id).toBe("mae");
  expect(performanceMetrics("ranking")[0]?.id).toBe("ndcg@10");
});

test("the sentence speaks of the last mature window, not of the newest", () => {
  const points = [point(0, 0.7), point(1, 0.63), point(2, 0.9, { status: "IMMATURE" })];
  expect(lastMature(points)?.value).toBe(0.63);
  expect(performanceSentence("roc_auc", points, limit, "1d", "UTC")).toBe(
    "AUC was 0.63 (95 % CI 0.61–0.65) in the last window with mature labels (Tue 17 Sep); limit 0.70, 1,000 labelled rows.",
  );
});

test("a limit for windows of another width says so", () => {
  expect(performanceSentence("roc_auc", [point(0, 0.63)], { ...limit, window: "7d" }, "1d", "UTC")).toMatch(
    /limit 0\.70 on weekly windows/,
  );
});

test("too few labels and no labels give no verdict", () => {
  const few = point(0, 0.31, { status: "LOW_N", nCur: 42 });
  expect(performanceSentence("roc_auc", [few], limit, "1d", "UTC")).toMatch(
    /^Too few labels to judge AUC .*: 42/,
  );
  expect(performanceSentence("roc_auc", [point(0, null)], limit, "1d", "UTC")).toMatch(/no labels have come/);
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
  expect(coverageSentence([point(0, 0)], [])).toBe("0 of 1,000 predictions in this range have labels.");
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

test("errors are drawn over bins of one width, with nothing lost", () => {
  // One hump around zero, kept in bins that grow with the size of the error.
  const edges = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2];
  const density = (x: number) => Math.exp(-Math.abs(x) / 8);
  const half = edges.slice(1).map((to, at) => {
    const from = edges[at] ?? 0;
    return { from, to, count: Math.round(1000 * (to - from) * density((from + to) / 2)) };
  });
  const bins = [
    ...half.map((one) => ({ from: -one.to, to: -one.from, count: one.count })).reverse(),
    { from: -0.1, to: 0.1, count: 200 },
    ...half,
  ];
  const even = evenBins(bins);
  const inner = even.slice(1, -1);
  const widths = inner.map((one) => (one.to ?? 0) - (one.from ?? 0));
  expect(Math.max(...widths) - Math.min(...widths)).toBeLessThan(1e-6);
  const top = inner.reduce((best, one) => (one.count > best.count ? one : best));
  expect(Math.abs(((top.from ?? 0) + (top.to ?? 0)) / 2)).toBeLessThan(4);
  const sum = (list: readonly { count: number }[]) => list.reduce((total, one) => total + one.count, 0);
  expect(Math.abs(sum(even) - sum(bins)) / sum(bins)).toBeLessThan(0.01);
  expect([even[0]?.from, even.at(-1)?.to]).toEqual([null, null]);
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
  const bins = residualDistribution(regression).bins;
  expect([bins[0]?.current, bins.at(-1)?.current]).toEqual([2, 1]);
  expect(predictedDistribution(regression).reference?.n).toBe(5);
});
