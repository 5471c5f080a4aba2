import { expect, test } from "vitest";
import { prepareLane } from "#components/charts/prepare-lane.ts";
import type { TimelineEvent } from "#server/api/contract.ts";

const event = (at: number, more: Partial<TimelineEvent> = {}): TimelineEvent => ({
  id: String(at),
  kind: "note",
  at: new Date(at).toISOString(),
  version: null,
  stage: null,
  text: "",
  actor: "system",
  ...more,
});

test("a switch of versions is named, closer neighbours are counted into it", () => {
  const switched = event(500, { kind: "stage", version: "v2", stage: "champion" });
  const marks = prepareLane([event(505), switched, event(900)], 0, 1000, 1000);
  expect(marks.map((mark) => [mark.icon, mark.label])).toEqual([
    ["version", "v2 live +1"],
    ["note", null],
  ]);
});

test("what is outside the range is not drawn, and words turn around at the right edge", () => {
  const late = event(990, { kind: "stage", version: "v2", stage: "challenger" });
  const marks = prepareLane([event(-5), late, event(1001)], 0, 1000, 1000);
  expect(marks).toHaveLength(1);
  expect(marks[0]).toMatchObject({ flip: true, icon: "challenger", label: "v2 challenger" });
});

test("words are left out where the next mark is too near", () => {
  const first = event(100, { kind: "stage", version: "v2", stage: "champion" });
  expect(prepareLane([first, event(150)], 0, 1000, 1000)[0]?.label).toBeNull();
});
