import { expect, test } from "vitest";
import { seededGenerator } from "#server/stats/random/seeded-generator.ts";
import { cellSampler } from "./cell-sampler.ts";
import { delays, falseAlarms } from "./contest.ts";
import { changeRule, conformalRate, errorSource, ROW_RULES } from "./error-rules.ts";
import { shiftedShares } from "./normal-stream.ts";
import {
  changingSource,
  conformalRule,
  THRESHOLD_RULES,
  toleranceRule,
  twoSampleRule,
} from "./numeric-rules.ts";
import { scoreAlarms } from "./published.ts";
import { SCORED_CHANGES } from "./streams/published-stream.ts";

/** A miniature of the bench, seeds fixed: fails when a detector alarms on noise or grows slow. */
const quiet = { referenceRows: 10_000, rows: 200 };

test("no change: the tolerance detectors are silent, chi-squared and KS are not", () => {
  const rules = [toleranceRule(0), toleranceRule(0.05), ...THRESHOLD_RULES];
  const found = falseAlarms(changingSource(quiet), rules, { seed: "mini", streams: 10, windows: 100 });
  const rateOf = (name: string) =>
    found[rules.findIndex((rule) => rule.name === name)]?.perThousand ?? Number.NaN;
  expect(rateOf("tolerance δ = 0")).toBe(0);
  expect(rateOf("tolerance δ = 0.05")).toBe(0);
  expect(rateOf("chi-squared p < 0.05")).toBeGreaterThan(20);
  expect(rateOf("KS p < 0.05")).toBeGreaterThan(20);
});

test("a shift beyond the tolerance is found within the promised windows, one inside it is not", () => {
  const rules = [toleranceRule(0.05)];
  const shift = (mean: number) =>
    delays(changingSource({ referenceRows: 10_000, rows: 1000, change: 5, mean }), rules, {
      seed: "mini shift",
      streams: 20,
      windows: 30,
      change: 5,
    })[0]?.median;
  expect(shift(0.3)).toBeLessThanOrEqual(4);
  expect(shift(0.447)).toBeLessThanOrEqual(2);
  expect(shift(0.7)).toBe(1);
  expect(shift(0.1)).toBe(Number.POSITIVE_INFINITY);
});

test("the change detectors find a tenth of a standard deviation in a few windows", () => {
  const rules = [conformalRule(), twoSampleRule()];
  const source = changingSource({ referenceRows: 10_000, rows: 1000, change: 10, mean: 0.1 });
  const found = delays(source, rules, { seed: "mini 0.1", streams: 20, windows: 30, change: 10 });
  for (const { median } of found) expect(median).toBeLessThanOrEqual(4);
});

test("conformal false alarms come at the rate of the line, for rare and for common errors", () => {
  for (const rate of [0.02, 0.5]) {
    const source = errorSource({ referenceRows: 1000, rows: 100, rate });
    const rules = [changeRule(conformalRate("above"), 100)];
    const [found] = falseAlarms(source, rules, { seed: `mini ${rate}`, streams: 150, windows: 300 });
    expect(found?.perThousand).toBeGreaterThan(2);
    expect(found?.perThousand).toBeLessThan(8);
  }
});

test("row by row detectors see an error rate that doubles, within the window", () => {
  const source = errorSource({ referenceRows: 2000, rows: 1000, rate: 0.1, change: 3, after: 0.4 });
  const found = delays(source, ROW_RULES, { seed: "mini rows", streams: 6, windows: 30, change: 3 });
  for (const { median } of found) expect(median).toBeLessThan(3);
  expect(found[0]?.median).toBeLessThan(0.5);
});

test("rows fall into cells in proportion to their shares, in whole clusters", () => {
  const shares = shiftedShares(0.5);
  const counts = cellSampler(shares).draw(seededGenerator("cells"), 100_000, 5);
  const statistic = counts.reduce((sum, count, cell) => {
    const expected = 20_000 * (shares[cell] ?? 0);
    return sum + (count / 5 - expected) ** 2 / expected;
  }, 0);
  expect(counts.every((count) => count % 5 === 0)).toBe(true);
  expect(statistic).toBeLessThan(150);
});

test("alarms are scored as the published benchmark scores them", () => {
  const all = SCORED_CHANGES.map((change) => change + 10);
  expect(scoreAlarms(all, SCORED_CHANGES, 154_987)).toEqual({
    alarms: 29,
    falseGap: null,
    delay: 10,
    missed: 0,
  });
  const noisy = scoreAlarms([100, 600, 5010, 5020], [5000, 10_000], 15_000);
  expect(noisy).toEqual({ alarms: 4, falseGap: (500 + 4420) / 2, delay: 10, missed: 0.5 });
});
