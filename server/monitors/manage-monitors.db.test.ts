import { afterEach, beforeEach, expect, test } from "vitest";
import { HOUR_MS } from "#server/alerts/fixtures.ts";
import { listEvents } from "#server/models/timeline.ts";
import { backtest } from "#server/monitors/backtest.ts";
import { deleteMonitor, getMonitor, listMonitors, updateMonitor } from "#server/monitors/manage-monitors.ts";
import { type AlertWorld, MODEL, openAlertWorld } from "#server/testing/alert-world.ts";

let world: AlertWorld;
beforeEach(() => {
  world = openAlertWorld();
});
afterEach(() => world.close());
const args = <Input>(input: Input) => ({
  db: world.db,
  clock: world.clock,
  models: world.registry,
  actor: "ann@example.org",
  input,
});
const events = () =>
  listEvents(world.db, MODEL.modelId, 0, Number.MAX_SAFE_INTEGER).map((event) => event.text);

test("a new monitor has a name in words, learns first, and is an event of its model", () => {
  const monitor = world.monitor();
  expect(monitor).toMatchObject({
    name: "ROC AUC below 0.70",
    state: "learning",
    ruleVersion: 1,
    channels: [],
    last: null,
    fired90d: 0,
  });
  expect(getMonitor(args({ id: monitor.id }))).toEqual(monitor);
  expect(listMonitors(args({ model: MODEL.slug }))).toEqual([monitor]);
  expect(events()).toEqual(["Monitor “ROC AUC below 0.70” made: ROC AUC below 0.70 in windows of 1h."]);
});

test("an edit of the rule is a new version with its reason; a name that nobody chose follows it", () => {
  const { id } = world.monitor();
  world.clock.advance(1_000);
  const edited = updateMonitor(args({ id, limit: 0.65, reason: "Too noisy." }));
  expect(edited).toMatchObject({
    ruleVersion: 2,
    name: "ROC AUC below 0.65",
    minN: 100,
    wholeInterval: true,
  });
  expect(events().at(-1)).toBe(
    "Monitor “ROC AUC below 0.65” changed: from ROC AUC below 0.70 in windows of 1h to ROC AUC below 0.65 in windows of 1h. Too noisy.",
  );
  expect(updateMonitor(args({ id, name: "Quality" })).ruleVersion).toBe(2);
  expect(updateMonitor(args({ id, limit: 0.6 }))).toMatchObject({ ruleVersion: 3, name: "Quality" });
});

test("what cannot be is refused and changes nothing", () => {
  const { id } = world.monitor();
  const before = getMonitor(args({ id }));
  expect(() => updateMonitor(args({ id, limit: 7 }))).toThrow("Limit must be between 0 and 1");
  expect(() => updateMonitor(args({ id, channels: ["ch_none"] }))).toThrow(
    "One of the channels does not exist",
  );
  expect(() => updateMonitor(args({ id, model: "other" }))).toThrow("A monitor stays with its model");
  expect(() => updateMonitor(args({ id: "mon_none" }))).toThrow("There is no monitor of that id");
  expect(() => listMonitors(args({ model: "none" }))).toThrow("There is no model of that name");
  expect(getMonitor(args({ id }))).toEqual(before);
});

test("a deleted monitor is gone from lists", () => {
  const { id } = world.monitor();
  deleteMonitor(args({ id }));
  expect(listMonitors(args({}))).toEqual([]);
  expect(() => deleteMonitor(args({ id }))).toThrow("There is no monitor of that id");
});

const rule = { model: MODEL.slug, metric: "roc_auc", op: "below", window: "1h", minN: 100 } as const;
const tested = (limit: number, more: object = {}) =>
  backtest({
    clock: world.clock,
    models: world.registry,
    source: world.source,
    referenceValue: () => 0.8,
    // The router's schema fills in what is left out.
    input: {
      ...rule,
      limit,
      feature: null,
      segment: null,
      version: null,
      clear: null,
      wholeInterval: true,
      forWindows: 1,
      keepWindows: 1,
      noDataWindows: null,
      decide: "window",
      ...more,
    },
  });

test("a back-test shows the slots and the episodes that live would have", () => {
  world.monitor();
  for (let hour = 950; hour < 1000; hour += 1) {
    if (hour === 980) continue;
    world.put(hour, hour % 10 === 0 ? 0.6 : 0.8, { n: hour === 955 ? 5 : 1000 });
  }
  world.evaluate("all");
  const answer = tested(0.7);
  expect(answer.slots).toHaveLength(49);
  expect(answer).toMatchObject({
    lowN: 1,
    noData: 1,
    reference: 0.8,
    to: new Date(999 * HOUR_MS).toISOString(),
  });
  expect(answer.episodes.map((episode) => Date.parse(episode.openedAt) / HOUR_MS)).toEqual(
    world.episodes().map((episode) => episode.opened),
  );
  expect(tested(0.5).episodes).toEqual([]);
  expect(tested(0.7, { from: new Date(985 * HOUR_MS).toISOString() }).episodes).toHaveLength(1);
});

test("a back-test without rows is empty, and one of nonsense is refused", () => {
  expect(tested(0.7)).toMatchObject({ slots: [], episodes: [], lowN: 0, noData: 0 });
  expect(() => tested(0.7, { from: "yesterday" })).toThrow("`from` is not an instant");
  expect(() => tested(70)).toThrow("Limit must be between 0 and 1");
});
