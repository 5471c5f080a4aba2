import { expect, test } from "vitest";
import { mergeHeld } from "./use-held-list.ts";

const keyOf = (item: { id: string }) => item.id;

test("rows on screen keep their place, take new contents, and count what waits", () => {
  const held = [
    { id: "a", state: "open" },
    { id: "b", state: "open" },
  ];
  const next = [
    { id: "c", state: "open" },
    { id: "a", state: "acknowledged" },
  ];
  expect(mergeHeld(held, next, keyOf)).toEqual({
    shown: [
      { id: "a", state: "acknowledged" },
      { id: "b", state: "open" },
    ],
    fresh: 1,
    gone: 1,
  });
});

test("the same list has nothing waiting", () => {
  const list = [{ id: "a" }];
  expect(mergeHeld(list, list, keyOf)).toEqual({ shown: list, fresh: 0, gone: 0 });
});
