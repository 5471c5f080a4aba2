import { expect, test } from "vitest";
import {
  agoText,
  clockText,
  DAY_MS,
  dayText,
  durationText,
  HOUR_MS,
  midnightMs,
  rangeText,
  sinceText,
  WEEK_MS,
  windowText,
  zoneText,
} from "#components/ui/time.ts";

const NY = "America/New_York";
const at = (text: string) => Date.parse(text);

test("a wall clock follows its zone through the change of the clocks", () => {
  expect(clockText(at("2013-09-23T10:06:00Z"), NY)).toBe("06:06");
  expect(clockText(at("2013-12-23T10:06:00Z"), NY)).toBe("05:06");
  expect(dayText(at("2013-09-23T02:00:00Z"), NY)).toBe("22 Sep");
});

test("midnight is found on either side of a change", () => {
  expect(new Date(midnightMs(2026, 10, 25, "Europe/Oslo")).toISOString()).toBe("2026-10-24T22:00:00.000Z");
  expect(new Date(midnightMs(2026, 10, 26, "Europe/Oslo")).toISOString()).toBe("2026-10-25T23:00:00.000Z");
});

test("durations name at most two units", () => {
  expect(durationText(40_000)).toBe("40 s");
  expect(durationText(12 * 60_000)).toBe("12 min");
  expect(durationText(3 * HOUR_MS + 20 * 60_000)).toBe("3 h 20 min");
  expect(durationText(2 * DAY_MS + 4 * HOUR_MS)).toBe("2 d 4 h");
  expect(durationText(21 * DAY_MS + 5 * HOUR_MS)).toBe("21 d");
});

test("ages turn into dates after a day", () => {
  const now = at("2013-09-23T10:06:00Z");
  expect(agoText(now - 4 * 60_000, now, "UTC")).toBe("4 min ago");
  expect(agoText(now - 3 * DAY_MS, now, "UTC")).toBe("20 Sep");
  expect(agoText(now - 400 * DAY_MS, now, "UTC")).toBe("19 Aug 2012");
});

test("since is as short as it can be without doubt", () => {
  const now = at("2013-09-23T10:06:00Z");
  expect(sinceText(at("2013-09-23T06:02:00Z"), now, "UTC")).toBe("since 06:02");
  expect(sinceText(at("2013-09-22T12:00:00Z"), now, "UTC")).toBe("since Sun 12:00");
  expect(sinceText(at("2013-07-01T00:00:00Z"), now, "UTC")).toBe("since 1 Jul");
});

test("windows are named by what they are", () => {
  const monday = at("2013-09-16T00:00:00Z");
  expect(windowText(monday, monday + WEEK_MS, "UTC")).toBe("week of 16 Sep");
  expect(windowText(monday, monday + DAY_MS, "UTC")).toBe("Mon 16 Sep");
  expect(windowText(monday + 6 * HOUR_MS, monday + 12 * HOUR_MS, "UTC")).toBe("16 Sep 06:00–12:00");
});

test("ranges print years only where needed, zones always in words", () => {
  const now = at("2013-09-23T10:06:00Z");
  expect(rangeText(at("2013-03-25T00:00:00Z"), at("2013-09-23T00:00:00Z"), "UTC", now)).toBe(
    "25 Mar – 22 Sep",
  );
  expect(
    rangeText(at("2013-03-25T00:00:00Z"), at("2013-09-23T00:00:00Z"), "UTC", at("2026-01-01T00:00:00Z")),
  ).toBe("25 Mar – 22 Sep 2013");
  expect(zoneText(NY, now)).toBe("New York time, UTC−4");
});
