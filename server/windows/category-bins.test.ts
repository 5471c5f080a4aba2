import { expect, test } from "vitest";
import { canonicalCategory, referenceCategories } from "#server/windows/category-bins.ts";
import { FEATURE_CELL } from "#server/windows/cells.ts";
import { MAX_TAIL } from "#server/windows/layout.ts";
import { LiveCategory } from "#server/windows/live-layout.ts";

test("16 and 16.0 are one category, other texts are themselves", () => {
  expect(["16", "16.0", "-3.00", "1.50", "v1.0", "", "0"].map(canonicalCategory)).toEqual([
    "16",
    "16",
    "-3",
    "1.50",
    "v1.0",
    "",
    "0",
  ]);
});

test("48 categories are named by count, ties by UTF-8; the rest are known by name only", () => {
  const counts = new Map(
    Array.from({ length: 60 }, (_, index) => [`c${String(index).padStart(2, "0")}`, index < 50 ? 2 : 9]),
  );
  counts.set("\u{10000}", 2).set("\uffff", 2);
  const bins = referenceCategories(counts);
  expect(bins.categories.slice(0, 11)).toEqual([
    ...Array.from({ length: 10 }, (_, index) => `c${50 + index}`),
    "c00",
  ]);
  expect(bins.tail.slice(-2)).toEqual(["\uffff", "\u{10000}"]);
  expect([bins.categories.length, bins.tail.length, bins.closed]).toEqual([48, 14, true]);
});

test("a feature with too many values to know them all never has a new one", () => {
  const counts = new Map(Array.from({ length: MAX_TAIL + 49 }, (_, index) => [`v${index}`, 1]));
  expect(referenceCategories(counts)).toMatchObject({ tail: [], closed: false });
});

test("values find named bins, `other` and `new`; without a reference the list grows to 48", () => {
  const layout = { name: "c", type: "category" as const, range: null };
  const closed = new LiveCategory({
    ...layout,
    bins: { kind: "category", categories: ["a"], tail: ["b"], closed: true },
  });
  expect(["a", "b", "z"].map((text) => closed.cellOf(text))).toEqual([
    FEATURE_CELL.firstBin,
    FEATURE_CELL.other,
    FEATURE_CELL.unseen,
  ]);
  const open = new LiveCategory({
    ...layout,
    bins: { kind: "category", categories: [], tail: [], closed: false },
  });
  const cells = Array.from({ length: 50 }, (_, index) => open.cellOf(`v${index}`));
  expect([cells[0], cells[47], cells[48], open.cellOf("v3")]).toEqual([
    FEATURE_CELL.firstBin,
    FEATURE_CELL.firstBin + 47,
    FEATURE_CELL.other,
    FEATURE_CELL.firstBin + 3,
  ]);
});
