import { afterEach, beforeEach, expect, test } from "vitest";
import { readTimeline } from "#db/queries/alerts.ts";
import { readSlots } from "#db/queries/monitor-slots.ts";
import { outbox } from "#db/schema/outbox.ts";
import { resolveAlert } from "#server/alerts/manage-alerts.ts";
import { MonitorRule } from "#server/api/contract.ts";
import { deleteMonitor, getMonitor, updateMonitor } from "#server/monitors/manage-monitors.ts";
import { type AlertWorld, openAlertWorld } from "#server/testing/alert-world.ts";

let world: AlertWorld;
beforeEach(() => {
  world = openAlertWorld();
});
afterEach(() => world.close());

const change = <Input>(input: Input) => ({
  db: world.db,
  clock: world.clock,
  models: world.registry,
  actor: "ann@example.org",
  input,
});
const texts = (id: string) => readTimeline(world.db, id).map(({ kind, text }) => `${kind}: ${text}`);

test("live: opens, follows, and resolves one alert", () => {
  const { id } = world.monitor();
  for (const [hour, value] of [
    [1001, 0.8],
    [1002, 0.6],
    [1003, 0.5],
    [1004, 0.8],
  ] as const) {
    world.live(hour, value);
  }
  expect(world.episodes()).toEqual([
    { kind: "breach", origin: "live", onset: 1002, opened: 1002, closed: 1004, reason: "cleared" },
  ]);
  const [alert] = world.alerts();
  expect(alert).toMatchObject({
    monitorId: id,
    affected: 2000,
    peak: { value: 0.5 },
    latest: { value: 0.5 },
  });
  expect(texts(alert?.id ?? "")).toEqual([
    "fired: ROC AUC fell below 0.70: now 0.60, 95 % CI 0.60–0.60, 1,000 labelled rows.",
    "resolved: Within the limit again.",
  ]);
  expect(getMonitor(change({ id }))).toMatchObject({ state: "normal", fired90d: 1, last: { value: 0.8 } });
});

test("imported history opens as backfill, tells nobody, and what still breaches at the end is live", () => {
  world.monitor();
  for (let hour = 900; hour <= 1000; hour += 1) {
    world.put(hour, (hour >= 920 && hour < 925) || hour >= 990 ? 0.6 : 0.8);
  }
  world.evaluate("all");
  expect(world.episodes()).toEqual([
    { kind: "breach", origin: "backfill", onset: 920, opened: 920, closed: 925, reason: "cleared" },
    { kind: "breach", origin: "live", onset: 990, opened: 990, closed: null, reason: null },
  ]);
});

test("history that ends long ago is all backfill, and its silence since is nobody's alert", () => {
  world.monitor({ noDataWindows: 2 });
  for (let hour = 100; hour <= 120; hour += 1) world.put(hour, hour > 118 ? 0.6 : 0.8);
  world.evaluate("all");
  expect(world.episodes()).toEqual([
    { kind: "breach", origin: "backfill", onset: 119, opened: 119, closed: null, reason: null },
  ]);
  for (let hour = 121; hour <= 999; hour += 1) world.put(hour, 0.6);
  world.evaluate([[121, 999]]);
  expect(world.episodes()).toEqual([
    { kind: "breach", origin: "live", onset: 119, opened: 119, closed: null, reason: null },
  ]);
});

test("silence of a living model is an alert by the clock, once, and holds what is open", () => {
  const { id } = world.monitor({ noDataWindows: 2 });
  world.live(1001, 0.6);
  world.clock.set(1003 * 3_600_000 + 121_000);
  world.evaluate();
  world.evaluate();
  expect(world.episodes().map(({ kind, opened, closed }) => [kind, opened, closed])).toEqual([
    ["breach", 1001, null],
    ["no-data", 1003, null],
  ]);
  world.live(1006, 0.6);
  expect(world.episodes().map(({ kind, opened, closed }) => [kind, opened, closed])).toEqual([
    ["breach", 1001, null],
    ["no-data", 1003, 1006],
  ]);
  expect(getMonitor(change({ id })).state).toBe("firing");
});

test("late labels raise an alert in the past, amend one, and withdraw one", () => {
  world.monitor();
  world.live(1001, 0.6, { n: 150 });
  world.live(1002, 0.8);
  world.live(1003, null, { n: 0 });
  for (let hour = 1004; hour <= 1010; hour += 1) world.live(hour, 0.8);
  const [first] = world.alerts();
  expect(world.episodes()).toHaveLength(1);

  world.put(1001, 0.65, { n: 400 });
  world.put(1003, 0.5, { n: 300 });
  world.evaluate([
    [1001, 1001],
    [1003, 1003],
  ]);
  expect(world.episodes()).toEqual([
    { kind: "breach", origin: "live", onset: 1001, opened: 1001, closed: 1002, reason: "cleared" },
    { kind: "breach", origin: "late", onset: 1003, opened: 1003, closed: 1004, reason: "cleared" },
  ]);
  expect(texts(first?.id ?? "")).toContain(
    "amended: Late labels confirm it: the window that fired read 0.60 with 150 labelled rows then, and 0.65 with 400 labelled rows now.",
  );

  world.put(1001, 0.75, { n: 900 });
  world.evaluate([[1001, 1001]]);
  expect(world.episodes()[0]).toMatchObject({ opened: 1001, reason: "retracted" });
  expect(texts(first?.id ?? "")).toContain(
    "retracted: Withdrawn by late labels: with them, the windows are not beyond the limit.",
  );

  world.put(1001, 0.66, { n: 1000 });
  world.evaluate([[1001, 1001]]);
  expect(world.episodes()[0]).toMatchObject({ closed: 1002, reason: "cleared" });
  expect(world.alerts().map((alert) => alert.id)[0]).toBe(first?.id);
});

test("labels a month late still open an alert while nothing newer says otherwise", () => {
  world.monitor();
  for (let hour = 1001; hour <= 1020; hour += 1) world.live(hour, null, { n: 0 });
  world.put(1003, 0.6);
  world.evaluate([[1003, 1003]]);
  expect(world.episodes()).toEqual([
    { kind: "breach", origin: "live", onset: 1003, opened: 1003, closed: null, reason: null },
  ]);
});

test("an edit of the rule closes what is open and starts over; a rename does not", () => {
  const { id } = world.monitor();
  world.live(1001, 0.6);
  updateMonitor(change({ id, name: "Quality" }));
  world.evaluate();
  expect(world.episodes()[0]?.closed).toBeNull();
  updateMonitor(change({ id, limit: 0.65, reason: "Too noisy." }));
  world.evaluate();
  expect(world.episodes().map(({ opened, closed, reason }) => [opened, closed, reason])).toEqual([
    [1001, 1001, "rule-changed"],
    [1001, null, null],
  ]);
  world.live(1002, 0.66);
  expect(world.episodes()[1]).toMatchObject({ closed: 1002 });
  expect(world.alerts().map((alert) => alert.ruleVersion)).toEqual([1, 2]);
});

test("after an edit, history keeps the alerts of the rule that was in force", () => {
  const { id } = world.monitor();
  world.live(1001, 0.6);
  world.live(1002, 0.8);
  updateMonitor(change({ id, limit: 0.65 }));
  world.evaluate();
  expect(world.episodes()).toHaveLength(1);
});

test("pausing and deleting close with their reason, and nothing is judged", async () => {
  const { id } = world.monitor();
  world.live(1001, 0.6);
  updateMonitor(change({ id, enabled: false }));
  world.evaluate();
  expect(world.episodes()[0]).toMatchObject({ reason: "paused" });
  expect(getMonitor(change({ id })).state).toBe("paused");
  world.live(1002, 0.6);
  expect(world.episodes()).toHaveLength(1);
  updateMonitor(change({ id, enabled: true }));
  world.live(1003, 0.6);
  expect(world.episodes().map(({ opened, reason }) => [opened, reason])).toEqual([
    [1001, "paused"],
    [1002, null],
  ]);
  deleteMonitor(change({ id }));
  world.evaluate();
  expect(world.episodes()[1]).toMatchObject({ reason: "deleted" });
  expect(() => getMonitor(change({ id }))).toThrow("no monitor of that id");
});

test("a person's resolution holds through later passes; the next breaching window is a new alert", () => {
  world.monitor();
  world.live(1001, 0.6);
  const [alert] = world.alerts();
  resolveAlert(change({ id: alert?.id ?? "", reason: "Known." }));
  world.evaluate("all");
  expect(world.episodes()).toHaveLength(1);
  world.live(1002, 0.6);
  world.evaluate("all");
  expect(world.episodes().map(({ opened, reason }) => [opened, reason])).toEqual([
    [1001, "by-person"],
    [1002, null],
  ]);
});

test("evaluating again, or after a restart, changes nothing", () => {
  world.monitor({ forWindows: 2 });
  for (let hour = 1001; hour <= 1008; hour += 1) world.live(hour, hour % 4 < 2 ? 0.6 : 0.8);
  const before = JSON.stringify(world.alerts());
  world.reopen();
  const passes = world.evaluate("all");
  expect(passes).toEqual([{ alerts: 0, isNews: false }]);
  expect(JSON.stringify(world.alerts())).toBe(before);
});

test("downtime: the windows that passed are judged in order, and only what is open is news", () => {
  world.monitor({ forWindows: 2 });
  world.live(1001, 0.8);
  for (const hour of [1002, 1003]) world.put(hour, 0.6);
  for (let hour = 1004; hour <= 1018; hour += 1) world.put(hour, 0.8);
  for (const hour of [1019, 1020]) world.put(hour, 0.6);
  world.clock.set(1020.2 * 3_600_000);
  world.evaluate("all");
  expect(world.episodes().map(({ origin, opened, closed }) => [origin, opened, closed])).toEqual([
    ["backfill", 1003, 1004],
    ["live", 1020, null],
  ]);
});

test("the same rows imported and live give the same alerts", () => {
  const values = Array.from({ length: 200 }, (_, index) => ((index * 7919) % 13 < 3 ? 0.6 : 0.8));
  const input = { forWindows: 2, keepWindows: 2, noDataWindows: 2 };
  const hours = values.flatMap((value, index) => (index % 29 > 25 ? [] : [[1001 + index, value] as const]));
  world.monitor(input);
  for (const [hour, value] of hours) {
    world.live(hour, value);
    world.clock.advance(150_000);
    world.evaluate();
  }
  const imported = openAlertWorld();
  try {
    imported.monitor(input);
    imported.clock.set(world.clock.now());
    imported.livingSince = world.clock.now();
    // Out of order, in three bites, as an import from several files may be.
    for (const third of [1, 0, 2]) {
      for (const [hour, value] of hours) if (hour % 3 === third) imported.put(hour, value);
      imported.evaluate("all");
    }
    // Half an import can look like silence; that it was withdrawn since is not a difference.
    const plain = (from: AlertWorld) =>
      from
        .episodes()
        .filter((episode) => episode.reason !== "retracted")
        .map(({ origin: _origin, ...episode }) => episode);
    expect(plain(imported)).toEqual(plain(world));
    expect(plain(world).length).toBeGreaterThan(5);
  } finally {
    imported.close();
  }
});

test("rows that were erased take their slot, and the alert that stood on it, away", () => {
  const { id } = world.monitor();
  for (let hour = 900; hour <= 1000; hour += 1) world.put(hour, hour === 950 ? 0.6 : 0.8);
  world.evaluate("all");
  expect(world.episodes()).toHaveLength(1);
  world.remove(950);
  world.evaluate([[950, 950]]);
  expect(world.episodes()).toEqual([]);
  expect(readSlots(world.db, id, 0, Number.MAX_SAFE_INTEGER)).toHaveLength(100);
});

test("without channels nothing is written to the outbox", () => {
  world.monitor();
  world.live(1001, 0.6);
  expect(world.db.select().from(outbox).all()).toEqual([]);
});

test("the rule of an alert is whole", () => {
  world.monitor();
  world.live(1001, 0.6);
  expect(MonitorRule.safeParse(world.alerts()[0]?.rule).success).toBe(true);
});
