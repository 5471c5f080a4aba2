import { expect, test } from "vitest";
import {
  changeSentence,
  mixOrWithin,
  prepareChange,
  scoreSentence,
} from "#components/segments/prepare-change.ts";
import { answerNote, segmentsAnswer } from "#components/segments/segments-answer.ts";
import { worstSentence } from "#components/segments/worst-words.ts";
import type { MetricPoint } from "#server/api/contract.ts";
import type {
  Compared,
  SegmentChange,
  SegmentChangePart,
  SegmentTable,
  SegmentTableRow,
} from "#server/api/contracts/segments.ts";

const sure = (value: number, reach = Math.abs(value) / 2): Compared => ({
  value,
  ci: { lo: value - reach, hi: value + reach, level: 0.95, method: "delta" },
});
const part = (value: string | null, mix: number, within: number, more: Partial<SegmentChangePart> = {}) => ({
  value,
  before: { n: 500, share: 0.5, value: 0.8, coverage: 0.9 },
  after: { n: 500, share: 0.5, value: 0.7, coverage: 0.9 },
  mix: sure(mix),
  within: sure(within),
  total: sure(mix + within),
  onlyOn: null,
  small: false,
  ...more,
});
const side = {
  from: "2026-10-01T00:00:00Z",
  to: "2026-10-02T00:00:00Z",
  refId: null,
  versions: ["v1"],
  predictions: 1000,
  n: 1000,
};
const change: SegmentChange = {
  key: "carrier",
  metric: "accuracy",
  against: "previous",
  status: "OK",
  method: "mix-within/v1",
  before: { ...side, value: 0.8 },
  after: { ...side, value: 0.71 },
  change: sure(-0.09, 0.03),
  mix: sure(-0.01),
  within: sure(-0.08),
  shared: null,
  parts: [
    part("EV", -0.0066665, -0.0666665),
    part("UA", -0.0033335, -0.0133335),
    part(null, 0, 0, { small: true }),
  ],
  score: null,
  noScore: null,
  blocks: "30 days",
};
const point: MetricPoint = {
  from: side.from,
  to: side.to,
  metric: "accuracy",
  version: "v1",
  feature: null,
  segment: null,
  value: 0.6,
  ci: { lo: 0.57, hi: 0.63, level: 0.95, method: "wilson" },
  nRef: null,
  nCur: 900,
  status: "OK",
  revision: 0,
  refId: null,
  method: "accuracy/v1",
};
const row = (value: string, more: Partial<SegmentTableRow> = {}): SegmentTableRow => ({
  value,
  n: 900,
  share: 0.31,
  point,
  gap: sure(-0.15),
  stands: "worse",
  small: false,
  drift: null,
  trend: [],
  ...more,
});
const table = (rows: SegmentTableRow[]): SegmentTable => ({
  key: "carrier",
  metric: "accuracy",
  from: side.from,
  to: side.to,
  all: { value: 0.71, n: 3000, predictions: 3000 },
  rows,
  noGap: null,
});

test("the worst segment is named with its interval, the rest, its share, and its part of the drop", () => {
  expect(segmentsAnswer(table([row("EV")]), change).say).toBe(
    "carrier EV is worst: Accuracy 60.0\u202f% (57.0–63.0\u202f%) against 75.0\u202f% for the rest; it is 31\u202f% of traffic and 81\u202f% of the drop.",
  );
});

test("no part of a change is claimed that is not clear of zero, or goes the other way", () => {
  const unclear = { ...change, change: sure(-0.09, 0.2) };
  expect(segmentsAnswer(table([row("EV")]), unclear).say).not.toContain("of the drop");
  const against = { ...change, parts: [part("EV", 0, 0.02)] };
  expect(segmentsAnswer(table([row("EV")]), against).say).not.toContain("of the drop");
});

test("a small segment is never named, and no clear gap is no finding", () => {
  const small = row("OO", { small: true, stands: "unknown" });
  expect(segmentsAnswer(table([small]), null)).toMatchObject({ icon: "low" });
  const alike = segmentsAnswer(table([row("UA", { stands: "alike" }), small]), change);
  expect(alike).toEqual({ icon: "ok", say: "No carrier is clearly worse than the rest in accuracy." });
  expect(segmentsAnswer(table([]), null).icon).toBe("nodata");
});

test("many comparisons are said to be many", () => {
  const many = table(Array.from({ length: 12 }, (_, index) => row(`A${index}`)));
  expect(answerNote(many)).toContain("12 values of carrier were compared");
  expect(answerNote(table([row("EV")]))).not.toContain("compared");
});

test("what is written adds up: down the columns, across the rows, and from before to after", () => {
  const model = prepareChange(change);
  expect(model).toMatchObject({ unit: "points", from: "80.00\u202f%", to: "71.00\u202f%" });
  expect(model?.total).toEqual({ mix: "−1.00", within: "−8.00", total: "−9.00" });
  expect(model?.rows.map(({ mix, within, total }) => [mix, within, total])).toEqual([
    ["−0.67", "−6.67", "−7.34"],
    ["−0.33", "−1.33", "−1.66"],
  ]);
  expect(model?.small.map(({ name }) => name)).toEqual(["(no value)"]);
});

test("the change in words, sure and not sure", () => {
  const model = prepareChange(change);
  if (model === null) throw new Error("The change has values.");
  expect(changeSentence(change, model, "in September")).toBe(
    "Accuracy fell by 9.00 points, from 80.00\u202f% in September to 71.00\u202f%.",
  );
  const unsure = { ...change, change: sure(-0.09, 0.2) };
  expect(changeSentence(unsure, model, "in September")).toContain("did not clearly change: −9.00 points");
  expect(mixOrWithin(change, model, "carrier")).toBe(
    "Of this, −1.00 points because the shares changed, −8.00 points because accuracy within a carrier changed.",
  );
});

test("scores or labels, and why not", () => {
  const score = {
    scores: sure(-0.01, 0.02),
    labels: sure(-0.08),
    threshold: null,
    change: -0.09,
    newRegion: 0.02,
  };
  const said = scoreSentence({ ...change, score });
  expect(said).toContain("−1.00 points (not clear of zero) because rows got other scores");
  expect(said).toContain("−8.00 points because rows of the same score turned out otherwise");
  expect(said).toContain("2.0\u202f% of the rows have scores that were not seen before");
  expect(scoreSentence({ ...change, noScore: "Two versions." })).toBe("Two versions.");
  expect(scoreSentence(change)).toBeNull();
});

test("labels that are still to come are said at the segment that lacks them", () => {
  const late = part("9E", 0, 0, { after: { n: 10, share: 0.1, value: 0.7, coverage: 0.2 } });
  expect(prepareChange({ ...change, parts: [late] })?.rows[0]?.note).toBe(
    "labels still coming: 20\u202f% have one",
  );
  const gone = part("HA", 0, 0, { onlyOn: "before" });
  expect(prepareChange({ ...change, parts: [gone] })?.rows[0]?.note).toContain("gone");
  expect(prepareChange({ ...change, change: null })).toBeNull();
});

test("slices that are not supported are not called worse", () => {
  expect(worstSentence({ slices: [], loss: "wrong" })).toBe(
    "No slice has more wrong decisions than the rest for sure.",
  );
});
