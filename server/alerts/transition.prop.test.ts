import fc from "fast-check";
import { expect, test } from "vitest";
import { ruleOf, slotOf } from "./fixtures.ts";
import type { Observation } from "./judge.ts";
import { replay } from "./replay.ts";
import { type Effect, INITIAL_STATE, type InstanceKind, type MonitorState, step } from "./transition.ts";

const OBSERVATIONS: Observation[] = [
  "breach",
  "band",
  "clear",
  "not-enough-data",
  "missing",
  "no-data",
  "error",
];
const observation = fc.constantFrom(...OBSERVATIONS);
const timers = fc.record({
  forWindows: fc.integer({ min: 1, max: 4 }),
  keepWindows: fc.integer({ min: 1, max: 4 }),
  noDataWindows: fc.option(fc.integer({ min: 1, max: 4 })),
});

function run(observations: readonly Observation[], config: Parameters<typeof step>[3]) {
  let state = INITIAL_STATE;
  return observations.map((seen, index) => {
    const next = step(state, seen, index + 1, config);
    state = next.state;
    return next;
  });
}

test("never two open episodes, and nothing resolves that did not fire", () => {
  fc.assert(
    fc.property(fc.array(observation, { maxLength: 60 }), timers, (observations, config) => {
      const open = new Set<InstanceKind>();
      for (const effect of run(observations, config).flatMap((next) => next.effects)) {
        if (effect.kind === "open") {
          expect(open.has(effect.instance)).toBe(false);
          expect(effect.onset).toBeLessThanOrEqual(effect.slot);
          open.add(effect.instance);
        } else {
          expect(open.has(effect.instance)).toBe(true);
          if (effect.kind === "close") open.delete(effect.instance);
        }
      }
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("open effects and the state agree at every step", () => {
  fc.assert(
    fc.property(fc.array(observation, { maxLength: 60 }), timers, (observations, config) => {
      let open = false;
      for (const next of run(observations, config)) {
        for (const effect of next.effects) {
          if (effect.instance === "breach" && effect.kind !== "flap") open = effect.kind === "open";
        }
        expect(["firing", "recovering"].includes(next.state.breach.phase)).toBe(open);
      }
    }),
    { seed: 2, numRuns: 500 },
  );
});

test("telling a slot twice changes nothing", () => {
  fc.assert(
    fc.property(fc.array(observation, { maxLength: 40 }), timers, (observations, config) => {
      let once = INITIAL_STATE;
      let twice = INITIAL_STATE;
      observations.forEach((seen, index) => {
        once = step(once, seen, index + 1, config).state;
        twice = step(step(twice, seen, index + 1, config).state, "breach", index + 1, config).state;
      });
      expect(twice).toEqual(once);
    }),
    { seed: 3, numRuns: 300 },
  );
});

const slots = fc
  .array(
    fc.tuple(
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom<number | null>(0.1, 0.3, 0.18, null),
      fc.constantFrom(50, 500),
    ),
    { maxLength: 40 },
  )
  .map((steps) => {
    let at = 0;
    return steps.map(([gap, value, n]) => {
      at += gap;
      return slotOf(at, value, { n });
    });
  });

test("replaying in two parts is replaying at once", () => {
  fc.assert(
    fc.property(slots, timers, fc.nat(40), (all, config, cut) => {
      const rule = ruleOf({ clear: 0.15, ...config });
      const whole = replay({ rule, slots: all });
      const first = replay({ rule, slots: all.slice(0, cut) });
      const second = replay({ rule, slots: all.slice(cut), start: first.state });
      expect(second.state).toEqual(whole.state);
      const effects = [...first.trace, ...second.trace].flatMap((entry) => entry.effects);
      expect(effects).toEqual(whole.trace.flatMap((entry) => entry.effects));
    }),
    { seed: 4, numRuns: 500 },
  );
});

/** Written from the prose of the table, over the whole list at once, sharing nothing with the reducer. */
function oracleEpisodes(observations: readonly Observation[], forWindows: number, keepWindows: number) {
  const episodes: { onset: number; opened: number; closed: number | null }[] = [];
  const spoken = observations
    .map((seen, index) => ({ seen, slot: index + 1 }))
    .filter(({ seen }) => !["no-data", "error", "not-enough-data"].includes(seen));
  let index = 0;
  while (index < spoken.length) {
    const run = takeWhile(spoken.slice(index), (entry, i, list) => {
      const missingPair = entry.seen === "missing" && list[i - 1]?.seen === "missing";
      return entry.seen === "breach" || (entry.seen === "missing" && !missingPair);
    });
    const breaches = run.filter((entry) => entry.seen === "breach");
    const opening = breaches[forWindows - 1];
    if (!opening || !breaches[0]) {
      index += Math.max(1, run.length);
      continue;
    }
    const after = spoken.findIndex((entry) => entry.slot === opening.slot) + 1;
    let clears = 0;
    let missing = 0;
    let end = after;
    for (; end < spoken.length; end += 1) {
      const seen = spoken[end]?.seen;
      missing = seen === "missing" ? missing + 1 : 0;
      if (seen === "clear") clears += 1;
      if (seen === "breach" || seen === "band") clears = 0;
      if (clears === keepWindows || missing === 2) break;
    }
    episodes.push({ onset: breaches[0].slot, opened: opening.slot, closed: spoken[end]?.slot ?? null });
    index = end + 1;
  }
  return episodes;
}

function takeWhile<T>(
  list: readonly T[],
  keep: (item: T, index: number, list: readonly T[]) => boolean,
): T[] {
  const end = list.findIndex((item, index) => !keep(item, index, list));
  return end === -1 ? [...list] : list.slice(0, end);
}

/** Small and fixed, so that the run is the same on every machine. */
function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test("100,000 random steps with restarts between any two agree with a naive reading of the table", () => {
  const random = randomSource(20261124);
  let steps = 0;
  while (steps < 100_000) {
    const length = 20 + Math.floor(random() * 180);
    const config = {
      forWindows: 1 + Math.floor(random() * 3),
      keepWindows: 1 + Math.floor(random() * 3),
      noDataWindows: null,
    };
    const observations = Array.from(
      { length },
      () => OBSERVATIONS[Math.floor(random() * OBSERVATIONS.length)] ?? "clear",
    );
    let state: MonitorState = INITIAL_STATE;
    const told: Effect[] = [];
    observations.forEach((seen, index) => {
      if (random() < 0.1) state = JSON.parse(JSON.stringify(state)) as MonitorState;
      const next = step(state, seen, index + 1, config);
      told.push(...next.effects.filter((effect) => effect.instance === "breach"));
      state = next.state;
      // A restart that lost the acknowledgement of this slot says it again.
      if (random() < 0.1) state = step(state, seen, index + 1, config).state;
    });
    const episodes = told
      .filter((effect) => effect.kind === "open")
      .map((effect) => ({
        onset: effect.onset,
        opened: effect.slot,
        closed: told.find((other) => other.kind === "close" && other.slot > effect.slot)?.slot ?? null,
      }));
    expect(episodes).toEqual(oracleEpisodes(observations, config.forWindows, config.keepWindows));
    steps += length;
  }
});
