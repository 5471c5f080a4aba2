import { expect, test } from "vitest";
import { queryLabelAges } from "#server/metrics/label-ages.ts";
import { type LabelledRow, testSource } from "#server/metrics/test-world.ts";
import { schemaOf } from "#server/windows/test-rows.ts";

const DAY = 24 * 3_600_000;
const binary = schemaOf({ slug: "m", positiveClass: "late", features: [] });

/** Of 100 rows a day 60 are labelled within a day, 30 within three, 10 after two months; late ones are wrong. */
function day(index: number, until = Number.POSITIVE_INFINITY): LabelledRow[] {
  return Array.from({ length: 100 }, (_, row) => {
    const ts = index * DAY + row * 1000;
    const labelTs = ts + (row < 60 ? 0.5 : row < 90 ? 2 : 60) * DAY;
    const isRight = row < 60 ? row % 10 !== 0 : row % 3 !== 0;
    const prediction = { ts, "output.probability": row % 2 === 0 ? 0.9 : 0.1 };
    if (labelTs > until) return { row: prediction };
    return { row: prediction, labelTs, label: (row % 2 === 0) === isRight ? "late" : "on_time" };
  });
}
const world = (rows: readonly LabelledRow[]) => testSource({ schema: binary, versions: { v1: { rows } } });
const days = (count: number, until?: number) =>
  Array.from({ length: count }, (_, index) => day(index, until)).flat();

test("coverage and decisions by age, youngest labels first", () => {
  const found = queryLabelAges(world(days(5)), { model: "m", window: "1d" });
  expect(found).toMatchObject({ predictions: 500, windowsWithoutAges: 0 });
  expect(found.ages.map(({ withinDays, coverage }) => [withinDays, coverage])).toEqual([
    [1, 0.6],
    [3, 0.9],
    [7, 0.9],
    [14, 0.9],
    [30, 0.9],
    [null, 1],
  ]);
  expect(found.ages[0]?.accuracy?.value).toBeCloseTo(0.9, 12);
  expect(found.ages[1]?.accuracy?.value).toBeLessThan(0.85);
});

test("the newest window is compared with earlier ones as they were at its age", () => {
  const now = 9 * DAY;
  const found = queryLabelAges(world(days(9, now)), { model: "m", window: "1d" });
  expect(found.equalAge).toMatchObject({
    withinDays: 1,
    from: "1970-01-07T00:00:00.000Z",
    now: { labelled: 60, coverage: 0.6 },
    before: { windows: 6, coverage: 0.6 },
  });
  expect(found.equalAge?.now.accuracy?.value).toBeCloseTo(found.equalAge?.before.accuracy ?? 0, 12);
});

test("windows from before ages were counted are left out and counted", () => {
  const without = days(3).map(({ row, label }) => ({ row, ...(label === undefined ? {} : { label }) }));
  expect(queryLabelAges(world(without), { model: "m", window: "1d" })).toMatchObject({
    ages: [],
    windowsWithoutAges: 3,
    equalAge: null,
  });
  expect(queryLabelAges(world([]), { model: "m" })).toMatchObject({
    ages: [],
    predictions: 0,
    equalAge: null,
  });
});
