import { expect, test } from "vitest";
import { shareOf } from "./share-interval.ts";
import {
  decisionsOf,
  deployedThreshold,
  precisionRecallPoints,
  rocPoints,
  tallyAt,
  thin,
  thresholdRange,
} from "./threshold-table.ts";
import { thresholdSentence } from "./threshold-words.ts";

/** Scores 0.9 0.6 0.2 of positives, 0.6 0.1 of negatives. */
const rows = [
  { threshold: 0.9, tp: 1, fp: 0, tn: 2, fn: 2 },
  { threshold: 0.6, tp: 2, fp: 1, tn: 1, fn: 1 },
  { threshold: 0.2, tp: 3, fp: 1, tn: 1, fn: 0 },
  { threshold: 0.1, tp: 3, fp: 2, tn: 0, fn: 0 },
];
const format = { integer: String, percent: (value: number) => `${Math.round(value * 100)} %` };

test("Wilson's interval matches the textbook and copes with nothing counted", () => {
  const share = shareOf(8, 10);
  expect(share.lo).toBeCloseTo(0.4902, 3);
  expect(share.hi).toBeCloseTo(0.9433, 3);
  expect(shareOf(0, 0)).toMatchObject({ value: null, lo: 0, hi: 1 });
  expect(shareOf(0, 20)).toMatchObject({ value: 0, lo: 0 });
});

test.each([
  [0.95, { tp: 0, fp: 0, tn: 2, fn: 3 }],
  [0.9, { tp: 1, fp: 0, tn: 2, fn: 2 }],
  [0.61, { tp: 1, fp: 0, tn: 2, fn: 2 }],
  [0.6, { tp: 2, fp: 1, tn: 1, fn: 1 }],
  [0.5, { tp: 2, fp: 1, tn: 1, fn: 1 }],
  [0, { tp: 3, fp: 2, tn: 0, fn: 0 }],
])("a decision at %d counts scores at or above it", (threshold, tally) => {
  expect(tallyAt(rows, threshold)).toMatchObject(tally);
});

test("no rows give an empty tally and no curves", () => {
  expect(tallyAt([], 0.5)).toEqual({ tp: 0, fp: 0, tn: 0, fn: 0 });
  expect(rocPoints([])).toEqual([]);
  expect(precisionRecallPoints([])).toEqual([]);
});

test("one class only has no ROC curve", () => {
  expect(rocPoints([{ threshold: 0.5, tp: 3, fp: 0, tn: 0, fn: 1 }])).toEqual([]);
});

test("the ROC curve runs from nobody to everybody whatever the order of rows", () => {
  const points = rocPoints([...rows].reverse());
  expect(points[0]).toMatchObject({ x: 0, y: 0 });
  expect(points.at(-1)).toMatchObject({ x: 1, y: 1 });
  expect(points.map((point) => point.y)).toEqual([0, 1 / 3, 2 / 3, 1, 1]);
});

test("precision and recall leave out points with too few calls", () => {
  expect(precisionRecallPoints(rows, 3).map((point) => point.y)).toEqual([2 / 3, 3 / 4, 3 / 5]);
});

test("decisions add up", () => {
  const found = decisionsOf({ tp: 2, fp: 1, tn: 1, fn: 1 });
  expect(found.recall.value).toBeCloseTo(2 / 3);
  expect(found.precision.value).toBeCloseTo(2 / 3);
  expect(found.wrong).toMatchObject({ count: 2, of: 5 });
});

test("the sentence speaks of rows", () => {
  const deployed = decisionsOf(tallyAt(rows, 0.6));
  const tried = decisionsOf(tallyAt(rows, 0.2));
  const names = { positive: "late", tried: "0.20", deployed: "0.60", moved: true };
  expect(thresholdSentence(tried, deployed, names, format)).toBe(
    "From 0.60 to 0.20: 1 more late rows caught, no more and no fewer others called late; wrong decisions 40 % → 20 %.",
  );
  expect(thresholdSentence(deployed, deployed, { ...names, moved: false }, format)).toBe(
    "As deployed, 67 % of late rows are called late; 67 % of those calls are right.",
  );
});

test("thinning keeps both ends and the count", () => {
  const many = Array.from({ length: 1000 }, (_, index) => index);
  const few = thin(many, 50);
  expect(few).toHaveLength(50);
  expect([few[0], few.at(-1)]).toEqual([0, 999]);
});

test("the slider covers the scores and the threshold in force", () => {
  expect(thresholdRange(rows, 0.95)).toEqual({ min: 0.1, max: 0.95 });
  expect(thresholdRange([], 0.5)).toEqual({ min: 0, max: 1 });
});

test("the deployed threshold is the model's own, unless decisions were logged by another", () => {
  const deployed = { tp: 2, fp: 1, tn: 1, fn: 1 };
  expect(deployedThreshold({ thresholds: rows, deployed }, 0.5)).toEqual({ threshold: 0.5, inferred: false });
  expect(deployedThreshold({ thresholds: rows, deployed }, 0.95)).toEqual({ threshold: 0.6, inferred: true });
  const nobody = { tp: 0, fp: 0, tn: 0, fn: 0 };
  expect(deployedThreshold({ thresholds: [], deployed: nobody }, 0.5)).toEqual({
    threshold: 0.5,
    inferred: false,
  });
});
