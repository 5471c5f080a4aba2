import { expect, test } from "vitest";
import { extent, linear, niceAxis, niceStep, stepDigits } from "#components/charts/scale.ts";

test("steps are ones that people count in", () => {
  expect(niceStep(0.07)).toBe(0.1);
  expect(niceStep(0.2)).toBe(0.2);
  expect(niceStep(21)).toBe(25);
  expect(niceStep(0)).toBe(1);
});

test("an axis holds the data in whole steps and few ticks", () => {
  const axis = niceAxis(0.613, 0.812);
  expect(axis.domain[0]).toBeLessThanOrEqual(0.613);
  expect(axis.domain[1]).toBeGreaterThanOrEqual(0.812);
  expect(axis.ticks.length).toBeLessThanOrEqual(5);
  expect(axis.ticks).toEqual([0.6, 0.7, 0.8, 0.9]);
});

test("a constant still gets an axis", () => {
  const axis = niceAxis(5, 5);
  expect(axis.domain[0]).toBeLessThan(5);
  expect(axis.domain[1]).toBeGreaterThan(5);
  expect(niceAxis(0, 0).ticks.length).toBeGreaterThan(1);
});

test("digits follow the step", () => {
  expect(stepDigits(25)).toBe(0);
  expect(stepDigits(2.5)).toBe(1);
  expect(stepDigits(0.05)).toBe(2);
});

test("a linear scale maps ends to ends", () => {
  const scale = linear([0, 10], [100, 0]);
  expect([scale(0), scale(5), scale(10)]).toEqual([100, 50, 0]);
  expect(extent([])).toBeNull();
  expect(extent([3, 1, 2])).toEqual([1, 3]);
});
