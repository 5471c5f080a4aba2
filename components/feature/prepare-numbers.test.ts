import { expect, test } from "vitest";
import { prepareNumbers } from "#components/feature/prepare-numbers.ts";
import type { Distribution, FeatureNumbers } from "#server/api/contract.ts";

const numbers = (more: Partial<FeatureNumbers>): FeatureNumbers => ({
  n: 6508,
  missing: 0,
  invalid: 0,
  mean: 21.4,
  sd: 6,
  min: 2,
  max: 36,
  p5: 9,
  p25: 18,
  p50: 21,
  p75: 26,
  p95: 31,
  ...more,
});
const distribution = (more: Partial<Distribution>): Distribution => ({
  feature: "hourly_departures",
  type: "number",
  bins: [],
  reference: numbers({ n: 40275, p50: 20 }),
  current: numbers({}),
  newValues: [],
  refId: "r",
  version: "v2",
  ...more,
});
const line = (given: Distribution, name: string) => prepareNumbers(given).find((one) => one.name === name);

test("numbers stand side by side, and nothing missing is a count", () => {
  expect(line(distribution({}), "median")).toEqual({ name: "median", reference: "20", now: "21" });
  expect(line(distribution({}), "missing")).toEqual({
    name: "missing",
    reference: "0 of 40,275",
    now: "0 of 6,508",
  });
  expect(line(distribution({}), "unusable")).toBeUndefined();
});

test("a category has no median but counts what was never seen", () => {
  const given = distribution({ type: "category", newValues: [{ value: "ILM", count: 14 }] });
  expect(line(given, "median")).toBeUndefined();
  expect(line(given, "never seen before")?.now).toBe("0.22\u202f%");
});

test("without a reference its column is empty, not zero", () => {
  expect(line(distribution({ reference: null }), "mean")?.reference).toBe("–");
});
