import { expect, test } from "vitest";
import {
  change,
  compact,
  countOf,
  fixed,
  integer,
  listed,
  percent,
  plural,
  quantity,
  range,
  times,
} from "#components/ui/format.ts";

test("negatives carry a true minus and zero carries none", () => {
  expect(fixed(-0.234, 2)).toBe("−0.23");
  expect(fixed(-0.001, 2)).toBe("0.00");
  expect(integer(-4210)).toBe("−4,210");
});

test("shares have one digit, two below one per cent", () => {
  expect(percent(0.1234)).toBe("12.3\u202f%");
  expect(percent(0.00444)).toBe("0.44\u202f%");
  expect(percent(0)).toBe("0.0\u202f%");
});

test("nothing of many is a count, not a rate", () => {
  expect(countOf(0, 4210)).toBe("0 of 4,210");
  expect(countOf(21, 4210)).toBe("0.50\u202f%");
});

test("an interval repeats its unit once and is spelled out around zero", () => {
  expect(range(0.19, 0.27, (v) => fixed(v, 2))).toBe("0.19–0.27");
  expect(range(0.191, 0.241, percent)).toBe("19.1–24.1\u202f%");
  expect(range(-0.18, 0.4, (v) => fixed(v, 2))).toBe("−0.18 to 0.40");
});

test("changes are signed unless they round to nothing", () => {
  expect(change(0.114)).toBe("+0.11");
  expect(change(-0.3)).toBe("−0.30");
  expect(change(0.001)).toBe("0.00");
});

test("feature values keep the digits that matter at their size", () => {
  expect(quantity(41234.5)).toBe("41,235");
  expect(quantity(1015.2)).toBe("1,015");
  expect(quantity(66)).toBe("66");
  expect(quantity(66.04)).toBe("66.04");
  expect(quantity(0.012345)).toBe("0.0123");
  expect(quantity(0.00001)).toBe("1.0e−5");
});

test("large counts shorten only when asked", () => {
  expect(compact(4210)).toBe("4,210");
  expect(compact(98332)).toBe("98.3k");
});

test("words around numbers", () => {
  expect(times(1.24)).toBe("1.2×");
  expect(times(26.1)).toBe("26×");
  expect(plural(1, "feature")).toBe("1 feature");
  expect(plural(2, "feature")).toBe("2 features");
  expect(listed(["a", "b", "c"])).toBe("a, b and c");
});
