import { expect, test } from "vitest";
import { querySegmentChange } from "#server/metrics/attribution/segment-change.ts";
import { querySegmentTable } from "#server/metrics/attribution/segment-table.ts";
import { queryWorstSlices } from "#server/metrics/attribution/worst-slices.ts";
import { type LabelledRow, testSource } from "#server/metrics/test-world.ts";
import { schemaOf } from "#server/windows/test-rows.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FIRST = 1000 * DAY;
const schema = schemaOf({
  slug: "m",
  positiveClass: "late",
  features: [
    { name: "carrier", type: "category", segment: true },
    { name: "origin", type: "category", segment: true },
    { name: "distance", type: "number", segment: false },
  ],
});
const at = (day: number) => new Date(FIRST + day * DAY).toISOString();

interface Carrier {
  name: string | null;
  rows: number;
  /** Every so manyth row is decided wrongly. */
  wrongEvery: number;
}

/** A day's rows, half of them late; scores are right but for every so manyth row. */
function day(index: number, carriers: readonly Carrier[]): LabelledRow[] {
  return carriers.flatMap(({ name, rows, wrongEvery }) =>
    Array.from({ length: rows }, (_, row): LabelledRow => {
      const late = row % 2 === 0;
      const isWrong = (row + index) % wrongEvery === 0;
      return {
        row: {
          ts: FIRST + index * DAY + row * 1000,
          "features.carrier": name,
          "features.origin": row % 4 < 2 ? "EWR" : "JFK",
          "features.distance": row,
          "output.probability": late === isWrong ? 0.1 + (row % 7) / 100 : 0.8 + (row % 7) / 100,
        },
        label: late ? "late" : "on_time",
      };
    }),
  );
}

const CALM: Carrier[] = [
  { name: "UA", rows: 60, wrongEvery: 10 },
  { name: "EV", rows: 30, wrongEvery: 5 },
  { name: "OO", rows: 2, wrongEvery: 2 },
];
/** EV doubles its rows and its errors; some rows lack a carrier. */
const WORSE: Carrier[] = [
  { name: "UA", rows: 60, wrongEvery: 10 },
  { name: "EV", rows: 60, wrongEvery: 3 },
  { name: "OO", rows: 2, wrongEvery: 2 },
  { name: null, rows: 10, wrongEvery: 10 },
];
const DAYS = 12;
const days = (from: number, carriers: readonly Carrier[]) =>
  Array.from({ length: DAYS }, (_, index) => day(from + index, carriers)).flat();
const source = testSource({
  schema,
  versions: { v1: { rows: [...days(0, CALM), ...days(DAYS, WORSE)], reference: days(0, CALM) } },
});
const now = { model: "m", from: at(DAYS), to: at(2 * DAYS) };
const asked = { ...now, key: "carrier", metric: "accuracy", against: "previous" as const };

test("mix and within of all parts, rows without a value too, are the change of the metric", () => {
  const found = querySegmentChange(source, asked);
  expect(found).toMatchObject({ status: "OK", method: "mix-within/v1", blocks: "12 days", shared: null });
  expect(found.before).toMatchObject({ from: at(0), to: at(DAYS), n: 92 * DAYS, versions: ["v1"] });
  expect(found.parts.map(({ value }) => value)).toEqual(["EV", "UA", null, "OO"]);
  const sum = found.parts.reduce((total, part) => total + (part.total?.value ?? 0), 0);
  const change = (found.after.value ?? 0) - (found.before.value ?? 0);
  expect(sum).toBeCloseTo(change, 12);
  expect((found.mix?.value ?? 0) + (found.within?.value ?? 0)).toBeCloseTo(change, 12);
  const [worst, , none] = found.parts;
  expect(worst?.within?.ci?.hi).toBeLessThan(0);
  expect(worst).toMatchObject({ onlyOn: null, small: false });
  expect(none).toMatchObject({ onlyOn: "after" });
  expect(none?.within?.value).toBe(0);
  expect(found.parts.at(-1)).toMatchObject({ value: "OO", small: true });
});

test("the same rows again change nothing, and against itself a week earlier is another range", () => {
  const still = querySegmentChange(source, { ...asked, from: at(6), to: at(DAYS) });
  expect(Math.abs(still.change?.value ?? 1)).toBeLessThan(0.02);
  const week = querySegmentChange(source, { ...asked, against: "week" });
  expect(week.before).toMatchObject({ from: at(DAYS - 7), to: at(2 * DAYS - 7) });
});

test("below ten days the blocks are hours, so that a short range too has intervals of blocks", () => {
  const hours = Array.from({ length: 12 }, (_, hour) =>
    day(0, WORSE).map(({ row, label }) => ({ row: { ...row, ts: row.ts + hour * HOUR }, label })),
  ).flat();
  const short = testSource({ schema, versions: { v1: { rows: hours, reference: days(0, CALM) } } });
  const { blocks, change } = querySegmentChange(short, {
    ...asked,
    from: at(0),
    to: at(1),
    against: "reference",
  });
  expect(blocks).toBe("12 hours");
  expect(change?.ci).not.toBeNull();
});

test("against the reference there is a digest in place of a time, and no second list of days", () => {
  const found = querySegmentChange(source, { ...asked, against: "reference" });
  expect(found.before).toMatchObject({ from: null, to: null, refId: "sha256:v1", n: 92 * DAYS });
  expect(found.change?.ci).not.toBeNull();
});

test("ROC AUC is told by leaving one out; one carrier's effect and what is shared are the change", () => {
  const found = querySegmentChange(source, { ...asked, metric: "roc_auc" });
  expect(found).toMatchObject({ method: "leave-one-group-out/v1", mix: null, within: null });
  const sum = found.parts.reduce((total, part) => total + (part.total?.value ?? 0), 0);
  expect(sum + (found.shared ?? 0)).toBeCloseTo(found.change?.value ?? 0, 12);
  expect(found.parts[0]?.value).toBe("EV");
});

test("labels changed at the same score, scores hardly did", () => {
  const { score, change } = querySegmentChange(source, asked);
  expect((score?.scores.value ?? 0) + (score?.labels.value ?? 0)).toBeCloseTo(change?.value ?? 0, 6);
  expect(Math.abs(score?.labels.value ?? 0)).toBeGreaterThan(5 * Math.abs(score?.scores.value ?? 1));
  expect(score?.newRegion).toBe(0);
});

test("different versions on the two sides: no split by score, and a sentence why", () => {
  const both = testSource({
    schema,
    versions: { v1: { rows: days(0, CALM) }, v2: { rows: days(DAYS, WORSE) } },
    champions: [
      { version: "v1", from: FIRST, to: FIRST + DAYS * DAY },
      { version: "v2", from: FIRST + DAYS * DAY, to: FIRST + 2 * DAYS * DAY },
    ],
  });
  const found = querySegmentChange(both, asked);
  expect(found.score).toBeNull();
  expect(found.noScore).toContain("different versions");
  expect(found.change?.value).toBeLessThan(0);
});

test("nothing before, or no reference, is EMPTY and not an error", () => {
  const first = querySegmentChange(source, { ...asked, from: at(0), to: at(DAYS) });
  expect(first).toMatchObject({ status: "EMPTY", change: null, parts: [] });
  const bare = testSource({ schema, versions: { v1: { rows: days(0, CALM) } } });
  const without = querySegmentChange(bare, { ...asked, from: at(0), to: at(DAYS), against: "reference" });
  expect(without).toMatchObject({ status: "EMPTY", before: { refId: null, value: null } });
  const empty = testSource({ schema, versions: { v1: { rows: [] } } });
  expect(querySegmentChange(empty, { ...asked, from: undefined, to: undefined }).status).toBe("EMPTY");
});

test.each([
  [{ metric: "ece" }, "metric_not_by_segment"],
  [{ metric: "mae" }, "metric_not_for_task"],
  [{ metric: "nothing" }, "unknown_metric"],
  [{ key: "distance" }, "unknown_segment_key"],
  [{ against: "range" as const }, "missing_range"],
  [{ against: "range" as const, against_from: at(3), against_to: at(2) }, "empty_range"],
])("%o is refused as %s", (wrong, reason) => {
  expect(() => querySegmentChange(source, { ...asked, ...wrong })).toThrow(
    expect.objectContaining({ reason }),
  );
});

test("the table ranks by the sure gap, and what is too small stands last whatever its value", () => {
  const table = querySegmentTable(source, { ...now, key: "carrier", metric: "accuracy" });
  expect(table.rows.map(({ value, stands, small }) => [value, stands, small])).toEqual([
    ["EV", "worse", false],
    ["UA", "better", false],
    ["OO", "unknown", true],
  ]);
  const [worst] = table.rows;
  const rest = (table.all.value ?? 0) * 132 * DAYS - (worst?.point.value ?? 0) * 60 * DAYS;
  expect(worst?.gap?.value).toBeCloseTo((worst?.point.value ?? 0) - rest / (72 * DAYS), 12);
  expect(worst?.trend).toHaveLength(DAYS);
  expect(worst?.drift?.metric).toBe("tv");
});

test("rates of its own and metrics without a gap are listed as well", () => {
  const rate = querySegmentTable(source, { ...now, key: "origin", metric: "label_rate", withoutDrift: true });
  expect(rate.rows.map(({ point }) => [point.metric, point.value])).toEqual([
    ["label_rate", 0.5],
    ["label_rate", 0.5],
  ]);
  const volume = querySegmentTable(source, { ...now, key: "origin", metric: "volume" });
  expect(volume.noGap).toContain("volume");
  expect(volume.rows.every(({ gap }) => gap === null)).toBe(true);
});

test("the worst slice over all keys is found, named as a search and shrunk; small ones are counted only", () => {
  const found = queryWorstSlices(source, now);
  expect(found).toMatchObject({ loss: "wrong", instead: null, tooSmall: 1, blocks: "12 days" });
  const [worst] = found.slices;
  expect(worst).toMatchObject({ predicate: "carrier:EV", supported: true, predictions: 60 * DAYS });
  expect(worst?.mean).toBeCloseTo(1 / 3, 1);
  expect(worst?.shrunken).toBeLessThanOrEqual(worst?.excess.value ?? 0);
  expect(found.slices.filter(({ supported }) => supported)).toHaveLength(1);
  expect(queryWorstSlices(source, { ...now, metric: "roc_auc" }).instead).toContain("no mean");
});
