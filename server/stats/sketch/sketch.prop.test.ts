import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addToDdSketch,
  type DdSketch,
  ddSketchQuantile,
  emptyDdSketch,
  mergeDdSketches,
} from "./dd-sketch.ts";
import { hashText } from "./hash-text.ts";
import { boundHeavyHitters, mergeHeavyHitters } from "./heavy-hitters.ts";
import { distinctEstimate, emptyHyperLogLog, mergeHyperLogLogs, noteDistinct } from "./hyper-log-log.ts";

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 60 });
const words = fc.array(fc.string({ maxLength: 3 }), { maxLength: 80 });
const sketchOf = (values: readonly number[]): DdSketch =>
  values.reduce((sketch, value) => addToDdSketch(sketch, value), emptyDdSketch());
const distinctOf = (values: readonly string[]) =>
  values.reduce((sketch, value) => noteDistinct(sketch, hashText(value)), emptyHyperLogLog());
const buckets = ({ positive, negative, zeros, rows }: DdSketch) => ({
  positive: [...positive].sort(([a], [b]) => a - b),
  negative: [...negative].sort(([a], [b]) => a - b),
  zeros,
  rows,
});

describe("DDSketch", () => {
  test("merging in any order and grouping is what one pass would have made", () => {
    fc.assert(
      fc.property(numbers, numbers, numbers, (a, b, c) => {
        const whole = buckets(sketchOf([...c, ...a, ...b]));
        const [x, y, z] = [sketchOf(a), sketchOf(b), sketchOf(c)];
        expect(buckets(mergeDdSketches(mergeDdSketches(x, y), z))).toEqual(whole);
        expect(buckets(mergeDdSketches(z, mergeDdSketches(y, x)))).toEqual(whole);
      }),
    );
  });
  test("every quantile is within one per cent of the row of that rank", () => {
    fc.assert(
      fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
        fc.pre(values.length > 0);
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.floor(q * (sorted.length - 1))] ?? 0;
        const got = ddSketchQuantile(sketchOf(values), q) ?? Number.NaN;
        expect(Math.abs(got - exact)).toBeLessThanOrEqual(0.01 * Math.abs(exact) * (1 + 1e-9) + 2e-9);
      }),
    );
  });
  test("sketches of different accuracy are not joined", () => {
    expect(() => mergeDdSketches(emptyDdSketch(0.01), emptyDdSketch(0.02))).toThrow(RangeError);
  });
});

describe("HyperLogLog", () => {
  test("merging is what one pass would have made, in any order and however often", () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        const whole = distinctOf([...a, ...b]);
        expect(mergeHyperLogLogs(distinctOf(a), distinctOf(b))).toEqual(whole);
        expect(mergeHyperLogLogs(distinctOf(b), whole)).toEqual(whole);
      }),
    );
  });
  test.each([100, 5_000, 100_000])("%i distinct values are estimated within four standard errors", (n) => {
    const sketch = emptyHyperLogLog();
    for (let value = 0; value < n; value++) noteDistinct(sketch, hashText(`value ${value}`));
    expect(Math.abs(distinctEstimate(sketch) / n - 1)).toBeLessThan(0.065);
  });
});

describe("heavy hitters", () => {
  const stream = fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f", "g"), { maxLength: 120 });
  const countOf = (values: readonly string[]) => {
    const counts = new Map<string, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    return counts;
  };
  test("no count is above the truth, and none lower than n ÷ (kept + 1) allows", () => {
    fc.assert(
      fc.property(fc.array(stream, { maxLength: 6 }), fc.integer({ min: 1, max: 5 }), (parts, kept) => {
        const merged = parts
          .map((part) => boundHeavyHitters(countOf(part), kept))
          .reduce((a, b) => mergeHeavyHitters(a, b, kept), new Map<string, number>());
        const truth = countOf(parts.flat());
        const error = parts.flat().length / (kept + 1);
        expect(merged.size).toBeLessThanOrEqual(kept);
        for (const [value, count] of truth) {
          expect(merged.get(value) ?? 0).toBeLessThanOrEqual(count);
          expect(merged.get(value) ?? 0).toBeGreaterThanOrEqual(count - error);
        }
      }),
    );
  });
  test("merging commutes", () => {
    fc.assert(
      fc.property(stream, stream, (a, b) => {
        const sorted = (values: ReadonlyMap<string, number>) => [...values].sort();
        expect(sorted(mergeHeavyHitters(countOf(a), countOf(b), 3))).toEqual(
          sorted(mergeHeavyHitters(countOf(b), countOf(a), 3)),
        );
      }),
    );
  });
});
