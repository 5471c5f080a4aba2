import { expect, test } from "vitest";
import {
  estimatedSeries,
  estimateSentence,
  movementSentence,
  scorecardSentence,
  struckOutSentence,
} from "#components/performance/estimated-model.ts";
import type { EstimatePoint, EstimatesAnswer } from "#server/api/contracts/estimates.ts";

const point = (day: number, more: Partial<EstimatePoint> = {}): EstimatePoint => ({
  from: `2026-10-0${day}T00:00:00.000Z`,
  to: `2026-10-0${day + 1}T00:00:00.000Z`,
  version: "v2",
  value: 0.765,
  ci: { lo: 0.74, hi: 0.79, level: 0.95, method: "test" },
  concept: { lo: 0.71, hi: 0.81, level: 0.95, method: "test" },
  parts: { sampling: 0.01, calibration: 0.002 },
  predictions: 900,
  status: "OK",
  reason: null,
  unseen: 0,
  realised: { value: 0.75, ci: null, status: "OK", labelled: 880 },
  ...more,
});
const answer = (more: Partial<EstimatesAnswer> = {}): EstimatesAnswer => ({
  model: "flight-late",
  metric: "roc_auc",
  method: "roc_auc/cbpe/v1",
  watermark: null,
  window: "1d",
  widenedFrom: null,
  points: [point(1), point(2)],
  reason: null,
  scorecard: {
    windows: 30,
    held: 27,
    meanAbsoluteError: 0.012,
    meanError: 0.001,
    evidence: 0.1,
    isStruckOut: false,
  },
  movement: { intercept: 0.1, slope: 0.1, windows: 0 },
  baselines: [],
  assumptions: [],
  ...more,
});

test("the newest estimate, its band and the wider one, in a sentence", () => {
  expect(estimateSentence(answer(), "UTC")).toBe(
    "AUC is estimated at 0.77 (0.74–0.79) for Fri 2 Oct, without labels. If the concept moved as much as it has before: 0.71–0.81.",
  );
  expect(estimateSentence(answer({ points: [] }), "UTC")).toBeNull();
});

test("how it has done, and when it is not to be believed", () => {
  expect(scorecardSentence(answer())).toBe(
    "Over the last 30 judged windows the estimate was off by 0.012 on average and its band held the truth 27 of 30 times.",
  );
  expect(struckOutSentence(answer())).toBeNull();
  const off = {
    windows: 30,
    held: 12,
    meanAbsoluteError: 0.05,
    meanError: 0.05,
    evidence: 900,
    isStruckOut: true,
  };
  expect(scorecardSentence(answer({ scorecard: off }))).toContain("mostly too high");
  expect(struckOutSentence(answer({ scorecard: off }))).toContain("it missed 18 of the last 30 windows");
  expect(scorecardSentence(answer({ scorecard: null }))).toContain("nobody knows");
  expect(estimatedSeries(answer({ scorecard: off }))[1]?.label).toContain("struck out");
});

test("a window whose labels still come shows its estimate only", () => {
  const waiting = point(2, { realised: { value: 0.9, ci: null, status: "IMMATURE", labelled: 40 } });
  const [realised, estimated] = estimatedSeries(answer({ points: [point(1), waiting] }));
  expect(realised?.points.map(({ value }) => value)).toEqual([0.75, null]);
  expect(estimated?.points.map(({ value }) => value)).toEqual([0.765, 0.765]);
  expect(estimated?.outer?.[1]).toMatchObject({ lo: 0.71, hi: 0.81 });
});

test("what the lighter band was learnt from", () => {
  expect(movementSentence(answer())).toContain("too little labelled history");
  expect(movementSentence(answer({ movement: { intercept: 0.3, slope: 0.2, windows: 22 } }))).toContain(
    "22 changes",
  );
});
