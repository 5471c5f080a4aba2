import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasTurnedConstant, isClearlyNotUnique, isImmediate } from "./claims.ts";
import { holtWinters, holtWintersStart, residualScores } from "./holt-winters.ts";
import { localHourOfWeek } from "./local-hour.ts";
import { seasonFor } from "./season.ts";
import { expectedVolume, usualVolume, volumeVerdicts, volumeZ } from "./seasonal-volume.ts";
import {
  arrivalRates,
  expectedInSilence,
  silenceAlarmLevel,
  silenceProbability,
  silenceUntilAlarm,
} from "./silence.ts";
import { tukeyFarFences } from "./tukey-fences.ts";

const HOUR = 3_600_000;
const WEEK = 168 * HOUR;

describe("the local hour of the week", () => {
  test("stays on the clock over the change to daylight saving", () => {
    const hour = localHourOfWeek("America/New_York");
    // Sunday 10 March 2013 has no 02:00, Sunday 3 November has 01:00 twice.
    expect(hour(Date.UTC(2013, 2, 10, 6))).toBe(6 * 24 + 1);
    expect(hour(Date.UTC(2013, 2, 10, 7))).toBe(6 * 24 + 3);
    expect(hour(Date.UTC(2013, 10, 3, 5))).toBe(6 * 24 + 1);
    expect(hour(Date.UTC(2013, 10, 3, 6))).toBe(6 * 24 + 1);
    expect(hour(Date.UTC(2013, 10, 3, 7))).toBe(6 * 24 + 2);
  });
  test("follows half-hour offsets, within an hour asked before too", () => {
    const hour = localHourOfWeek("Asia/Kolkata");
    expect(hour(Date.UTC(2013, 0, 7, 0, 0))).toBe(5);
    expect(hour(Date.UTC(2013, 0, 7, 0, 30))).toBe(6);
  });
  test("refuses a zone that does not exist", () => {
    expect(() => localHourOfWeek("Mars/Olympus")).toThrow(RangeError);
  });
});

describe("the season that may be claimed", () => {
  const hour = localHourOfWeek("UTC");
  test.each([
    [0.9, HOUR, "none"],
    [1, HOUR, "day-night"],
    [3.9, HOUR, "day-night"],
    [4, HOUR, "hour-of-week"],
    [4, 24 * HOUR, "day-of-week"],
    [2, 24 * HOUR, "none"],
    [30, WEEK, "all-alike"],
  ])("of %d weeks by windows of %d ms is %s", (weeks, width, kind) => {
    expect(seasonFor(weeks * WEEK, width, hour).kind).toBe(kind);
  });
});

describe("volume", () => {
  test("a Poisson hour is rarely out of season, and one with no row is", () => {
    const usual = usualVolume([95, 104, 99, 110, 101, 90, 97, 103]);
    if (usual === null) throw new Error("A history has a usual volume.");
    const { lo, hi } = expectedVolume(usual);
    expect(lo).toBeGreaterThan(50);
    expect(hi).toBeLessThan(160);
    expect(volumeZ(usual, 0)).toBeLessThan(-5);
  });
  test("a history of equal counts still allows Poisson noise", () => {
    const usual = usualVolume([100, 100, 100, 100]);
    expect(usual?.spread).toBe(0.5);
  });
  test("a band holds its own middle and grows with z", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5_000), { minLength: 1, maxLength: 30 }), (counts) => {
        const usual = usualVolume(counts);
        if (usual === null) return;
        const inner = expectedVolume(usual, 1);
        const outer = expectedVolume(usual, 3);
        expect(outer.lo).toBeLessThanOrEqual(inner.lo);
        expect(inner.lo).toBeLessThanOrEqual(inner.mid);
        expect(outer.hi).toBeGreaterThanOrEqual(inner.hi);
      }),
    );
  });
  test("two windows of 3.5 are not a run, and both sides do not add up", () => {
    expect(volumeVerdicts([-4, -4, 0, 4, -4, 4])).toEqual([
      "usual",
      "usual",
      "usual",
      "usual",
      "usual",
      "usual",
    ]);
  });
});

describe("silence", () => {
  const slotOf = () => 0;
  const startOf = (ts: number) => Math.floor(ts / HOUR) * HOUR;
  const rates = arrivalRates([60, 58, 63, 59].map((count) => ({ slot: 0, count })));
  const silence = (to: number) => ({ from: HOUR / 2, to, widthMs: HOUR, startOf, slotOf });

  test("the longer it lasts, the less probable", () => {
    expect(expectedInSilence(rates, silence(HOUR))).toBeCloseTo(30);
    expect(silenceProbability(expectedInSilence(rates, silence(2 * HOUR)))).toBeLessThan(
      silenceProbability(expectedInSilence(rates, silence(HOUR))),
    );
  });
  test("an alarm comes exactly where the probability meets the level", () => {
    const level = silenceAlarmLevel(2_184, 60);
    const after = silenceUntilAlarm(rates, silence(100 * HOUR), level) ?? Number.NaN;
    const expected = expectedInSilence(rates, silence(HOUR / 2 + after));
    expect(silenceProbability(expected, rates.overDispersion)).toBeCloseTo(level, 12);
  });
  test("hours that never had rows raise no alarm", () => {
    const night = arrivalRates([{ slot: 0, count: 0 }]);
    expect(silenceUntilAlarm(night, silence(1_000 * HOUR), 0.001)).toBeNull();
    expect(silenceProbability(expectedInSilence(night, silence(HOUR)))).toBe(1);
  });
  test("clumped rows count for fewer arrivals", () => {
    const clumped = arrivalRates([0, 120, 0, 120].map((count) => ({ slot: 0, count })));
    expect(clumped.overDispersion).toBeCloseTo(80);
  });
});

describe("Holt–Winters", () => {
  const season = [10, 20, 30, 5];
  const series = Array.from({ length: 40 }, (_, index) => season[index % 4] ?? 0);
  test("forecasts a series that repeats exactly", () => {
    const start = holtWintersStart(series, 4);
    if (start === null) throw new Error("A whole season was given.");
    const forecasts = holtWinters(series, { season: 4, alpha: 0.1, beta: 0.01, gamma: 0.1 }, start);
    for (const [index, forecast] of forecasts.entries()) expect(forecast).toBeCloseTo(series[index] ?? 0, 9);
  });
  test("has no start before a whole season, and passes over a gap", () => {
    expect(holtWintersStart([1, 2], 4)).toBeNull();
    expect(holtWintersStart([1, null, 3, 4], 4)).toBeNull();
    const start = { level: 0, trend: 0, seasonal: [1] };
    expect(holtWinters([1, null, 1], { season: 1, alpha: 0.5, beta: 0, gamma: 0 }, start)).toEqual([1, 1, 1]);
    expect(residualScores([1, null, 1], [1, 1, 1], 1)).toEqual([null, null, 0]);
  });
});

describe("rules that claim", () => {
  test.each([
    [49, 1, 3, 0.4, false],
    [50, 1, 3, 0.4, true],
    [50, 2, 3, 0.4, false],
    [50, 1, 1, 1, false],
    [50, 1, null, 0, false],
    // Rain: half of the reference is 0 already.
    [900, 1, 40, 0.9, false],
  ])(
    "constant: %d rows with %d values, of %s in the reference, the commonest %d: %s",
    (rows, distinct, of, top, expected) =>
      expect(hasTurnedConstant({ rows, distinct, referenceDistinct: of, referenceTopShare: top })).toBe(
        expected,
      ),
  );
  test.each([
    [{ bad: 19, rows: 19, limit: 0.01 }, false],
    [{ bad: 10, rows: 20, limit: 0.01 }, true],
    [{ bad: 9, rows: 20, limit: 0.01 }, false],
    // Missing by nature in 77 of 100 rows, as wind gusts are.
    [{ bad: 160, rows: 200, limit: 0.78 }, false],
  ])("immediate: %j is %s", (window, expected) => expect(isImmediate(window)).toBe(expected));
  test("not unique is claimed below 0.95 only, and never of nothing", () => {
    expect(isClearlyNotUnique({ rows: 0, distinct: 0 })).toBe(false);
    expect(isClearlyNotUnique({ rows: 1_000, distinct: 960 })).toBe(false);
    expect(isClearlyNotUnique({ rows: 1_000, distinct: 940 })).toBe(true);
  });
  test("fences of a column without spread are its outer quantiles, or none", () => {
    expect(tukeyFarFences({ q1: 3, q3: 3, low: 1, high: 9 })).toEqual({ lo: 1, hi: 9 });
    expect(tukeyFarFences({ q1: 3, q3: 3, low: 3, high: 3 })).toBeNull();
    expect(tukeyFarFences({ q1: Number.NaN, q3: 3, low: 1, high: 3 })).toBeNull();
  });
});
