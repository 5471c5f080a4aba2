import { afterEach, beforeEach, expect, test } from "vitest";
import { createEvaluator, type Evaluator, type EvaluatorNews } from "#server/alerts/evaluator.ts";
import { HOUR_MS } from "#server/alerts/fixtures.ts";
import { resolveAlert } from "#server/alerts/manage-alerts.ts";
import { NOTICE_TIMING } from "#server/alerts/notice-timing.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { getMonitor, updateMonitor } from "#server/monitors/manage-monitors.ts";
import { type AlertWorld, MODEL, openAlertWorld } from "#server/testing/alert-world.ts";

let world: AlertWorld;
let evaluator: Evaluator;
let news: EvaluatorNews[];
beforeEach(() => {
  world = openAlertWorld();
  news = [];
  evaluator = start();
});
afterEach(() => world.close());

function start(): Evaluator {
  return createEvaluator({
    db: world.db,
    source: world.source,
    clock: world.clock,
    timing: NOTICE_TIMING,
    onNews: (item) => news.push(item),
  });
}
function run(): number {
  let steps = 0;
  while (evaluator.step()) steps += 1;
  return steps;
}
const windowAt = (hour: number) => [{ from: (hour - 1) * HOUR_MS, to: (hour - 1) * HOUR_MS }];
const change = <Input>(input: Input) => ({
  db: world.db,
  clock: world.clock,
  models: world.registry,
  actor: "ann@example.org",
  input,
});
function arrive(hour: number, value: number) {
  world.clock.set(hour * HOUR_MS);
  world.put(hour, value);
  evaluator.changed(MODEL.modelId, windowAt(hour));
}

test("many changes of a model are one look at each of its monitors, and news says which model", () => {
  world.monitor({ name: "a" });
  world.monitor({ name: "b" });
  for (let hour = 1001; hour <= 1050; hour += 1) arrive(hour, hour === 1050 ? 0.6 : 0.8);
  expect(run()).toBe(2);
  expect(world.episodes()).toHaveLength(2);
  expect(news).toContainEqual({ kind: "alerts", modelId: MODEL.modelId });
  expect(news).toContainEqual({ kind: "monitors", modelId: MODEL.modelId });
});

test("the clock seals windows of a living model, and of no other", () => {
  world.monitor({ noDataWindows: 2 });
  for (let hour = 100; hour <= 110; hour += 1) world.put(hour, 0.8);
  evaluator.changed(MODEL.modelId, "all");
  run();
  world.clock.advance(10 * HOUR_MS);
  evaluator.tick();
  expect(run()).toBe(0);
  expect(world.episodes()).toEqual([]);

  arrive(1011, 0.8);
  run();
  world.clock.advance(2 * HOUR_MS + 130_000);
  evaluator.tick();
  expect(run()).toBe(1);
  expect(world.episodes().at(-1)).toMatchObject({ kind: "no-data", origin: "live", opened: 1013 });
  evaluator = start();
  world.clock.advance(HOUR_MS);
  evaluator.tick();
  expect(run()).toBe(1);
});

test("a monitor that cannot be computed holds its state, is tried again, and after five failures alerts", () => {
  const { id } = world.monitor();
  arrive(1001, 0.6);
  run();
  world.breakSource(new ServiceError("bad_request", "The model has no feature of that name."));
  arrive(1002, 0.8);
  run();
  expect(getMonitor(change({ id })).state).toBe("error");
  expect(world.episodes()).toMatchObject([{ kind: "breach", closed: null }]);
  for (let turn = 0; turn < 6; turn += 1) {
    world.clock.advance(15_000);
    evaluator.tick();
    run();
  }
  expect(world.episodes().map(({ kind, closed }) => [kind, closed])).toEqual([
    ["breach", null],
    ["error", null],
  ]);
  world.breakSource(null);
  evaluator.tick();
  run();
  expect(world.alerts().map((alert) => [alert.kind, alert.closeReason])).toEqual([
    ["breach", "cleared"],
    ["error", "cleared"],
  ]);
});

test("an unknown error leaks no text", () => {
  const { id } = world.monitor();
  world.breakSource(new Error("secret path /home/x"));
  arrive(1001, 0.6);
  for (let turn = 0; turn < 6; turn += 1) {
    run();
    evaluator.tick();
  }
  run();
  expect(JSON.stringify([world.alerts(), getMonitor(change({ id }))])).not.toContain("secret path");
});

test("waking looks at edited, paused and resumed monitors, and at resolved alerts, and at nothing else", () => {
  const { id } = world.monitor({ name: "a" });
  world.monitor({ name: "b" });
  arrive(1001, 0.6);
  run();
  evaluator.monitorsChanged();
  expect(run()).toBe(0);
  updateMonitor(change({ id, limit: 0.5 }));
  evaluator.monitorsChanged();
  expect(run()).toBe(1);
  const open = world.alerts().find((alert) => alert.closedAt === null);
  world.clock.advance(1_000);
  resolveAlert(change({ id: open?.id ?? "", reason: "Known." }));
  world.clock.advance(1_000);
  evaluator.monitorsChanged();
  expect(run()).toBe(1);
  expect(getMonitor(change({ id: open?.monitorId ?? "" })).state).toBe("normal");
  updateMonitor(change({ id, enabled: false }));
  evaluator.monitorsChanged();
  expect(run()).toBe(1);
  updateMonitor(change({ id, enabled: true }));
  evaluator.monitorsChanged();
  expect(run()).toBe(1);
});

test("after a restart everything is looked at, and nothing is told twice", () => {
  world.monitor();
  arrive(1001, 0.6);
  run();
  const before = JSON.stringify(world.alerts());
  world.reopen();
  evaluator = start();
  evaluator.changed(MODEL.modelId, "all");
  expect(run()).toBe(1);
  expect(JSON.stringify(world.alerts())).toBe(before);
});
