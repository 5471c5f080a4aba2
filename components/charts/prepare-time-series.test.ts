import { expect, test } from "vitest";
import { csvCell, fileName } from "#components/charts/chart-table.ts";
import { prepareTimeSeries, type TimeSeriesInput } from "#components/charts/prepare-time-series.ts";
import { DAY_MS } from "#components/ui/time.ts";
import type { MetricPoint } from "#server/api/contract.ts";

const START = Date.parse("2013-09-02T00:00:00Z");
const day = (index: number, value: number | null, more: Partial<MetricPoint> = {}): MetricPoint => ({
  from: new Date(START + index * DAY_MS).toISOString(),
  to: new Date(START + (index + 1) * DAY_MS).toISOString(),
  metric: "roc_auc",
  version: "v2",
  feature: null,
  segment: null,
  value,
  ci: value === null ? null : { lo: value - 0.02, hi: value + 0.02, level: 0.95, method: "delong" },
  nRef: null,
  nCur: 900,
  status: value === null ? "EMPTY" : "OK",
  revision: 1,
  refId: null,
  method: "bins",
  ...more,
});
const input = (points: MetricPoint[], more: Partial<TimeSeriesInput> = {}): TimeSeriesInput => ({
  metric: "roc_auc",
  subject: "flight-late",
  fromMs: START,
  toMs: START + 10 * DAY_MS,
  zone: "UTC",
  series: [{ key: "live", label: "live version", role: "live", points }],
  ...more,
});

test("a missing window is a row without a value, so that the line breaks there", () => {
  const model = prepareTimeSeries(input([day(0, 0.8), day(1, null), day(2, 0.7)]));
  expect(model.rows.map((row) => row.cells.live_0 ?? null)).toEqual([0.8, null, 0.7]);
  expect(model.rows[1]?.points).toEqual({});
  expect(model.readings[1]?.text).toBe("Tue 3 Sep: no rows");
});

test("a line breaks where the version changes, and each part is named", () => {
  const model = prepareTimeSeries(
    input([day(0, 0.7, { version: "v1" }), day(1, 0.71, { version: "v1" }), day(2, 0.8), day(3, 0.79)]),
  );
  expect(model.lines.map((line) => [line.key, line.label])).toEqual([
    ["live_0", "v1"],
    ["live_1", "v2"],
  ]);
  expect(model.rows[2]?.cells).toEqual({ live_1: 0.8, live_1_band: [0.78, 0.8200000000000001] });
  expect(model.breaks).toEqual([START + 2 * DAY_MS]);
  expect(model.summary).toContain("v2 replaced v1 on 4 Sep.");
});

test("one version needs no name on its line", () => {
  expect(prepareTimeSeries(input([day(0, 0.7), day(1, 0.71)])).lines[0]?.label).toBeNull();
});

test("an open window hangs on a dashed tail from the last settled one", () => {
  const model = prepareTimeSeries(input([day(0, 0.8), day(1, 0.7, { status: "PARTIAL" })]));
  const tail = model.lines.find((line) => line.tail);
  expect(tail && model.rows.map((row) => row.cells[tail.key])).toEqual([0.8, 0.7]);
  expect(model.rows[1]?.cells.live_0).toBeUndefined();
  expect(model.series[0]?.hasTail).toBe(true);
});

test("too few rows keep their value but no verdict, and do not stretch the axis", () => {
  const wide = { ci: { lo: 0.01, hi: 0.99, level: 0.95, method: "x" }, status: "LOW_N", nCur: 12 } as const;
  const model = prepareTimeSeries(input([day(0, 0.8), day(1, 0.7, wide), day(2, 0.8)]));
  expect(model.rows[1]?.points.live?.certainty).toBe("low");
  expect(model.domainY[0]).toBeGreaterThan(0.5);
  expect(model.readings[1]?.text).toContain("not enough data (n = 12)");
});

test("an alert that began before the range is clamped to it, one outside is left out", () => {
  const alert = { id: "a", severity: "page", status: "open", title: "AUC below 0.70" } as const;
  const model = prepareTimeSeries(
    input([day(0, 0.6)], {
      alerts: [
        { ...alert, fromMs: START - 30 * DAY_MS, toMs: null },
        { ...alert, id: "b", fromMs: START - 30 * DAY_MS, toMs: START - 20 * DAY_MS },
      ],
    }),
  );
  expect(model.bands).toHaveLength(1);
  expect(model.bands[0]).toMatchObject({ fromMs: START, toMs: START + 10 * DAY_MS, openEnd: true });
});

test("bands that overlap are stacked, others share a lane", () => {
  const alert = { severity: "page", status: "open", title: "x" } as const;
  const model = prepareTimeSeries(
    input([day(0, 0.6)], {
      alerts: [
        { ...alert, id: "c", fromMs: START + 6 * DAY_MS, toMs: null },
        { ...alert, id: "a", fromMs: START, toMs: START + 4 * DAY_MS },
        { ...alert, id: "b", fromMs: START + 2 * DAY_MS, toMs: START + 5 * DAY_MS },
      ],
    }),
  );
  expect(model.bands.map((band) => [band.id, band.lane])).toEqual([
    ["a", 0],
    ["b", 1],
    ["c", 0],
  ]);
});

test("a limit near the data is on the axis, a far one is named with an arrow", () => {
  const near = prepareTimeSeries(
    input([day(0, 0.72)], { limits: [{ value: 0.7, severity: "page", op: "below" }] }),
  );
  expect(near.limits[0]).toMatchObject({ label: "limit 0.70", outside: null });
  const far = prepareTimeSeries(
    input([day(0, 0.72)], { limits: [{ value: 0.2, severity: "page", op: "below" }] }),
  );
  expect(far.limits[0]).toMatchObject({ label: "limit 0.20 ↓", outside: "below" });
  expect(near.summary).toContain("its interval includes the limit 0.70");
});

test("a limit is labelled on the side where the data stays away from it", () => {
  const limits = [{ value: 0.7, severity: "page", op: "below" }] as const;
  const away = Array.from({ length: 10 }, (_, index) => day(index, index < 5 ? 0.9 : 0.71));
  expect(prepareTimeSeries(input(away, { limits })).labelSide).toBe("left");
  expect(
    prepareTimeSeries(
      input(
        away.map((_, index) => day(index, index < 5 ? 0.71 : 0.9)),
        { limits },
      ),
    ).labelSide,
  ).toBe("right");
});

test("distances start at zero and scores are cut", () => {
  const psi = day(0, 0.24, { metric: "psi@10" });
  expect(prepareTimeSeries(input([psi], { metric: "psi@10" })).domainY[0]).toBe(0);
  const auc = prepareTimeSeries(input([day(0, 0.8), day(1, 0.75)]));
  expect(auc.cut).toBe(true);
});

test("no point at all is an empty chart that says so", () => {
  const model = prepareTimeSeries(input([]));
  expect(model.empty).toBe(true);
  expect(model.summary).toContain("No value in this range.");
  expect(model.domainY[0]).toBeLessThan(model.domainY[1]);
});

test("the table and the CSV hold every window with its interval, count and status", () => {
  const model = prepareTimeSeries(input([day(0, 0.8), day(1, null)]));
  expect(model.table.rows[0]?.shown).toEqual(["Mon 2 Sep", "v2", "0.800", "0.780–0.820", "900", ""]);
  const lines = model.csv.split("\r\n");
  expect(lines[0]).toBe("start,end,version,roc_auc,lo,hi,level,n,status,method,reference,revision");
  expect(lines[2]).toContain("EMPTY");
});

test("texts that look like formulas cannot run in a spreadsheet", () => {
  expect(csvCell("=1+1")).toBe("'=1+1");
  expect(csvCell('say "x", y')).toBe('"say ""x"", y"');
  expect(csvCell(-0.5)).toBe("-0.5");
  expect(fileName("ROC AUC", "flight-late")).toBe("roc-auc-flight-late");
});
