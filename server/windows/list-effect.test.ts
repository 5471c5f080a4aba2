import { expect, test } from "vitest";
import type { LabelValue } from "#server/store/columns.ts";
import { parseLayout } from "#server/windows/layout-json.ts";
import { decodeSegment, sumSummaries } from "#server/windows/read-summaries.ts";
import { outputWithout } from "#server/windows/summary-without.ts";
import { allPositions, memoryWindowTable, rowsOf, schemaOf } from "#server/windows/test-rows.ts";
import { createWindowFolder } from "#server/windows/window-folder.ts";

const HOUR = 3_600_000;
const schema = schemaOf({ task: "ranking", dimensions: ["page"] });
const rows = rowsOf([
  { ts: 0, "output.items": '["a","b","c"]', "segments.page": "home" },
  { ts: 1, "output.items": '["a","b","c"]', "segments.page": "search" },
  { ts: HOUR, "output.items": '["b","a"]', "segments.page": "home" },
]);
const LABELS = ['{"a":1}', '{"b":1}', '{"a":0}'];

function world() {
  const table = memoryWindowTable();
  const folder = createWindowFolder({ schemaOf: () => schema, table });
  folder.foldPredictions(1, "v1", rows, allPositions(rows));
  const label = (before: readonly (LabelValue | null)[], after: readonly (LabelValue | null)[]) => {
    folder.foldLabels(1, "v1", rows, allPositions(rows), before, after);
    folder.flush(table);
  };
  const records = () => [...table.windows.values()].filter(({ levelMs }) => levelMs === HOUR);
  const layout = () => parseLayout(table.getLayout(1, "v1")?.json ?? "");
  return { label, records, layout, whole: () => sumSummaries(records(), layout()) };
}

const SECOND = 1 / Math.log2(3);

test("labels judge lists, in the whole and by segment", () => {
  const { label, whole, records, layout } = world();
  label([null, null, null], LABELS);
  const { labelled, output } = whole();
  expect(labelled).toBe(3);
  expect(output).toMatchObject({
    kind: "ranking",
    lists: 3,
    normalisedGain: { n: 2, mean: expect.closeTo((1 + SECOND) / 2, 11) },
    averagePrecision: { n: 2, mean: 0.75, m2: 0.125 },
    reciprocalRank: { n: 3, mean: 0.5, m2: 0.5 },
    precision: { n: 3, mean: expect.closeTo(0.2 / 3, 11) },
    withoutRelevant: 1,
    unreadable: 0,
  });
  const [first] = records();
  const home = first === undefined ? null : decodeSegment(first, layout(), "page", "home").output;
  expect(home).toMatchObject({ lists: 1, normalisedGain: { n: 1, mean: 1 }, withoutRelevant: 0 });
});

test("a changed label leaves no trace of the old one, and one taken back none at all", () => {
  const changed = world();
  changed.label([null, null, null], LABELS);
  changed.label(LABELS, ['{"c":3}', LABELS[1] ?? "", '{"b":2}']);
  const fresh = world();
  fresh.label([null, null, null], ['{"c":3}', LABELS[1] ?? "", '{"b":2}']);
  expect(changed.whole()).toEqual(fresh.whole());
  changed.label(['{"c":3}', LABELS[1] ?? "", '{"b":2}'], [null, null, null]);
  expect(changed.whole()).toEqual(unlabelled());
});

function unlabelled() {
  const untouched = world();
  untouched.label([null, null, null], [null, null, null]);
  return untouched.whole();
}

test("a label that names no relevances is counted, and judges nothing", () => {
  const { label, whole } = world();
  label([null, null, null], ["relevant", 7, '["a"]']);
  expect(whole()).toMatchObject({ labelled: 0, output: { unreadable: 3, precision: { n: 0 } } });
});

test("leaving a window out of the sum leaves the other", () => {
  const { label, whole, records, layout } = world();
  label([null, null, null], ['{"a":1}', '{"b":1}', '{"a":2}']);
  const [first, second] = records().map((record) => sumSummaries([record], layout()).output);
  if (first === undefined || second === undefined) throw new Error("There are two windows.");
  const left = outputWithout(whole().output, first);
  expect(left).toMatchObject({
    lists: 1,
    normalisedGain: { n: 1, mean: expect.closeTo(SECOND, 11) },
    reciprocalRank: { n: 1, mean: 0.5 },
  });
});
