import { expect, test } from "vitest";
import { queryMetrics } from "#server/metrics/query-metrics.ts";
import { type LabelledRow, type TestVersion, testSource } from "#server/metrics/test-world.ts";
import type { ChampionInterval } from "#server/models/model-registry.ts";
import { schemaOf } from "#server/windows/test-rows.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const schema = schemaOf({
  slug: "flight-late",
  positiveClass: "late",
  features: [
    { name: "carrier", type: "category", segment: true },
    { name: "distance", type: "number", segment: false },
  ],
  dimensions: ["channel"],
});

interface Stretch {
  from: number;
  to: number;
  everyMs: number;
  shift?: number;
  carrier?: string;
  /** One label in so many rows; 0: none. */
  labelEvery?: number;
}

function rowsIn({ from, to, everyMs, shift = 0, carrier, labelEvery = 1 }: Stretch): LabelledRow[] {
  const rows: LabelledRow[] = [];
  for (let ts = from, index = 0; ts < to; ts += everyMs, index++) {
    const row = {
      ts,
      "features.carrier": carrier ?? (index % 3 === 0 ? "B6" : "UA"),
      "features.distance": ((index * 7919) % 1000) + shift,
      "output.probability": ((index * 31) % 100) / 100,
      "segments.channel": index % 2 === 0 ? "app" : "web",
      latency_ms: 2,
    };
    const isLabelled = labelEvery > 0 && index % labelEvery === 0;
    rows.push(isLabelled ? { row, label: index % 3 === 0 ? "late" : "on_time" } : { row });
  }
  return rows;
}

const reference = rowsIn({ from: 0, to: 1000, everyMs: 1 });
const world = (versions: Record<string, TestVersion>, champions?: ChampionInterval[]) =>
  testSource({ schema, versions, champions });
const twoDays = world({
  v1: { rows: rowsIn({ from: DAY, to: 3 * DAY - HOUR, everyMs: 5 * 60_000 }), reference },
});
const query = { model: "flight-late" };
const at = (ms: number) => new Date(ms).toISOString();

test("a day's point holds what its rows say, and the day that is not over is PARTIAL", () => {
  const answer = queryMetrics(twoDays, { ...query, metric: "volume,accuracy", window: "1d" });
  expect(answer).toMatchObject({ model: "flight-late", window: "1d", widenedFrom: null });
  const days = answer.points.map(({ from, metric, value, status }) => [
    from.slice(8, 10),
    metric,
    value,
    status,
  ]);
  expect(days).toMatchObject([
    ["02", "volume", 288, "OK"],
    ["02", "accuracy", expect.any(Number), "OK"],
    ["03", "volume", 276, "PARTIAL"],
    ["03", "accuracy", expect.any(Number), "PARTIAL"],
  ]);
});

test("hours, days, weeks and the whole range count the same rows; weeks begin on Mondays", () => {
  const twoLaterDays = world({
    v1: { rows: rowsIn({ from: 8 * DAY, to: 10 * DAY - HOUR, everyMs: 5 * 60_000 }) },
  });
  const answers = (["1h", "6h", "1d", "7d", "all"] as const).map((window) =>
    queryMetrics(twoLaterDays, { ...query, metric: "volume", window }),
  );
  const sums = answers.map(({ points }) => points.reduce((sum, { value }) => sum + (value ?? 0), 0));
  expect(sums).toEqual([564, 564, 564, 564, 564]);
  expect(answers[3]?.points.map(({ from }) => from)).toEqual(["1970-01-05T00:00:00.000Z"]);
});

test("a range is widened to whole windows, and without a window the finest that fits is chosen", () => {
  const asked = { ...query, metric: "volume", from: at(DAY + 90 * 60_000), to: at(DAY + 150 * 60_000) };
  const answer = queryMetrics(twoDays, asked);
  expect(answer.window).toBe("1h");
  expect(answer.points.map(({ from, to }) => [from, to])).toEqual([
    [at(DAY + HOUR), at(DAY + 2 * HOUR)],
    [at(DAY + 2 * HOUR), at(DAY + 3 * HOUR)],
  ]);
});

test("windows narrower than the model's, or more than fit on a chart, are widened and it is said", () => {
  expect(queryMetrics(twoDays, { ...query, metric: "volume", window: "5m" })).toMatchObject({
    window: "1h",
    widenedFrom: "5m",
  });
  const long = world({ v1: { rows: rowsIn({ from: 0, to: 60 * DAY, everyMs: 6 * HOUR }) } });
  const answer = queryMetrics(long, { ...query, metric: "volume", window: "1h" });
  expect(answer).toMatchObject({ window: "6h", widenedFrom: "1h" });
  expect(answer.points).toHaveLength(240);
});

test("hours without a row are EMPTY, with volume 0, never left out or 0 for a rate", () => {
  const gappy = world({
    v1: {
      rows: [
        ...rowsIn({ from: 0, to: HOUR, everyMs: 60_000 }),
        ...rowsIn({ from: 2 * HOUR, to: 3 * HOUR, everyMs: 60_000 }),
      ],
    },
  });
  const { points } = queryMetrics(gappy, { ...query, metric: "volume,accuracy", window: "1h" });
  expect(
    points.map(({ metric, value, status }) => [metric, value === null ? null : value > 0, status]),
  ).toEqual([
    ["volume", true, "OK"],
    ["accuracy", true, "OK"],
    ["volume", false, "OK"],
    ["accuracy", null, "EMPTY"],
    ["volume", true, "PARTIAL"],
    ["accuracy", true, "PARTIAL"],
  ]);
});

const promoted = DAY + 10 * HOUR + 30 * 60_000;
const twoChampions = world(
  {
    v1: { rows: rowsIn({ from: DAY, to: promoted, everyMs: 60_000 }), reference },
    v2: {
      rows: rowsIn({ from: promoted, to: 2 * DAY, everyMs: 60_000, shift: 500 }),
      reference: rowsIn({ from: 0, to: 1000, everyMs: 1, shift: 500 }),
    },
  },
  [
    { version: "v1", from: 0, to: promoted },
    { version: "v2", from: promoted, to: Number.POSITIVE_INFINITY },
  ],
);

test("live never mixes two champions: each has a point of its own against its own reference", () => {
  const answer = queryMetrics(twoChampions, { ...query, metric: "js", feature: "distance", window: "1d" });
  expect(answer.points.map(({ version, refId, nCur }) => [version, refId, nCur])).toEqual([
    ["v1", "sha256:v1", 630],
    ["v2", "sha256:v2", 810],
  ]);
  for (const { value } of answer.points) expect(value).toBeLessThan(0.1);
});

test("the hour of a change counts for both champions, other hours for one", () => {
  const { points } = queryMetrics(twoChampions, { ...query, metric: "volume", window: "1h" });
  const near = points.filter(({ from }) => from >= at(DAY + 9 * HOUR) && from <= at(DAY + 11 * HOUR));
  expect(near.map(({ from, version, value }) => [from.slice(11, 13), version, value])).toEqual([
    ["09", "v1", 60],
    ["10", "v1", 30],
    ["10", "v2", 30],
    ["11", "v2", 60],
  ]);
});

test("where none was ever promoted all versions count together, but drift stays a version's own", () => {
  const together = world({
    v1: { rows: rowsIn({ from: DAY, to: 2 * DAY, everyMs: 60_000 }), reference },
    v2: { rows: rowsIn({ from: DAY, to: 2 * DAY, everyMs: 120_000 }), reference },
  });
  const answer = queryMetrics(together, {
    ...query,
    metric: "volume,accuracy,null_rate,js",
    feature: "distance",
    window: "1d",
  });
  expect(answer.points.map(({ metric, version, nCur }) => [metric, version, nCur])).toEqual([
    ["volume", null, 2160],
    ["accuracy", null, 2160],
    ["null_rate", null, 2160],
    ["js", "v1", 1440],
    ["js", "v2", 720],
  ]);
});

test("one version can be asked for, promoted or not", () => {
  const { points } = queryMetrics(twoChampions, { ...query, metric: "volume", window: "all", version: "v1" });
  expect(points.map(({ version, value }) => [version, value])).toEqual([["v1", 630]]);
});

test("a segment is a part of the whole, compared with the same part of the reference", () => {
  const ask = (segment?: string) =>
    queryMetrics(twoDays, { ...query, metric: "volume,js", feature: "distance", window: "all", segment })
      .points;
  const volumes = [undefined, "carrier:B6", "carrier:UA", "carrier:B6,carrier:UA"].map(
    (segment) => ask(segment)[0]?.value,
  );
  expect(volumes).toEqual([564, 188, 376, 564]);
  const [, drift] = ask("channel:app");
  expect(drift).toMatchObject({ nCur: 282, nRef: 500, segment: "channel:app", status: "OK" });
});

test("all features at once, each metric where it is defined", () => {
  const { points } = queryMetrics(twoDays, {
    ...query,
    metric: "psi@10,wasserstein,new_category_rate",
    feature: "*",
    window: "all",
  });
  expect(points.map(({ metric, feature }) => `${metric} ${feature}`)).toEqual([
    "psi@10 carrier",
    "psi@10 distance",
    "wasserstein distance",
    "new_category_rate carrier",
  ]);
});

test("a shifted feature is seen, and the prediction that did not move is not accused", () => {
  const shifted = world({
    v1: { rows: rowsIn({ from: DAY, to: 2 * DAY, everyMs: 60_000, shift: 300 }), reference },
  });
  const ask = (feature: string) =>
    queryMetrics(shifted, { ...query, metric: "wasserstein,ks,tv", feature, window: "all" }).points;
  const [transport, gap, variation] = ask("distance");
  // 300 of a uniform 1,000 wide: 300 ÷ 288.7 standard deviations, 30 % of the traffic.
  expect(transport?.value).toBeCloseTo(300 / 288.7, 1);
  expect(gap?.value).toBeCloseTo(0.3, 1);
  expect(variation?.value).toBeCloseTo(0.3, 1);
  for (const { value } of ask("@output")) expect(value).toBeLessThan(0.05);
});

test("labels that are still arriving make a window IMMATURE; labels that are lost do not", () => {
  const ripe = Array.from({ length: 20 }, (_, day) =>
    rowsIn({ from: day * DAY, to: (day + 1) * DAY, everyMs: 20 * 60_000, labelEvery: day === 5 ? 9 : 1 }),
  );
  const fresh = [20, 21].map((day) =>
    rowsIn({ from: day * DAY, to: (day + 1) * DAY, everyMs: 20 * 60_000, labelEvery: 2 }),
  );
  const open = rowsIn({ from: 22 * DAY, to: 22 * DAY + HOUR, everyMs: 20 * 60_000, labelEvery: 0 });
  const source = world({ v1: { rows: [...ripe.flat(), ...fresh.flat(), ...open] } });
  const ask = (metric: string) =>
    queryMetrics(source, { ...query, metric, window: "1d" }).points.map(({ status }) => status);
  const expected = Array.from({ length: 20 }, () => "OK");
  // Eight labels of day 5 are too few to act on, but nothing more is to come for it.
  expect(ask("brier")).toEqual([...expected.with(5, "LOW_N"), "IMMATURE", "IMMATURE", "EMPTY"]);
  expect(ask("null_rate")).not.toContain("IMMATURE");
});

test("the reference's own value comes along when it is asked for", () => {
  const answer = queryMetrics(twoDays, {
    ...query,
    metric: "accuracy,js",
    feature: "distance",
    window: "all",
    withReference: true,
  });
  expect(answer.references).toMatchObject([
    { metric: "accuracy", version: "v1", n: 1000, refId: "sha256:v1" },
  ]);
  expect(queryMetrics(twoDays, { ...query, metric: "accuracy" }).references).toBeUndefined();
});

test("a model without rows answers no points", () => {
  expect(queryMetrics(world({ v1: { rows: [] } }), { ...query, metric: "volume" })).toMatchObject({
    points: [],
    watermark: null,
  });
});

test("a range beside the data answers no points", () => {
  const ask = (from: number, to: number) =>
    queryMetrics(twoDays, { ...query, metric: "volume", from: at(from), to: at(to) }).points;
  expect([ask(0, DAY), ask(9 * DAY, 10 * DAY)]).toEqual([[], []]);
});

const REFUSED: [string, Parameters<typeof queryMetrics>[1], RegExp, string][] = [
  [
    "metric",
    { ...query, metric: "volume,rocauc" },
    /no metric `rocauc`.*Did you mean roc_auc\?/,
    "unknown_metric",
  ],
  ["no metric", { ...query, metric: " , " }, /must name at least one metric/, "missing_metric"],
  [
    "task",
    { ...query, metric: "rmse" },
    /`rmse` is not defined for a binary model; it is for regression/,
    "metric_not_for_task",
  ],
  [
    "feature",
    { ...query, metric: "js", feature: "distanse" },
    /no feature `distanse`.*distance/,
    "unknown_feature",
  ],
  [
    "feature type",
    { ...query, metric: "ks", feature: "carrier" },
    /`carrier` has no ks: that is for numbers/,
    "metric_not_for_feature",
  ],
  ["version", { ...query, metric: "volume", version: "v11" }, /no version `v11`.*v1/, "unknown_version"],
  [
    "segment key",
    { ...query, metric: "volume", segment: "carier:B6" },
    /no segment key `carier`.*carrier/,
    "unknown_segment_key",
  ],
  [
    "segment value",
    { ...query, metric: "volume", segment: "carrier:B7" },
    /no segment `carrier:B7`.*carrier:B6/,
    "unknown_segment",
  ],
  ["segment form", { ...query, metric: "volume", segment: "B6" }, /key:value/, "bad_segment"],
  [
    "range",
    { ...query, metric: "volume", from: "2020-01-02", to: "2020-01-01" },
    /`from` must lie before `to`/,
    "empty_range",
  ],
  ["instant", { ...query, metric: "volume", from: "yesterday" }, /`from` is not an instant/, "bad_instant"],
];

test.each(REFUSED)(
  "an unknown %s is refused by name, with what was near",
  (_what, input, message, reason) => {
    expect(() => queryMetrics(twoDays, input)).toThrow(message);
    expect(() => queryMetrics(twoDays, input)).toThrow(
      expect.objectContaining({ code: "bad_request", reason }),
    );
  },
);

test("an unknown model is not found", () => {
  expect(() => queryMetrics(twoDays, { model: "flight-lat", metric: "volume" })).toThrow(
    expect.objectContaining({ code: "not_found", message: expect.stringContaining("flight-late") }),
  );
});
