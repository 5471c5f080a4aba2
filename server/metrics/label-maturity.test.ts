import { expect, test } from "vitest";
import { labelMaturity } from "#server/metrics/label-maturity.ts";

const windows = (...coverages: number[]) =>
  coverages.map((coverage, day) => ({
    end: day + 1,
    predictions: 1000,
    labelled: Math.round(1000 * coverage),
  }));
const judged = (history: ReturnType<typeof windows>) => history.map(labelMaturity(history));

test("windows whose labels have yet to come are immature, those before them are not", () => {
  const history = windows(1, 1, 1, 1, 1, 1, 1, 0.9, 0.5, 0.1);
  expect(judged(history)).toEqual([...Array.from({ length: 8 }, () => true), false, false]);
});

test("labels for a tenth of the rows are all there is where it was never more", () => {
  expect(judged(windows(...Array.from({ length: 12 }, () => 0.1)))).not.toContain(false);
});

test("an old window that lost its labels is as ripe as it will ever be", () => {
  expect(judged(windows(1, 1, 0.1, 1, 1, 1, 1, 1, 1, 1))).not.toContain(false);
});

test("a short history makes no claim", () => {
  expect(judged(windows(1, 1, 1, 0.2))).not.toContain(false);
});

test("a handful of rows with all their labels does not make the day before it ripe", () => {
  const history = [...windows(1, 1, 1, 1, 1, 1, 1, 1, 0.2), { end: 10, predictions: 3, labelled: 3 }];
  expect(judged(history).at(-2)).toBe(false);
});
