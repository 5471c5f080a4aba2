import { expect, test } from "vitest";
import {
  type OverviewInput,
  prepareAnswer,
  prepareTiles,
  settled,
  standingOf,
} from "#components/model/prepare-overview.ts";
import { WEEK_MS } from "#components/ui/time.ts";
import type { AlertListItem, MetricPoint, ModelDetail } from "#server/api/contract.ts";

const START = Date.parse("2013-09-09T00:00:00Z");
const week = (index: number, value: number | null, more: Partial<MetricPoint> = {}): MetricPoint => ({
  from: new Date(START + index * WEEK_MS).toISOString(),
  to: new Date(START + (index + 1) * WEEK_MS).toISOString(),
  metric: "roc_auc",
  version: "v2",
  feature: null,
  segment: null,
  value,
  ci: value === null ? null : { lo: value - 0.02, hi: value + 0.02, level: 0.95, method: "x" },
  nRef: null,
  nCur: 6357,
  status: value === null ? "EMPTY" : "OK",
  revision: 1,
  refId: null,
  method: "x",
  ...more,
});
const detail: ModelDetail = {
  model: "flight-late",
  name: "flight-late",
  task: "binary",
  window: "1h",
  positiveClass: "late",
  threshold: 0.25,
  budgetWeeks: 13,
  features: [],
  segments: [],
  versions: [],
  liveVersion: "v2",
  references: [],
  predictions: 1000,
  labelled: 900,
  conflicts: 0,
  duplicates: 0,
  firstTs: null,
  watermark: "2013-09-24T06:00:00Z",
  lastReceivedAt: "2013-09-23T10:05:00Z",
  createdAt: "2013-03-01T00:00:00Z",
};
const input = (more: Partial<OverviewInput> = {}): OverviewInput => ({
  detail,
  metric: "roc_auc",
  main: [week(0, 0.81), week(1, 0.63)],
  limits: [{ value: 0.7, severity: "page", op: "below" }],
  alerts: [],
  events: [],
  drift: [],
  volume: [],
  coverage: [],
  nulls: [],
  newValues: [],
  zone: "UTC",
  nowMs: Date.parse("2013-09-23T10:06:00Z"),
  ...more,
});
// Only what the preparer reads.
const page = (more: Partial<AlertListItem> = {}) =>
  ({
    id: "al_1",
    severity: "page",
    status: "open",
    metric: "roc_auc",
    openedAt: "2013-09-23T06:02:00Z",
    assignee: null,
    acknowledgedBy: null,
    ...more,
  }) as AlertListItem;

test("a breach is one sentence with value, interval, window, limit and rows", () => {
  const answer = prepareAnswer(input({ alerts: [page()] }));
  expect(answer.say).toBe(
    "AUC fell to 0.63 (95 % CI 0.61–0.65) in the week of 16 Sep, limit 0.70, 6,357 labelled rows.",
  );
  expect(answer.shape).toBe("page");
  expect(answer.more).toContain("It was 0.81 the window before.");
  expect(answer.more).toContain("No version, schema or monitor changed in the 14 days before.");
  expect(answer.alert?.words).toBe("The page has been open since 06:02 and has no owner.");
});

test("a number that recovers, but not enough, did not fall", () => {
  const answer = prepareAnswer(input({ main: [week(0, 0.57), week(1, 0.61)], alerts: [page()] }));
  expect(answer.say).toContain(
    "AUC is still below its limit: 0.61 (95 % CI 0.59–0.63) in the week of 16 Sep",
  );
});

test("while drift is being loaded nothing is claimed about it", () => {
  const loading = input({ drift: null });
  expect(prepareAnswer(loading).more).not.toContain("rift");
  expect(prepareTiles(loading)[1]?.value).toBeNull();
});

test("a drop that no monitor told of is a warning, not a page", () => {
  expect(prepareAnswer(input()).shape).toBe("ticket");
});

test("another alert speaks first, and performance stands beside it", () => {
  const ticket = page({ severity: "ticket", metric: "psi@10", title: "seats has moved: 0.28 PSI" });
  const answer = prepareAnswer(input({ main: [week(0, 0.81)], alerts: [ticket] }));
  expect(answer.say).toBe("seats has moved: 0.28 PSI.");
  expect(answer.more).toContain("AUC is 0.81");
  expect(answer.shape).toBe("ticket");
});

test("a silenced alert is not loud", () => {
  const answer = prepareAnswer(input({ main: [week(0, 0.81)], alerts: [page({ status: "silenced" })] }));
  expect(answer).toMatchObject({ shape: "ok", alert: null });
});

test("without labels that is what is said", () => {
  const answer = prepareAnswer(input({ main: [week(0, null)], detail: { ...detail, labelled: 0 } }));
  expect(answer.say).toBe("No labels received, so AUC is not known.");
  expect(answer.shape).toBe("nodata");
});

test("few labels get no verdict", () => {
  const answer = prepareAnswer(input({ main: [week(0, 0.4, { status: "LOW_N", nCur: 13 })] }));
  expect(answer.say).toBe("Too few labels to judge AUC: 13 in the week of 9 Sep.");
  expect(answer.shape).toBe("low");
});

test("the window that is still filling with labels is not the one that is judged", () => {
  const points = [week(0, 0.81), week(1, 0.5, { status: "IMMATURE" })];
  const open = [week(0, 0.81), week(1, 0.5, { status: "LOW_N" })];
  expect(settled(open, START + WEEK_MS + 1)?.value).toBe(0.81);
  expect(settled(points)?.value).toBe(0.81);
  expect(settled(points.slice(1))?.value).toBe(0.5);
  expect(settled(open.slice(1), START + WEEK_MS + 1)?.value).toBe(0.5);
});

test("standing needs the whole interval beyond", () => {
  const limits = input().limits;
  expect(standingOf(week(0, 0.63), limits)).toBe("beyond");
  expect(standingOf(week(0, 0.69), limits)).toBe("astride");
  expect(standingOf(week(0, 0.75), limits)).toBe("inside");
  expect(standingOf(week(0, 0.75), [])).toBe("unwatched");
  expect(standingOf(null, limits)).toBe("unknown");
});

test("tiles keep their order and never show a number that is not there", () => {
  const tiles = prepareTiles(input({ main: [] }));
  expect(tiles.map((tile) => tile.key)).toEqual(["performance", "drift", "quality", "volume", "labels"]);
  expect(tiles.slice(0, 4).every((tile) => tile.value === null)).toBe(true);
});

test("volume is per hour of the last whole window", () => {
  const volume = [
    week(0, 1680, { metric: "volume", ci: null }),
    week(1, 12, { metric: "volume", ci: null, status: "PARTIAL" }),
  ];
  const tile = prepareTiles(input({ volume }))[3];
  expect(tile).toMatchObject({ value: "10", unit: "rows/h", detail: "1,692 in range · newest 1 min ago" });
});
