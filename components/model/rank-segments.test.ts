import { expect, test } from "vitest";
import { rankSegments } from "#components/model/rank-segments.ts";
import type { MetricPoint, SegmentRow } from "#server/api/contract.ts";

const row = (
  value: string,
  at: number | null,
  half: number,
  status: MetricPoint["status"] = "OK",
): SegmentRow => ({
  value,
  n: 500,
  share: 0.1,
  point: {
    from: "2013-09-16T00:00:00Z",
    to: "2013-09-23T00:00:00Z",
    metric: "roc_auc",
    version: "v2",
    feature: null,
    segment: null,
    value: at,
    ci: at === null ? null : { lo: at - half, hi: at + half, level: 0.95, method: "x" },
    nRef: null,
    nCur: 500,
    status,
    revision: 1,
    refId: null,
    method: "x",
  },
});

test("worst is surely worse: a wide interval does not win", () => {
  const { judged } = rankSegments([row("wide", 0.6, 0.2), row("narrow", 0.65, 0.01)], "roc_auc");
  expect(judged.map((one) => one.value)).toEqual(["narrow", "wide"]);
});

test("where higher is worse, the order turns around", () => {
  const { judged } = rankSegments([row("low", 20, 1), row("high", 30, 1)], "mae");
  expect(judged.map((one) => one.value)).toEqual(["high", "low"]);
});

test("what is too small to judge is counted, not ranked", () => {
  const ranked = rankSegments(
    [row("a", 0.1, 0.05, "LOW_N"), row("b", null, 0), row("c", 0.7, 0.02)],
    "roc_auc",
  );
  expect(ranked.judged.map((one) => one.value)).toEqual(["c"]);
  expect(ranked.small).toBe(2);
  expect(rankSegments([], "roc_auc").domain).toEqual([0, 1]);
});
