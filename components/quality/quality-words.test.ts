import { expect, test } from "vitest";
import { receivedAfter, silenceChance } from "#components/quality/arrival-words.ts";
import { prepareChecks, STATE_OF_LETTER, stateRuns } from "#components/quality/prepare-checks.ts";
import { factorWords, qualitySentence, seasonWords, spellWords } from "#components/quality/quality-words.ts";
import {
  type Arrival,
  CHECK_LETTERS,
  type QualityAnswer,
  type Violation,
  type VolumePoint,
} from "#server/api/contracts/quality.ts";

const NOW = Date.parse("2026-10-29T10:00:40Z");
const when = { zone: "UTC", nowMs: NOW };

const arrival: Arrival = {
  state: "normal",
  now: "2026-10-29T10:00:40Z",
  newest: "2026-10-29T10:00:00Z",
  lastReceivedAt: "2026-10-29T10:00:05Z",
  silenceMs: 40_000,
  expectedInSilence: 0.8,
  probability: 0.7,
  alarmBelow: 1e-5,
  alarmAfterMs: 600_000,
  usualGapMs: 50_000,
  overDispersion: 1.4,
  rows: 295_338,
  duplicates: 0,
  conflicts: 0,
  dropped: null,
};
const point = (more: Partial<VolumePoint> = {}): VolumePoint => ({
  from: "2026-10-29T09:00:00Z",
  to: "2026-10-29T10:00:00Z",
  rows: 4_210,
  expected: { lo: 3_900, mid: 4_200, hi: 4_600 },
  z: 0.1,
  state: "usual",
  open: false,
  ...more,
});
const violation = (more: Partial<Violation> = {}): Violation => ({
  feature: "pressure",
  check: "missing",
  state: "beyond",
  now: true,
  from: "2026-10-28T00:00:00Z",
  to: "2026-10-29T00:00:00Z",
  rate: 0.4,
  ci: { lo: 0.37, hi: 0.43 },
  bad: 400,
  n: 1_000,
  reference: { rate: 0.1, n: 50_000 },
  limit: 0.12,
  ratio: 0.4 / 0.12,
  since: "2026-10-27T00:00:00Z",
  evidence: { log10: 3.2, alarm: 2.5 },
  spells: 11,
  spellWidth: "hour",
  longestSpell: { windows: 3, from: "2026-10-27T04:00:00Z" },
  examples: [],
  ...more,
});
const answer = (more: Partial<QualityAnswer> = {}): QualityAnswer => ({
  model: "m",
  watermark: null,
  window: "1h",
  widenedFrom: null,
  refId: "sha256:a",
  version: "v1",
  arrival,
  season: { kind: "hour-of-week", weeks: 6, zone: "UTC" },
  volume: [point(), point({ rows: 12, open: true, state: null })],
  latency: [],
  checks: [],
  clean: 10,
  violations: [],
  schema: [],
  ...more,
});
const said = (more: Partial<QualityAnswer> = {}) => qualitySentence(answer(more), when);

test("what arrives as it should is said with the last full window, its band and the newest row", () => {
  expect(said()).toEqual({
    icon: "ok",
    say: "Data is arriving normally: 4,210 rows on 29 Oct 09:00–10:00 (expected 3,900–4,600), newest 40 s ago.",
    more: "No check is beyond its limit now. Whether a client drops rows is not known: none reports it.",
  });
});

test("without a season nothing is called normal", () => {
  const { say } = said({ volume: [point({ expected: null, state: null })] });
  expect(say).toBe("Data is arriving: 4,210 rows on 29 Oct 09:00–10:00, newest 40 s ago.");
});

test.each([
  ["low", "Fewer rows than usual"],
  ["high", "More rows than usual"],
] as const)("a window that is %s raises a warning", (state, words) => {
  expect(said({ volume: [point({ state })] })).toMatchObject({
    icon: "ticket",
    say: expect.stringContaining(words),
  });
});

test("the three silences have words of their own", () => {
  const state = (name: Arrival["state"], more: Partial<Arrival> = {}) =>
    said({ arrival: { ...arrival, state: name, ...more } });
  expect(state("silent", { silenceMs: 12_000_000, expectedInSilence: 240 }).say).toBe(
    "No data: nothing has arrived for 3 h 20 min. About 240 rows were expected since. From 10 min on that is no longer chance.",
  );
  expect(state("late", { newest: "2026-10-26T10:00:00Z" }).say).toContain(
    "Late data: rows still arrive, but with old times. The newest is of 26 Oct 10:00, received 35 s ago.",
  );
  expect(state("normal", { dropped: 12 }).more).toContain("Clients say that they dropped 12 rows.");
  expect(state("never").say).toContain("nothing has ever arrived");
});

test("violations are named, those of now first, and make the icon a warning", () => {
  const { icon, more } = said({ violations: [violation(), violation({ feature: "gust", now: false })] });
  expect(icon).toBe("ticket");
  expect(more).toContain("1 check is beyond the limit now: pressure missing (3.3× its limit).");
  expect(more).toContain("1 check was beyond earlier in the range.");
});

test("a history too short for a season is said so", () => {
  expect(seasonWords({ kind: "none", weeks: 0.5, zone: "UTC" })).toBe(
    "3 d 12 h of history: too short to say what is usual",
  );
  expect(seasonWords({ kind: "hour-of-week", weeks: 6.4, zone: "UTC" })).toBe(
    "band: usual for this hour of the week, from 6 weeks",
  );
});

test("spells, evidence, lateness and chance have their words", () => {
  expect(spellWords(violation(), "UTC")).toBe("11 whole hours, at most 3 in a row from 27 Oct 04:00");
  expect(spellWords(violation({ spells: 0, longestSpell: null }), "UTC")).toBeNull();
  expect([factorWords(3.2), factorWords(584)]).toEqual(["×1,585", "over ×1,000,000"]);
  expect(receivedAfter(arrival)).toBe("5 s after its own time");
  expect(silenceChance(arrival)).toBe("70.0\u202f% likely by chance, 1 row expected");
});

test("the letters of the answer are read as they are written", () => {
  for (const [state, letter] of Object.entries(CHECK_LETTERS)) expect(STATE_OF_LETTER[letter]).toBe(state);
});

test("grid lines are ordered by how often they were beyond, and read aloud", () => {
  const row = { reference: null, limit: 0.1, bad: [0, 5], n: [10, 10] };
  const lines = prepareChecks(
    {
      volume: [point(), point()],
      checks: [
        { feature: "a", check: "missing", states: "oo", ...row },
        { feature: "b", check: "new", states: "ob", ...row },
      ],
    },
    "UTC",
  );
  expect(lines.map(({ summary }) => summary)).toEqual([
    "b new values: beyond its limit in 1 of 2 windows",
    "a missing: beyond its limit in 0 of 2 windows",
  ]);
  expect(lines[0]?.words(1)).toBe(
    "b new values, 29 Oct 09:00–10:00: 50.0\u202f% (5 of 10), beyond its limit",
  );
  expect(stateRuns(["ok", "ok", "beyond"])).toEqual([
    { state: "ok", from: 0, length: 2 },
    { state: "beyond", from: 2, length: 1 },
  ]);
});
