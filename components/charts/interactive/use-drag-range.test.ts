import { expect, test } from "vitest";
import { draggedRange } from "#components/charts/interactive/use-drag-range.ts";

const box = { left: 40, right: 240, top: 10, bottom: 100 };

test("a drag is a range of time, whichever way it goes, and stays within the axis", () => {
  expect(draggedRange({ startPx: 90, endPx: 140 }, box, [0, 2000])).toEqual({ fromMs: 500, toMs: 1000 });
  expect(draggedRange({ startPx: 140, endPx: 90 }, box, [0, 2000])).toEqual({ fromMs: 500, toMs: 1000 });
  expect(draggedRange({ startPx: 140, endPx: 900 }, box, [0, 2000])).toEqual({ fromMs: 1000, toMs: 2000 });
});

test("a click is no range", () => {
  expect(draggedRange({ startPx: 90, endPx: 93 }, box, [0, 2000])).toBeNull();
  expect(draggedRange({ startPx: 300, endPx: 400 }, box, [0, 2000])).toBeNull();
});
