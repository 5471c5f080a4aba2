import { expect, test } from "vitest";
import { AGE_KIND, ageCell, LABEL_AGES } from "#server/windows/label-ages.ts";
import { parseLayout } from "#server/windows/layout-json.ts";
import { decodeSegment, decodeSummary, segmentValues, sumSummaries } from "#server/windows/read-summaries.ts";
import {
  allPositions,
  memoryWindowTable,
  rowsOf,
  schemaOf,
  type TestRow,
} from "#server/windows/test-rows.ts";
import { createWindowFolder } from "#server/windows/window-folder.ts";

const HOUR = 3_600_000;
const schema = schemaOf({
  positiveClass: "late",
  features: [
    { name: "carrier", type: "category", segment: true },
    { name: "distance", type: "number", segment: false },
  ],
  dimensions: ["channel"],
});
const rows: TestRow[] = [
  {
    ts: 10,
    "features.carrier": "B6",
    "features.distance": 950,
    "output.probability": 0.7,
    "segments.channel": "app",
    latency_ms: 3,
  },
  {
    ts: HOUR + 5,
    "features.carrier": "DL",
    "features.distance": null,
    "output.probability": 0.2,
    "output.value": "late",
  },
  { ts: 20, "features.carrier": "B6", "features.distance": Number.NaN, "output.probability": 0.1 },
];

function folded(withAges = false) {
  const table = memoryWindowTable();
  const folder = createWindowFolder({ schemaOf: () => schema, table });
  const columns = rowsOf(rows);
  folder.foldPredictions(1, "v1", columns, allPositions(columns));
  const all = allPositions(columns);
  const times = withAges ? { before: [0, 0, 0], after: [0, 2 * 24 * HOUR, 90 * 24 * HOUR] } : undefined;
  folder.foldLabels(1, "v1", columns, all, [null, null, null], ["late", "on_time", "late"], times);
  const changes = folder.flush(table);
  const layout = parseLayout(table.getLayout(1, "v1")?.json ?? "");
  return { table, folder, changes, layout };
}

test("rows land in the window of their time at every level", () => {
  const { table, changes } = folded();
  expect(changes).toEqual([{ modelId: 1, version: "v1", from: 0, to: HOUR }]);
  const sizes = [...table.windows.values()].map(({ levelMs, start, predictions }) => [
    levelMs,
    start,
    predictions,
  ]);
  expect(sizes).toEqual([
    [HOUR, 0, 2],
    [HOUR, HOUR, 1],
    [24 * HOUR, 0, 3],
  ]);
});

test("a window reads back as the counts of its rows", () => {
  const { table, layout } = folded();
  const record = table.get(1, "v1", 24 * HOUR, 0);
  if (record === null) throw new Error("The day's window is missing.");
  const day = decodeSummary(record, layout);
  expect(day.predictions).toBe(3);
  expect(day.labelled).toBe(3);
  expect([day.firstTs, day.lastTs]).toEqual([10, HOUR + 5]);
  expect([...(day.features[0]?.counts ?? [])]).toEqual([2, 1, 0, 0]);
  expect(day.features[1]).toMatchObject({ nulls: 1, invalid: 1, absent: 0, moments: { n: 1, mean: 950 } });
  expect(day.output).toMatchObject({
    kind: "binary",
    confusion: { tp: 1, fp: 1, tn: 0, fn: 1 },
    decisions: { positive: 2, negative: 1 },
    labels: { positive: 2, negative: 1, unreadable: 0 },
  });
  expect(day.latency.moments).toMatchObject({ n: 1, mean: 3 });
});

test("each segment value has a summary of its own", () => {
  const { table, layout } = folded();
  const record = table.get(1, "v1", 24 * HOUR, 0);
  if (record === null) throw new Error("The day's window is missing.");
  expect(segmentValues([record], layout, "carrier")).toEqual([
    { value: "B6", predictions: 2, labelled: 2 },
    { value: "DL", predictions: 1, labelled: 1 },
  ]);
  expect(segmentValues([record], layout, "channel")).toEqual([{ value: "app", predictions: 1, labelled: 1 }]);
  const b6 = decodeSegment(record, layout, "carrier", "B6");
  expect(b6.output).toMatchObject({ confusion: { tp: 1, fn: 1, fp: 0, tn: 0 } });
  expect(decodeSegment(record, layout, "carrier", "XX").predictions).toBe(0);
  expect(decodeSegment(record, layout, "carrier", ["B6", "DL"]).predictions).toBe(3);
});

test("a changed label takes the old one out", () => {
  const { table, folder, layout } = folded();
  const columns = rowsOf(rows);
  folder.foldLabels(1, "v1", columns, Uint32Array.of(0, 2), ["late", "late"], ["on_time", null]);
  folder.flush(table);
  const day = sumSummaries(
    [...table.windows.values()].filter((record) => record.levelMs === HOUR),
    layout,
  );
  expect(day.labelled).toBe(2);
  expect(day.output).toMatchObject({ confusion: { tp: 0, fp: 2, tn: 0, fn: 0 }, logLoss: { n: 2 } });
});

test("what was folded before a rollback leaves no trace", () => {
  const { table, folder, layout } = folded();
  const stored = new Map(table.windows);
  const columns = rowsOf(rows);
  folder.foldPredictions(1, "v1", columns, allPositions(columns));
  folder.flush(table);
  table.windows.clear();
  for (const [key, record] of stored) table.windows.set(key, record);
  folder.rollback();
  folder.foldPredictions(1, "v1", columns, allPositions(columns));
  folder.flush(table);
  const record = table.get(1, "v1", 24 * HOUR, 0);
  expect(record?.revision).toBe(2);
  expect(record === null ? 0 : decodeSummary(record, layout).predictions).toBe(6);
});

test("a write that fails half way leaves nothing in memory", () => {
  const { table, folder, layout } = folded();
  const columns = rowsOf(rows);
  let writes = 0;
  const failing = {
    ...table,
    put: () => {
      writes += 1;
      if (writes === 2) throw new Error("The disk is full.");
    },
  };
  folder.foldPredictions(1, "v1", columns, allPositions(columns));
  expect(() => folder.flush(failing)).toThrow("full");
  folder.rollback();
  folder.foldPredictions(1, "v1", columns, Uint32Array.of(0));
  folder.flush(table);
  const day = table.get(1, "v1", 24 * HOUR, 0);
  expect(day === null ? 0 : decodeSummary(day, layout).predictions).toBe(4);
  expect(table.get(1, "v1", HOUR, 0)?.predictions).toBe(3);
});

test("windows of a week start on Mondays", () => {
  const table = memoryWindowTable();
  const weekly = { ...schema, windowMs: 7 * 24 * HOUR };
  const folder = createWindowFolder({ schemaOf: () => weekly, table });
  const times = ["2026-01-04T23:00:00Z", "2026-01-05T00:00:00Z", "2026-01-08T12:00:00Z"].map((text) =>
    Date.parse(text),
  );
  const columns = rowsOf(times.map((ts) => ({ ts, "features.carrier": "B6" })));
  folder.foldPredictions(1, "v1", columns, allPositions(columns));
  folder.flush(table);
  const weeks = [...table.windows.values()].map(({ start, predictions }) => [
    new Date(start).toISOString(),
    predictions,
  ]);
  expect(weeks).toEqual([
    ["2025-12-29T00:00:00.000Z", 1],
    ["2026-01-05T00:00:00.000Z", 2],
  ]);
});

test("only picked features are read", () => {
  const { table, layout } = folded();
  const record = table.get(1, "v1", HOUR, 0);
  if (record === null) throw new Error("The window is missing.");
  const summary = decodeSummary(record, layout, { features: ["distance"], output: false, latency: false });
  expect(summary.features[0]?.counts.length).toBe(0);
  expect(summary.features[1]?.moments.n).toBe(1);
  expect(summary.predictions).toBe(2);
});

test("a new threshold leaves stale windows to the rebuild, which folds them anew", () => {
  const table = memoryWindowTable();
  let current = schema;
  const folder = createWindowFolder({ schemaOf: () => current, table });
  const columns = rowsOf(rows);
  folder.foldPredictions(1, "v1", columns, allPositions(columns));
  folder.flush(table);
  current = { ...schema, threshold: 0.8, revision: 2 };
  folder.foldPredictions(1, "v1", columns, allPositions(columns));
  folder.flush(table);
  expect(folder.takeStaleVersions()).toEqual([{ modelId: 1, version: "v1" }]);
  expect(table.get(1, "v1", HOUR, 0)?.predictions).toBe(2);
  folder.resetWindows(table, 1, "v1", 0, 24 * HOUR);
  folder.foldPredictions(1, "v1", columns, allPositions(columns));
  folder.foldPredictions(1, "v1", columns, allPositions(columns));
  folder.flush(table);
  const layout = parseLayout(table.getLayout(1, "v1")?.json ?? "");
  const record = table.get(1, "v1", HOUR, 0);
  if (record === null) throw new Error("The window is missing.");
  expect(record.revision).toBe(2);
  expect(decodeSummary(record, layout).output).toMatchObject({ decisions: { positive: 0, negative: 4 } });
});

const DAY = 24 * HOUR;
const agesOf = ({ table, layout }: Pick<ReturnType<typeof folded>, "table" | "layout">) =>
  sumSummaries(
    [...table.windows.values()].filter((record) => record.levelMs === HOUR),
    layout,
  ).labelAges;
const labelledByAge = (ages: Float64Array) =>
  Array.from({ length: LABEL_AGES }, (_, age) => ages[ageCell(age, AGE_KIND.labelled)]);

test("labels are counted by the age at which they came, and move when they are amended later", () => {
  const world = folded(true);
  expect(labelledByAge(agesOf(world))).toEqual([1, 1, 0, 0, 0, 1]);
  const columns = rowsOf(rows);
  const times = { before: [0], after: [5 * DAY] };
  world.folder.foldLabels(1, "v1", columns, Uint32Array.of(0), ["late"], ["late"], times);
  world.folder.flush(world.table);
  expect(labelledByAge(agesOf(world))).toEqual([0, 1, 1, 0, 0, 1]);
  expect(sumSummaries([...world.table.windows.values()], world.layout).labelled).toBe(6);
});

test("the same label again at about the same age amends nothing, not even the revision", () => {
  const { table, folder } = folded(true);
  const times = { before: [0], after: [HOUR] };
  folder.foldLabels(1, "v1", rowsOf(rows), Uint32Array.of(0), ["late"], ["late"], times);
  expect(folder.flush(table)).toEqual([]);
});

test("a window that was stored before ages were counted never holds fewer than no label of an age", () => {
  const world = folded();
  const times = { before: [0], after: [0] };
  world.folder.foldLabels(1, "v1", rowsOf(rows), Uint32Array.of(0), ["late"], ["on_time"], times);
  world.folder.flush(world.table);
  expect(Math.min(...agesOf(world))).toBe(0);
});
