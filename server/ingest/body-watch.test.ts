import { expect, test } from "vitest";
import { BodyWatch, isTooSlow } from "#server/ingest/body-watch.ts";
import { DEFAULT_INGEST_LIMITS } from "#server/ingest/ingest-limits.ts";

test.each([
  [9_999, 0, false],
  [10_001, 10_240, true],
  [10_001, 10_242, false],
  [20_000, 20_479, true],
  [29_999, 1_000_000, false],
  [30_001, 5_000_000, true],
])("after %d ms with %d bytes, too slow is %s", (elapsedMs, received, expected) => {
  expect(isTooSlow(elapsedMs, received, DEFAULT_INGEST_LIMITS)).toBe(expected);
});

test("a slow body is told once, a good one never", () => {
  const watch = new BodyWatch(DEFAULT_INGEST_LIMITS);
  const told: string[] = [];
  const slow = { startedMs: 0, received: 10, fail: (error: Error) => void told.push(error.message) };
  const good = { startedMs: 0, received: 1_000_000, fail: () => void told.push("good") };
  watch.add(slow);
  watch.add(good);
  watch.sweep(5_000);
  watch.sweep(11_000);
  watch.sweep(12_000);
  watch.remove(good);
  expect(told).toEqual(["The body came too slowly; send it again."]);
});
