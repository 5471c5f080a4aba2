import fc from "fast-check";
import { expect, test } from "vitest";
import { readSlots } from "#db/queries/monitor-slots.ts";
import { type AlertWorld, openAlertWorld } from "#server/testing/alert-world.ts";

/** A window’s rows, written for the first time, again, or taken away; hours after the start. */
const operation = fc.record({
  hour: fc.integer({ min: 1, max: 60 }),
  value: fc.constantFrom(0.6, 0.6, 0.8, 0.71, null),
  gone: fc.boolean(),
});
const scenario = fc.record({
  operations: fc.array(operation, { minLength: 5, maxLength: 40 }),
  forWindows: fc.integer({ min: 1, max: 3 }),
  keepWindows: fc.integer({ min: 1, max: 3 }),
  noDataWindows: fc.constantFrom(null, 2),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;

const START = 1_000;

function open({ forWindows, keepWindows, noDataWindows }: Scenario): AlertWorld {
  const world = openAlertWorld(START);
  world.monitor({ forWindows, keepWindows, noDataWindows, clear: 0.72 });
  world.clock.set((START + 100) * 3_600_000);
  return world;
}

/** What is true of the data; what was withdrawn on the way is history of the knowing, not of the data. */
function summary(world: AlertWorld) {
  const episodes = world.episodes().filter((episode) => episode.reason !== "retracted");
  const plain = episodes.map(({ origin: _origin, ...episode }) => episode);
  const [monitor] = world.alerts();
  const slots =
    monitor === undefined ? [] : readSlots(world.db, monitor.monitorId, 0, Number.MAX_SAFE_INTEGER);
  return {
    episodes: plain.sort((a, b) => a.opened - b.opened || a.kind.localeCompare(b.kind)),
    numbers: world
      .alerts()
      .filter((alert) => alert.closeReason !== "retracted")
      .map(({ kind, openedSlot, affected, windows, flaps, peak, latest }) => ({
        kind,
        openedSlot,
        affected,
        windows,
        flaps,
        peak,
        latest,
      }))
      .sort((a, b) => a.openedSlot - b.openedSlot || a.kind.localeCompare(b.kind)),
    states: slots.map(({ slot, observation, state }) => ({ slot, observation, state })),
  };
}

test("judging every change as it comes leaves what judging everything at the end gives", () => {
  fc.assert(
    fc.property(scenario, (input) => {
      const stepwise = open(input);
      const atOnce = open(input);
      try {
        for (const { hour, value, gone } of input.operations) {
          if (gone && value === null) {
            stepwise.remove(START + hour);
            atOnce.remove(START + hour);
          } else {
            stepwise.put(START + hour, value);
            atOnce.put(START + hour, value);
          }
          stepwise.evaluate([[START + hour, START + hour]]);
        }
        atOnce.evaluate("all");
        expect(summary(stepwise)).toEqual(summary(atOnce));
      } finally {
        stepwise.close();
        atOnce.close();
      }
    }),
    { seed: 20261124, numRuns: 10 },
  );
});
