import { expect, test } from "vitest";
import { timeTicks } from "#components/charts/time-ticks.ts";

const at = (text: string) => Date.parse(text);
const labels = (from: string, to: string, width: number, zone = "UTC") =>
  timeTicks(at(from), at(to), width, zone).map((tick) => tick.label);

test("a day is cut into hours, with the date at midnight", () => {
  expect(labels("2013-09-16T00:00:00Z", "2013-09-17T00:00:00Z", 400)).toEqual([
    "16 Sep",
    "06:00",
    "12:00",
    "18:00",
    "17 Sep",
  ]);
});

test("a month is cut at Mondays, half a year at months", () => {
  expect(labels("2013-09-01T00:00:00Z", "2013-10-01T00:00:00Z", 400)).toEqual([
    "2 Sep",
    "9 Sep",
    "16 Sep",
    "23 Sep",
    "30 Sep",
  ]);
  expect(labels("2013-03-25T00:00:00Z", "2013-09-23T00:00:00Z", 600)).toEqual([
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
  ]);
  expect(labels("2013-11-10T00:00:00Z", "2014-02-23T00:00:00Z", 600)).toContain("2014");
});

test("labels keep their distance at every width", () => {
  for (const width of [200, 320, 700, 1400]) {
    const ticks = timeTicks(at("2013-09-16T00:00:00Z"), at("2013-09-23T00:00:00Z"), width, "UTC");
    expect(ticks.length).toBeLessThanOrEqual(Math.floor(width / 64) + 1);
    expect(ticks.length).toBeGreaterThan(0);
  }
});

test("no hour is missing or doubled over a change of the clocks", () => {
  const ticks = timeTicks(at("2026-10-24T22:00:00Z"), at("2026-10-25T23:00:00Z"), 2000, "Europe/Oslo");
  const names = ticks.map((tick) => tick.label);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain("26 Oct");
  expect(names).toContain("02:00");
});
