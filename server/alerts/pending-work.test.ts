import fc from "fast-check";
import { expect, test } from "vitest";
import { joinChanges } from "./pending-work.ts";
import { joinRanges } from "./slot-ranges.ts";

const range = fc.tuple(fc.nat(10_000), fc.nat(50)).map(([from, length]) => ({ from, to: from + length }));

test("joining loses no instant, orders what is left, and stays small", () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 300 }), fc.array(range, { maxLength: 300 }), (a, b) => {
      const joined = joinChanges(a, b);
      if (joined === "all") throw new Error("ranges never become all");
      for (const { from, to } of [...a, ...b]) {
        expect(joined.some((entry) => entry.from <= from && entry.to >= to)).toBe(true);
      }
      expect(joined.length).toBeLessThanOrEqual(64);
      joined.slice(1).forEach((entry, index) => {
        expect(entry.from).toBeGreaterThan(joined[index]?.to ?? Number.POSITIVE_INFINITY);
      });
    }),
    { seed: 5, numRuns: 100 },
  );
});

test("everything swallows ranges", () => {
  expect(joinChanges([{ from: 1, to: 2 }], "all")).toBe("all");
  expect(joinChanges("all", [{ from: 1, to: 2 }])).toBe("all");
  expect(joinChanges(undefined, [])).toEqual([]);
});

test("slot ranges that touch are one read", () => {
  expect(
    joinRanges(
      [
        { first: 30, last: 40 },
        { first: 10, last: 20 },
        { first: 60, last: 50 },
        { first: 90, last: 90 },
      ],
      10,
    ),
  ).toEqual([
    { first: 10, last: 40 },
    { first: 90, last: 90 },
  ]);
});
