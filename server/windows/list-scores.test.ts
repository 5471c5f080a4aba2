import { expect, test } from "vitest";
import { listScores, readItems, readRelevances } from "#server/windows/list-scores.ts";

const scores = (items: string, label: Record<string, number>) =>
  listScores(items.split(""), readRelevances(JSON.stringify(label)) ?? new Map());

/** Normalised gains are scikit-learn's `ndcg_score` over all items, those not shown behind the tenth rank. */
test("a list is judged by the relevance of what it shows, and of what it missed", () => {
  const inOrder = scores("abcd", { a: 3, b: 2, d: 1 });
  expect(inOrder.normalisedGain).toBeCloseTo(0.9854419388428785, 12);
  expect(inOrder.averagePrecision).toBeCloseTo((1 + 1 + 3 / 4) / 3, 12);
  expect(inOrder).toMatchObject({ reciprocalRank: 1, precision: 0.3 });
  const missedOne = scores("abc", { c: 1, z: 2 });
  expect(missedOne.normalisedGain).toBeCloseTo(0.19004688335796716, 12);
  expect(missedOne.averagePrecision).toBeCloseTo(1 / 3 / 2, 12);
  expect(missedOne).toMatchObject({ reciprocalRank: 1 / 3, precision: 0.1 });
});

test("only the first ten ranks count, but the reciprocal rank looks further", () => {
  const late = listScores(
    Array.from({ length: 12 }, (_, rank) => String(rank)),
    new Map([["11", 1]]),
  );
  expect(late).toEqual({ normalisedGain: 0, averagePrecision: 0, reciprocalRank: 1 / 12, precision: 0 });
  const both = listScores(
    Array.from({ length: 12 }, (_, rank) => String(rank)),
    new Map(Object.entries({ "3": 1, "11": 5, "0": 2 })),
  );
  expect(both.normalisedGain).toBeCloseTo(0.3594686573280233, 12);
});

test("without a relevant item there is no gain and no average precision; the others are 0", () => {
  const nothing = { normalisedGain: null, averagePrecision: null, reciprocalRank: 0, precision: 0 };
  expect(scores("ab", { a: 0 })).toEqual(nothing);
  expect(scores("ab", { a: -2 })).toEqual(nothing);
});

test("an item that is listed twice counts once, and huge relevances do not overflow", () => {
  expect(scores("aab", { a: 1 })).toMatchObject({ normalisedGain: 1, averagePrecision: 1, precision: 0.1 });
  expect(scores("ab", { a: 1e308, b: 1e308 }).normalisedGain).toBe(1);
});

test("what is no list or no relevances is not read", () => {
  expect(["[1,2]", "3", "null", "{", '{"a":"1"}', '{"a":null}'].map(readRelevances)).toEqual(
    Array.from({ length: 6 }, () => null),
  );
  expect([null, "[]", "{}", "no"].map(readItems)).toEqual([null, null, null, null]);
  expect(readItems('["b","7"]')).toEqual(["b", "7"]);
});
