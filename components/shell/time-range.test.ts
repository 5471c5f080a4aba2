import { expect, test } from "vitest";
import {
  alignRange,
  chooseWindow,
  defaultPreset,
  parseRange,
  resolveRange,
  shiftRange,
  writeRange,
} from "#components/shell/time-range.ts";
import { DAY_MS, HOUR_MS } from "#components/ui/time.ts";

const at = (text: string) => Date.parse(text);
const NOW = at("2013-09-23T10:06:00Z");

test("a range goes to the URL and back; nonsense is nothing", () => {
  for (const text of ["7d", "all", "2013-09-16T00:00Z..2013-09-23T00:00Z"]) {
    const range = parseRange(text);
    expect(range && writeRange(range)).toBe(text);
  }
  expect(parseRange("10y")).toBeNull();
  expect(parseRange("2013-09-23T00:00Z..2013-09-16T00:00Z")).toBeNull();
  expect(parseRange("x..y")).toBeNull();
});

test("a relative range ends now while rows are in it, and at the newest row otherwise", () => {
  const week = { kind: "relative", preset: "7d" } as const;
  const fresh = resolveRange(week, { firstMs: 0, watermarkMs: NOW - HOUR_MS }, NOW);
  expect(fresh).toEqual({ fromMs: NOW - 7 * DAY_MS, toMs: NOW, endsAtData: false });
  const old = resolveRange(week, { firstMs: 0, watermarkMs: NOW - 300 * DAY_MS }, NOW);
  expect(old.endsAtData).toBe(true);
  expect(old.toMs).toBe(NOW - 300 * DAY_MS + 1);
});

test("the first range grows with the history", () => {
  expect(defaultPreset({ firstMs: null, watermarkMs: null })).toBe("24h");
  expect(defaultPreset({ firstMs: NOW - HOUR_MS, watermarkMs: NOW })).toBe("24h");
  expect(defaultPreset({ firstMs: NOW - 9 * DAY_MS, watermarkMs: NOW })).toBe("7d");
  expect(defaultPreset({ firstMs: NOW - 200 * DAY_MS, watermarkMs: NOW })).toBe("30d");
});

test("windows are chosen by span, kept at the model's own width or wider, and widened to at most 400 points", () => {
  expect(chooseWindow("auto", DAY_MS, HOUR_MS).window).toBe("1h");
  expect(chooseWindow("auto", 7 * DAY_MS, HOUR_MS).window).toBe("6h");
  expect(chooseWindow("auto", 30 * DAY_MS, HOUR_MS).window).toBe("1d");
  expect(chooseWindow("auto", 365 * DAY_MS, HOUR_MS).window).toBe("7d");
  expect(chooseWindow("auto", HOUR_MS, DAY_MS).window).toBe("1d");
  expect(chooseWindow("1h", 90 * DAY_MS, HOUR_MS)).toEqual({ window: "6h", widenedFrom: "1h" });
  expect(chooseWindow("5m", DAY_MS, HOUR_MS)).toEqual({ window: "1h", widenedFrom: "5m" });
});

test("aligned ranges hold whole windows; weeks are aligned by day", () => {
  const week = alignRange(at("2013-09-11T05:00:00Z"), NOW, "7d");
  expect(new Date(week.fromMs).toISOString()).toBe("2013-09-11T00:00:00.000Z");
  expect(new Date(week.toMs).toISOString()).toBe("2013-09-24T00:00:00.000Z");
  const day = alignRange(NOW - DAY_MS, NOW, "1d");
  expect((day.toMs - day.fromMs) / DAY_MS).toBe(2);
});

test("shifting moves by the range's own length", () => {
  expect(shiftRange({ fromMs: 100, toMs: 150 }, -1)).toEqual({ kind: "absolute", fromMs: 50, toMs: 100 });
});
