import { expect, test } from "vitest";
import { blocksOf } from "#server/metrics/blocks.ts";
import { queryMetrics } from "#server/metrics/query-metrics.ts";
import { querySegments } from "#server/metrics/segments.ts";
import { type LabelledRow, testSource } from "#server/metrics/test-world.ts";
import type { WindowRecord } from "#server/store/event-store.ts";
import { schemaOf } from "#server/windows/test-rows.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const schema = schemaOf({
  slug: "m",
  positiveClass: "late",
  features: [
    { name: "carrier", type: "category", segment: true },
    { name: "distance", type: "number", segment: false },
  ],
});
const record = (start: number, levelMs: number): WindowRecord => ({
  modelId: 1,
  version: "v1",
  levelMs,
  start,
  layoutId: 1,
  revision: 1,
  predictions: 1,
  labelled: 0,
  summary: new Uint8Array(),
  segments: null,
});
const hours = (count: number) => Array.from({ length: count }, (_, hour) => record(hour * HOUR, HOUR));

test("fewer than ten windows are no blocks", () => {
  expect(blocksOf(hours(9))).toBeNull();
});

test("hours of a few days are blocks themselves, of many days they make days", () => {
  expect(blocksOf(hours(48))).toMatchObject({ text: "48 hours" });
  expect(blocksOf(hours(240))).toMatchObject({ text: "10 days" });
  expect(blocksOf(hours(240))?.groups.map(({ length }) => length)).toEqual(Array(10).fill(24));
});

test("a long range has at most sixty blocks of neighbouring days", () => {
  const days = Array.from({ length: 304 }, (_, day) => record(day * DAY, DAY));
  const found = blocksOf([...days].reverse());
  expect(found?.text).toBe("51 × 6 days");
  expect(found?.groups[0]?.map(({ start }) => start / DAY)).toEqual([0, 1, 2, 3, 4, 5]);
});

/** On stormy days the model is wrong for half of the rows and distances are long; else it is right. */
function days(count: number, isStormy: (day: number, row: number) => boolean): LabelledRow[] {
  return Array.from({ length: count * 100 }, (_, index) => {
    const day = Math.floor(index / 100);
    const row = index % 100;
    const storm = isStormy(day, row);
    const score = ((row * 37) % 100) / 100;
    const wrong = storm && row % 2 === 0;
    return {
      row: {
        ts: 20 * DAY + day * DAY + row * 60_000,
        "features.carrier": row % 4 === 0 ? "B6" : "UA",
        "features.distance": storm ? row : row / 2,
        "output.probability": score,
      },
      label: score >= 0.5 !== wrong ? "late" : "on_time",
    };
  });
}
const STORMY_DAYS = days(20, (day) => day % 4 === 0);
const SCATTERED = days(20, (day, row) => (day + row) % 4 === 0);
const CALM = days(20, () => false);
const source = (rows: LabelledRow[]) => testSource({ schema, versions: { v1: { rows, reference: CALM } } });
const ask = (rows: LabelledRow[], metric: string, feature?: string) => {
  const [point] = queryMetrics(source(rows), { model: "m", metric, feature, window: "all" }).points;
  return { ...point, width: (point?.ci?.hi ?? 0) - (point?.ci?.lo ?? 0) };
};

test.each(["accuracy", "recall", "f1", "roc_auc", "pr_auc", "log_loss", "brier", "ece"])(
  "%s is less sure when its errors come on the same days",
  (metric) => {
    const tied = ask(STORMY_DAYS, metric);
    const scattered = ask(SCATTERED, metric);
    expect(tied.value).toBeCloseTo(scattered.value ?? Number.NaN, 1);
    expect(tied.ci?.method).toBe("block-jackknife(20 days)");
    expect(tied.width).toBeGreaterThan(1.5 * scattered.width);
    expect(tied.status).toBe("OK");
  },
);

test.each(["psi@10", "js", "tv", "chi2", "wasserstein", "ks"])(
  "%s reads rows of one day as the fewer independent ones they are worth",
  (metric) => {
    const tied = ask(STORMY_DAYS, metric, "distance");
    const scattered = ask(SCATTERED, metric, "distance");
    expect(tied.value).toBeCloseTo(scattered.value ?? Number.NaN, 1);
    expect(tied.ci?.method).toMatch(/\/block-dispersion\(20 days\)$/);
    expect(scattered.ci?.method).not.toContain("block");
    expect(tied.width).toBeGreaterThan(scattered.width);
  },
);

test("a share of nulls and a segment know their days, too", () => {
  const nulls = STORMY_DAYS.map(({ row, label }, index) => {
    const isNull = Math.floor(index / 100) % 4 === 0;
    return { row: { ...row, "features.distance": isNull ? null : 1 }, label };
  });
  expect(ask(nulls, "null_rate", "distance").ci?.method).toBe("block-jackknife(20 days)");
  const rows = querySegments(source(STORMY_DAYS), { model: "m", key: "carrier", metric: "accuracy" });
  // B6 has rows 0, 4, 8 …, which are all wrong on stormy days.
  expect(rows.find(({ value }) => value === "B6")?.point.ci?.method).toBe("block-jackknife(20 days)");
});

test("a volume and a day's own point have no blocks", () => {
  expect(ask(STORMY_DAYS, "volume").ci).toBeNull();
  const daily = queryMetrics(source(STORMY_DAYS), { model: "m", metric: "accuracy", window: "1d" }).points;
  expect(new Set(daily.map(({ ci }) => ci?.method))).toEqual(new Set(["wilson"]));
});
