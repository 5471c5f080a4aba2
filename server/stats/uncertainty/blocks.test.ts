import { expect, test } from "vitest";
import { normalQuantile } from "../distributions/normal.ts";
import { seededGenerator } from "../random/seeded-generator.ts";
import { dependenceAware } from "./dependence-aware.ts";
import { designEffect } from "./design-effect.ts";
import { shareEstimate } from "./wilson.ts";

const RUNS = 400;
const DAYS = 30;
const ROWS = 50;
const METHOD = "block-jackknife(30 days)";

/** Right decisions by day; `sway` is how far a day's own accuracy strays from 0.8. */
function daysOf(next: () => number, sway: number): number[] {
  return Array.from({ length: DAYS }, () => {
    const p = Math.min(0.99, Math.max(0.01, 0.8 + sway * normalQuantile(Math.max(1e-9, next()))));
    let right = 0;
    for (let row = 0; row < ROWS; row++) if (next() < p) right += 1;
    return right;
  });
}

function coverage(sway: number): { plain: number; blocks: number; widened: number } {
  const next = seededGenerator(`days ${sway}`);
  const held = { plain: 0, blocks: 0, widened: 0 };
  for (let run = 0; run < RUNS; run++) {
    const days = daysOf(next, sway);
    const right = days.reduce((sum, day) => sum + day, 0);
    const rows = DAYS * ROWS;
    const plain = shareEstimate({ successes: right, trials: rows, rows });
    const leftOut = days.map((day) => (right - day) / (rows - ROWS));
    const aware = dependenceAware(plain, { leftOut, range: [0, 1], method: METHOD });
    const holds = ({ interval }: typeof plain): boolean =>
      interval !== null && interval.lo <= 0.8 && interval.hi >= 0.8;
    if (holds(plain)) held.plain += 1;
    if (holds(aware)) held.blocks += 1;
    if (aware.interval?.method === METHOD) held.widened += 1;
  }
  return { plain: held.plain / RUNS, blocks: held.blocks / RUNS, widened: held.widened / RUNS };
}

test("where days sway, 95 % means 95 % with blocks and far less without", () => {
  const found = coverage(0.12);
  expect(found.plain).toBeLessThan(0.75);
  expect(found.blocks).toBeGreaterThanOrEqual(0.92);
  expect(found.blocks).toBeLessThanOrEqual(0.98);
  expect(found.widened).toBeGreaterThan(0.95);
});

test("where rows are independent, the wider of both stays near 95 %", () => {
  const found = coverage(0);
  expect(found.plain).toBeGreaterThanOrEqual(0.92);
  expect(found.blocks).toBeGreaterThanOrEqual(found.plain);
  expect(found.blocks).toBeLessThanOrEqual(0.995);
});

test("an estimate without a value, with too few blocks or with one that is undefined stays as it was", () => {
  const estimate = { value: 0.5, interval: null, status: "OK" } as const;
  const asked = { range: [0, 1], method: METHOD } as const;
  expect(dependenceAware(estimate, { ...asked, leftOut: [0.4, 0.5, 0.6] })).toBe(estimate);
  expect(dependenceAware(estimate, { ...asked, leftOut: [...Array(12).fill(0.5), Number.NaN] })).toBe(
    estimate,
  );
  expect(dependenceAware(estimate, { ...asked, leftOut: Array(12).fill(0.5) })).toBe(estimate);
  const empty = { value: null, interval: null, status: "EMPTY" } as const;
  expect(dependenceAware(empty, { ...asked, leftOut: Array(12).fill(0.5) })).toBe(empty);
});

test("a design effect is about 1 for independent rows and the cluster's size for repeated ones", () => {
  const next = seededGenerator("clusters");
  const draw = (rows: number, times: number): number[][] =>
    Array.from({ length: 200 }, () => {
      const counts = [0, 0, 0, 0];
      for (let row = 0; row < rows; row++) {
        const bin = Math.floor(4 * next());
        counts[bin] = (counts[bin] ?? 0) + times;
      }
      return counts;
    });
  expect(designEffect(draw(100, 1))).toBeLessThan(1.2);
  expect(designEffect(draw(20, 5))).toBeGreaterThan(4.2);
  expect(designEffect(draw(20, 5))).toBeLessThan(5.8);
  expect(designEffect(draw(20, 5).slice(0, 9))).toBeNull();
  expect(designEffect(Array.from({ length: 12 }, () => [5, 0]))).toBeNull();
});
