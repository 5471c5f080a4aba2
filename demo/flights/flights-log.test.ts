import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeColumn, readColumnFile, writeColumnFile } from "./column-file.ts";
import { readFlightsLog, readFlightsReference, weeksShiftMs } from "./flights-log.ts";

test("a table read back is the table that was written", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 600 }), (values) => {
      const table = { rows: values.length, columns: new Map([["a", encodeColumn(values)]]) };
      const back = readColumnFile(writeColumnFile(table));
      const column = back.columns.get("a");
      expect(back.rows).toBe(values.length);
      expect([...(column?.codes ?? [])].map((code) => column?.dictionary[code])).toEqual(values);
    }),
    { seed: 7, numRuns: 40 },
  );
});

test("the packed log is the published one: counts, first row, champions, labels", () => {
  const log = readFlightsLog();
  expect([log.predictions, log.labels]).toEqual([313_107, 277_381]);
  expect(log.id(0)).toBe("20130301-B6399-LGA-0200");
  expect(new Date(log.predictedAt[0] ?? 0).toISOString()).toBe("2013-03-01T00:00:00.000Z");
  expect([log.version(0), log.probability(0), log.decision(0), log.minutes(0)]).toEqual([
    "v1",
    0.3243,
    "late",
    10.5,
  ]);
  expect([log.feature("wind_gust")(0), log.feature("distance")(0)]).toEqual([null, 950]);
  expect([log.labelId(0), log.late(0), log.delay(0)]).toEqual(["20130301-US2144-LGA-0200", 0, 4]);
  let late = 0;
  for (let label = 0; label < log.labels; label++) late += log.late(label);
  expect(late).toBe(68_290);
});

test("a version's reference has its own rows only", () => {
  const lines = readFlightsReference().csv("v1").trimEnd().split("\n");
  expect(lines).toHaveLength(15_092 + 1);
  expect(lines[0]?.startsWith("prediction_id,predicted_at,carrier")).toBe(true);
});

test("the log moves by whole weeks to end at most a week before now", () => {
  const last = Date.parse("2013-12-31T20:00:00Z");
  const now = Date.parse("2026-11-24T12:00:00Z");
  const shift = weeksShiftMs(last, now);
  expect(shift % (7 * 86_400_000)).toBe(0);
  expect(now - (last + shift)).toBeGreaterThanOrEqual(0);
  expect(now - (last + shift)).toBeLessThan(7 * 86_400_000);
});
