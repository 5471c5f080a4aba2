import { expect, test } from "vitest";
import { type BarsInput, prepareBars } from "#components/charts/prepare-bars.ts";
import { DAY_MS } from "#components/ui/time.ts";

const START = Date.parse("2013-09-02T00:00:00Z");
const input = (totals: number[]): BarsInput => ({
  subject: "flight-late",
  noun: "predictions",
  partWord: "labelled",
  fromMs: START,
  toMs: START + totals.length * DAY_MS,
  zone: "UTC",
  bars: totals.map((total, index) => ({
    fromMs: START + index * DAY_MS,
    toMs: START + (index + 1) * DAY_MS,
    total,
    part: Math.floor(total / 2),
    open: index === totals.length - 1,
  })),
});

test("bars start at zero, split into parts, and count whole things", () => {
  const model = prepareBars(input([900, 1000]));
  expect(model.domainY[0]).toBe(0);
  expect(model.rows[0]).toMatchObject({ filled: 450, rest: 450 });
  expect(prepareBars(input([1, 2])).ticksY.every((tick) => Number.isInteger(tick.value))).toBe(true);
});

test("silence is a real zero and is said", () => {
  const model = prepareBars(input([900, 0]));
  expect(model.summary).toBe(
    "Predictions of flight-late, 2 Sep – 3 Sep: 900, 50.0\u202f% labelled. 1 window without any.",
  );
  expect(model.readings[1]?.text).toBe("Tue 3 Sep: 0 predictions so far, 0 labelled");
  expect(prepareBars(input([0, 0])).empty).toBe(true);
});
