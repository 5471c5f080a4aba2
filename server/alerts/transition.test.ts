import { expect, test } from "vitest";
import type { Observation } from "./judge.ts";
import {
  close,
  type Effect,
  INITIAL_STATE,
  type Instance,
  type MonitorState,
  NORMAL,
  step,
} from "./transition.ts";

const pending = (covered = 1): Instance => ({ phase: "pending", since: 5, covered });
const firing: Instance = { phase: "firing", since: 5, flaps: 0 };
const recovering = (covered = 1): Instance => ({ phase: "recovering", since: 5, flaps: 0, covered });
const opened: Effect = { kind: "open", instance: "breach", onset: 10, slot: 10 };
const cleared: Effect = { kind: "close", instance: "breach", slot: 10, reason: "cleared" };

interface Row {
  readonly row: string;
  readonly from: Instance;
  readonly observation: Observation;
  readonly forWindows?: number;
  readonly keepWindows?: number;
  readonly missing?: number;
  readonly to: Instance;
  readonly effects?: readonly Effect[];
}

const ROWS: Row[] = [
  {
    row: "normal, breach, for 1: fires",
    from: NORMAL,
    observation: "breach",
    to: { ...firing, since: 10 },
    effects: [opened],
  },
  {
    row: "normal, breach, for 2: pending",
    from: NORMAL,
    observation: "breach",
    forWindows: 2,
    to: { phase: "pending", since: 10, covered: 1 },
  },
  {
    row: "pending, breach, covered reaches for: fires since its onset",
    from: pending(1),
    observation: "breach",
    forWindows: 2,
    to: firing,
    effects: [{ ...opened, onset: 5 }],
  },
  {
    row: "pending, breach, not yet covered: pending",
    from: pending(1),
    observation: "breach",
    forWindows: 3,
    to: pending(2),
  },
  { row: "pending, band: normal", from: pending(), observation: "band", forWindows: 3, to: NORMAL },
  { row: "pending, clear: normal", from: pending(), observation: "clear", forWindows: 3, to: NORMAL },
  { row: "firing, breach: firing, nothing sent", from: firing, observation: "breach", to: firing },
  { row: "firing, band: firing, nothing sent", from: firing, observation: "band", to: firing },
  {
    row: "firing, clear, keep 1: closes",
    from: firing,
    observation: "clear",
    to: NORMAL,
    effects: [cleared],
  },
  {
    row: "firing, clear, keep 2: recovering",
    from: firing,
    observation: "clear",
    keepWindows: 2,
    to: recovering(1),
  },
  {
    row: "recovering, breach: same episode, a flap, no message",
    from: recovering(),
    observation: "breach",
    keepWindows: 3,
    to: { ...firing, flaps: 1 },
    effects: [{ kind: "flap", instance: "breach", slot: 10 }],
  },
  {
    row: "recovering, band: same episode, a flap, no message",
    from: recovering(),
    observation: "band",
    keepWindows: 3,
    to: { ...firing, flaps: 1 },
    effects: [{ kind: "flap", instance: "breach", slot: 10 }],
  },
  {
    row: "recovering, clear, covered reaches keep: closes",
    from: recovering(1),
    observation: "clear",
    keepWindows: 2,
    to: NORMAL,
    effects: [cleared],
  },
  {
    row: "recovering, clear, not yet covered: recovering",
    from: recovering(1),
    observation: "clear",
    keepWindows: 3,
    to: recovering(2),
  },
  { row: "normal, missing: hold", from: NORMAL, observation: "missing", to: NORMAL },
  { row: "firing, missing once: hold", from: firing, observation: "missing", to: firing },
  {
    row: "firing, missing long enough: closes as gone",
    from: firing,
    observation: "missing",
    missing: 1,
    to: NORMAL,
    effects: [{ ...cleared, reason: "series-gone" } as Effect],
  },
  {
    row: "recovering, missing long enough: closes as gone",
    from: recovering(),
    observation: "missing",
    missing: 1,
    to: NORMAL,
    effects: [{ ...cleared, reason: "series-gone" } as Effect],
  },
  {
    row: "pending, missing long enough: normal",
    from: pending(),
    observation: "missing",
    missing: 1,
    forWindows: 3,
    to: NORMAL,
  },
  ...(["no-data", "error", "not-enough-data"] as const).flatMap((observation): Row[] => [
    { row: `normal, ${observation}: hold`, from: NORMAL, observation, to: NORMAL },
    {
      row: `pending, ${observation}: hold, the timer does not run`,
      from: pending(1),
      observation,
      forWindows: 2,
      to: pending(1),
    },
    { row: `firing, ${observation}: hold`, from: firing, observation, to: firing },
    {
      row: `recovering, ${observation}: hold, the timer does not run`,
      from: recovering(1),
      observation,
      keepWindows: 2,
      to: recovering(1),
    },
  ]),
];

test.each(ROWS)(
  "$row",
  ({ from, observation, forWindows = 1, keepWindows = 1, missing = 0, to, effects }) => {
    const state: MonitorState = { ...INITIAL_STATE, lastSlot: 9, breach: from, missing };
    const next = step(state, observation, 10, { forWindows, keepWindows, noDataWindows: null });
    expect(next.state.breach).toEqual(to);
    expect(next.effects).toEqual(effects ?? []);
    expect(next.reason).not.toBe("");
  },
);

function run(observations: Observation[], timers: { noDataWindows: number | null }, start = INITIAL_STATE) {
  let state = start;
  const effects: Effect[] = [];
  observations.forEach((observation, index) => {
    const next = step(state, observation, index + 1, { forWindows: 1, keepWindows: 1, ...timers });
    state = next.state;
    effects.push(...next.effects);
  });
  return { state, effects };
}

test("silence fires once after its windows, holds the alert, and closes when rows come", () => {
  const { effects, state } = run(["breach", "no-data", "no-data", "no-data", "breach", "clear"], {
    noDataWindows: 2,
  });
  expect(effects).toEqual([
    { kind: "open", instance: "breach", onset: 1, slot: 1 },
    { kind: "open", instance: "no-data", onset: 2, slot: 3 },
    { kind: "close", instance: "no-data", slot: 5, reason: "cleared" },
    { kind: "close", instance: "breach", slot: 6, reason: "cleared" },
  ]);
  expect(state.breach).toEqual(NORMAL);
});

test("silence is nobody's alert where the rule does not ask for it", () => {
  expect(run(["no-data", "no-data", "no-data"], { noDataWindows: null }).effects).toEqual([]);
});

test("staleSince marks the first slot held through silence or errors", () => {
  expect(run(["clear", "no-data", "error"], { noDataWindows: null }).state.staleSince).toBe(2);
  expect(run(["clear", "no-data", "clear"], { noDataWindows: null }).state.staleSince).toBeNull();
});

test("five errors are an alert of their own; rows end it", () => {
  const errors = Array.from({ length: 5 }, (): Observation => "error");
  expect(run([...errors, "clear"], { noDataWindows: 1 }).effects).toEqual([
    { kind: "open", instance: "error", onset: 1, slot: 5 },
    { kind: "close", instance: "error", slot: 6, reason: "cleared" },
  ]);
});

test("an error says nothing about silence", () => {
  const { state } = run(["no-data", "error"], { noDataWindows: 1 });
  expect(state.noData.phase).toBe("firing");
});

test("a slot is judged at most once, and older ones are ignored", () => {
  const timers = { forWindows: 2, keepWindows: 1, noDataWindows: null };
  const once = step(INITIAL_STATE, "breach", 10, timers);
  for (const slot of [10, 9]) {
    const again = step(once.state, "breach", slot, timers);
    expect(again.state).toBe(once.state);
    expect(again.effects).toEqual([]);
  }
});

test.each(["rule-changed", "paused", "deleted", "by-person"] as const)("closing because %s", (reason) => {
  const state: MonitorState = { ...INITIAL_STATE, breach: firing, noData: recovering(), error: pending() };
  const closed = close(state, 11, reason);
  expect(closed.effects).toEqual([
    { kind: "close", instance: "breach", slot: 11, reason },
    { kind: "close", instance: "no-data", slot: 11, reason },
  ]);
  expect([closed.state.breach, closed.state.noData, closed.state.error]).toEqual([NORMAL, NORMAL, NORMAL]);
});

test("a person resolves one alert, not the monitor's others", () => {
  const state: MonitorState = { ...INITIAL_STATE, breach: firing, noData: firing };
  const closed = close(state, 11, "by-person", "no-data");
  expect(closed.state.breach).toBe(firing);
  expect(closed.effects).toHaveLength(1);
});
