import { expect, test } from "vitest";
import type { BacktestSlot } from "#server/api/contract.ts";
import { HOUR_MS, ruleOf, slotOf } from "./fixtures.ts";
import { backtestEpisodes, type Episode, replay } from "./replay.ts";

const summary = (episode: Episode) => [
  episode.kind,
  episode.onset / HOUR_MS,
  episode.openedAt / HOUR_MS,
  episode.closedAt === null ? null : episode.closedAt / HOUR_MS,
  episode.closeReason,
];

test("an episode keeps its onset, its worst and its last window, and the rows beyond the limit", () => {
  const slots = [0.1, 0.3, 0.5, 0.4, 0.1].map((value, index) => slotOf(index + 1, value, { n: 100 + index }));
  const { episodes } = replay({ rule: ruleOf({ forWindows: 2 }), slots });
  expect(episodes.map(summary)).toEqual([["breach", 2, 3, 5, "cleared"]]);
  expect(episodes[0]).toMatchObject({
    n: 306,
    windows: 3,
    peak: { value: 0.5 },
    latest: { value: 0.4 },
    opening: { value: 0.5 },
  });
  expect(backtestEpisodes(episodes)).toEqual([
    {
      openedAt: "1970-01-01T03:00:00.000Z",
      closedAt: "1970-01-01T05:00:00.000Z",
      windows: 3,
      peak: 0.5,
      n: 306,
    },
  ]);
});

test("a window without rows holds the alert, and silence is an alert of its own", () => {
  const slots = [slotOf(1, 0.3), slotOf(6, 0.1)];
  const { episodes } = replay({ rule: ruleOf({ noDataWindows: 3 }), slots });
  expect(episodes.map(summary)).toEqual([
    ["breach", 1, 1, 6, "cleared"],
    ["no-data", 2, 4, 6, "cleared"],
  ]);
});

test("silence after the last row counts up to the sealed instant", () => {
  const input = { rule: ruleOf({ noDataWindows: 2 }), slots: [slotOf(1, 0.1)] };
  expect(replay({ ...input, sealedUntil: 2 * HOUR_MS }).episodes).toEqual([]);
  expect(replay({ ...input, sealedUntil: 3 * HOUR_MS }).episodes.map(summary)).toEqual([
    ["no-data", 2, 3, null, null],
  ]);
  expect(replay(input).episodes).toEqual([]);
});

test("twelve years of silence cost a few steps and end at the sealed instant", () => {
  const sealedUntil = 12 * 365 * 24 * HOUR_MS;
  const { trace, state } = replay({
    rule: ruleOf({ noDataWindows: 3 }),
    slots: [slotOf(1, 0.1)],
    sealedUntil,
  });
  expect(trace.length).toBeLessThan(10);
  expect(state.lastSlot).toBe(sealedUntil);
  expect(state.noData.phase).toBe("firing");
});

test("a volume rule sees silence as zero rows", () => {
  const rule = ruleOf({ metric: "volume", op: "below", limit: 10 });
  const { episodes } = replay({ rule, slots: [slotOf(1, 50), slotOf(4, 50)] });
  expect(episodes.map(summary)).toEqual([["breach", 2, 2, 4, "cleared"]]);
  expect(episodes[0]).toMatchObject({ n: 0, peak: { value: 0 } });
});

test("a person's resolution ends the episode there; the next breaching window is a new one", () => {
  const slots = [1, 2, 3, 4].map((index) => slotOf(index, 0.3));
  const { episodes } = replay({
    rule: ruleOf(),
    slots,
    resolved: [{ kind: "breach", slot: 2 * HOUR_MS }],
  });
  expect(episodes.map(summary)).toEqual([
    ["breach", 1, 1, 2, "by-person"],
    ["breach", 3, 3, null, null],
  ]);
});

test("a resolution inside a silence is met although silence is jumped over", () => {
  const { episodes } = replay({
    rule: ruleOf(),
    slots: [slotOf(1, 0.3), slotOf(100, 0.3)],
    resolved: [{ kind: "breach", slot: 50 * HOUR_MS }],
  });
  expect(episodes.map(summary)).toEqual([
    ["breach", 1, 1, 50, "by-person"],
    ["breach", 100, 100, null, null],
  ]);
});

test("late labels turn a window that had too few into one that fires", () => {
  const rule = ruleOf({ metric: "roc_auc", op: "below", limit: 0.7, minN: 100 });
  const early: BacktestSlot[] = [slotOf(1, 0.6, { n: 50 }), slotOf(2, null, { n: 0 })];
  const late = [slotOf(1, 0.6, { n: 500 }), slotOf(2, null, { n: 0 })];
  expect(replay({ rule, slots: early }).episodes).toEqual([]);
  expect(replay({ rule, slots: late }).episodes.map(summary)).toEqual([["breach", 1, 1, null, null]]);
});

test("no slots, no episodes", () => {
  expect(replay({ rule: ruleOf(), slots: [], sealedUntil: HOUR_MS })).toMatchObject({
    episodes: [],
    trace: [],
  });
});
