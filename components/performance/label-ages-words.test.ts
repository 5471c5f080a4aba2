import { expect, test } from "vitest";
import {
  ageText,
  coverageAtAge,
  equalAgeSentence,
  tellingAges,
} from "#components/performance/label-ages-words.ts";
import type { KnownAtAge, LabelAgesAnswer } from "#server/api/contracts/label-ages.ts";

const at = (withinDays: number | null, labelled: number, accuracy: number | null = 0.7): KnownAtAge => ({
  withinDays,
  labelled,
  coverage: labelled / 1000,
  accuracy:
    accuracy === null ? null : { value: accuracy, lo: accuracy - 0.02, hi: accuracy + 0.02, n: labelled },
  precision: null,
  recall: null,
});
const answer = (more: Partial<LabelAgesAnswer> = {}): LabelAgesAnswer => ({
  model: "flight-late",
  window: "7d",
  predictions: 1000,
  windowsWithoutAges: 0,
  ages: [at(1, 680), at(3, 970), at(7, 970), at(null, 970)],
  equalAge: {
    withinDays: 1,
    from: "2026-10-19T00:00:00.000Z",
    to: "2026-10-26T00:00:00.000Z",
    now: at(1, 680),
    before: { windows: 22, coverage: 0.69, accuracy: 0.74, precision: null, recall: null },
  },
  ...more,
});

test("an age in which nothing came is not shown, the whole always is", () => {
  expect(tellingAges(answer().ages).map(ageText)).toEqual(["within 1 day", "within 3 days", "all labels"]);
  expect(coverageAtAge(answer())).toContain("68");
  expect(coverageAtAge(answer({ ages: [] }))).toBeNull();
});

test("a window is called worse only when its interval leaves the earlier ones at equal age out", () => {
  expect(equalAgeSentence(answer(), "UTC")).toContain(
    "worse than the median of 22 earlier windows at that age",
  );
  const { equalAge } = answer();
  if (equalAge === null) throw new Error("The answer compares at equal age.");
  const close = { ...equalAge, before: { ...equalAge.before, accuracy: 0.71 } };
  expect(equalAgeSentence(answer({ equalAge: close }), "UTC")).toContain("no clear difference from");
  const number = { ...equalAge, now: at(1, 680, null) };
  expect(equalAgeSentence(answer({ equalAge: number }), "UTC")).toContain("of its labels");
  expect(equalAgeSentence(answer({ equalAge: null }), "UTC")).toBeNull();
});
