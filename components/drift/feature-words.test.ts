import { expect, test } from "vitest";
import { limitSentence } from "#components/drift/feature-words.ts";
import type { MetricPoint } from "#server/api/contract.ts";

const point = (value: number | null, half: number, more: Partial<MetricPoint> = {}): MetricPoint => ({
  from: "2013-09-16T00:00:00Z",
  to: "2013-09-23T00:00:00Z",
  metric: "psi@10",
  version: "v2",
  feature: "seats",
  segment: null,
  value,
  ci: value === null ? null : { lo: value - half, hi: value + half, level: 0.95, method: "x" },
  nRef: 40275,
  nCur: 4210,
  status: value === null ? "UNDEFINED" : "OK",
  revision: 1,
  refId: "r",
  method: "x",
  ...more,
});
const say = (value: number | null, half = 0.02, more = {}) =>
  limitSentence("seats", "psi@10", point(value, half, more), 0.2);

test("moved, may have moved, within: told apart by the interval", () => {
  expect(say(0.24)).toBe("seats has moved: PSI 0.24, 95 % CI 0.22–0.26, limit 0.20, 4,210 rows.");
  expect(say(0.21)).toBe(
    "seats may have moved: PSI 0.21, but the interval 0.19–0.23 includes the limit 0.20.",
  );
  expect(say(0.04)).toBe("seats is within its limit: PSI 0.04 of 0.20 (0.02–0.06), 4,210 rows.");
});

test("few rows and no value get no verdict", () => {
  expect(say(0.5, 0.3, { status: "LOW_N", nCur: 42 })).toContain("Too few rows to judge seats: 42.");
  expect(say(null)).toBe("PSI of seats has no value: cannot be computed here.");
  expect(say(null, 0, { status: "CONSTANT_REF" })).toContain("the reference never varied");
});
