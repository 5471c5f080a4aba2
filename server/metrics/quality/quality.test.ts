import { describe, expect, test } from "vitest";
import { ServiceError } from "#server/kernel/errors.ts";
import { arrivalState } from "#server/metrics/quality/arrival.ts";
import { isBadAtOnce, joinCells, judgeCheck } from "#server/metrics/quality/judge-check.ts";
import { queryQuality } from "#server/metrics/quality/quality.ts";
import { SpellLog } from "#server/metrics/quality/spells.ts";
import { type LabelledRow, testSource } from "#server/metrics/test-world.ts";
import type { ModelSchema } from "#server/models/schema.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 5, 1);
const schema: ModelSchema = {
  modelId: 1,
  slug: "m",
  task: "binary",
  windowMs: HOUR,
  positiveClass: null,
  threshold: 0.5,
  features: [
    { name: "size", type: "number", segment: false },
    { name: "kind", type: "category", segment: true },
    { name: "stuck", type: "number", segment: false },
  ],
  dimensions: [],
  revision: 1,
};

type Cells = Record<string, string | number | null | undefined>;
const ROWS_AN_HOUR = 60;

/** Rows of an hour; `change` says what one of them is like. */
function hour(at: number, change: (row: number) => Cells = () => ({})): LabelledRow[] {
  return Array.from({ length: ROWS_AN_HOUR }, (_, row) => ({
    row: {
      ts: START + at * HOUR + row * 60_000,
      "features.size": (row * 7) % 50,
      "features.kind": row % 3 === 0 ? "b" : "a",
      "features.stuck": row % 40,
      "output.probability": 0.3,
      latency_ms: 5 + (row % 5),
      ...change(row),
    },
  }));
}
const days = (count: number, change: (at: number) => LabelledRow[] = hour): LabelledRow[] =>
  Array.from({ length: count * 24 }, (_, at) => change(at)).flat();
const REFERENCE = days(4);

function ask(rows: LabelledRow[], more: { reference?: LabelledRow[]; now?: number; input?: object } = {}) {
  const { reference = REFERENCE, now = START + 12 * 24 * HOUR, input = {} } = more;
  const world = reference.length === 0 ? { rows } : { rows, reference };
  const source = testSource({ schema, versions: { v1: world } });
  return queryQuality(source, { input: { model: "m", window: "1h", ...input }, now, budgetWeeks: 13 });
}
const rowOf = (answer: ReturnType<typeof ask>, feature: string, check: string) =>
  answer.checks.find((row) => row.feature === feature && row.check === check);

describe("the grid", () => {
  test("lists no pair that never had a bad row, and counts it", () => {
    const answer = ask(days(2));
    expect(answer.checks).toEqual([]);
    expect(answer.violations).toEqual([]);
    // missing and type of three features, text and range of two numbers, new of one category.
    expect(answer.clean).toBe(11);
  });

  test("finds an hour without a feature's values, and since when", () => {
    const answer = ask(days(2, (at) => hour(at, () => (at >= 40 ? { "features.size": null } : {}))));
    const row = rowOf(answer, "size", "missing");
    expect(row?.states).toBe(`${"o".repeat(40)}${"b".repeat(8)}`);
    const [violation] = answer.violations;
    expect(violation).toMatchObject({
      feature: "size",
      check: "missing",
      now: true,
      bad: 60,
      n: 60,
      rate: 1,
    });
    expect(violation?.since).toBe(new Date(START + 40 * HOUR).toISOString());
    expect(violation?.longestSpell).toEqual({ windows: 8, from: new Date(START + 40 * HOUR).toISOString() });
    expect(violation?.evidence?.log10).toBeGreaterThan(violation?.evidence?.alarm ?? Number.NaN);
  });

  test("a past spell of one hour in a day of windows is told, where the reference hardly ever lacks a value", () => {
    const rows = days(6, (at) => hour(at, () => (at === 50 ? { "features.size": null } : {})));
    const answer = ask(rows, { input: { window: "1d" } });
    expect(rowOf(answer, "size", "missing")?.states).toBe("oobooo");
    expect(answer.violations[0]).toMatchObject({
      feature: "size",
      now: false,
      spells: 1,
      spellWidth: "hour",
    });
  });

  // The last window is still open, so what is beyond there only may be.
  test("new values, values out of range and texts that are no numbers each have their check", () => {
    const odd = (at: number) =>
      hour(at, (row) => (row % 4 === 0 ? { "features.kind": "never", "features.size": 999 } : {}));
    const answer = ask(days(2, odd));
    expect(rowOf(answer, "kind", "new")?.states).toMatch(/^b+m$/);
    expect(rowOf(answer, "size", "range")?.states).toMatch(/^b+m$/);
    expect(answer.violations.find(({ check }) => check === "new")?.examples).toEqual([
      { value: "never", count: 720 },
    ]);
  });

  test("without a reference nothing is judged but what is plain", () => {
    const rows = days(1, (at) => hour(at, (row) => (row % 4 === 0 ? { "features.size": null } : {})));
    const answer = ask(rows, { reference: [] });
    expect(rowOf(answer, "size", "missing")?.states).toMatch(/^r+$/);
    const broken = ask(
      days(1, (at) => hour(at, () => ({ "features.size": null }))),
      { reference: [] },
    );
    expect(rowOf(broken, "size", "missing")?.states).toMatch(/^b+$/);
    expect(broken.violations[0]?.limit).toBeNull();
  });

  test("a segment has its own grid and no season", () => {
    const rows = days(2, (at) => hour(at, (row) => (row % 3 === 0 ? { "features.size": null } : {})));
    const answer = ask(rows, { input: { segment: "kind:b" } });
    expect(answer.violations[0]).toMatchObject({ feature: "size", bad: 20, n: 20 });
    expect(answer.volume.at(-1)).toMatchObject({ rows: 20, expected: null });
    expect(ask(rows, { input: { segment: "kind:a" } }).violations).toEqual([]);
  });
});

describe("verdicts", () => {
  const counts = { check: "missing", spells: 0, limit: 0.01 } as const;
  test.each([
    [0, 0, "none"],
    [1, 10, "low"],
    [0, 30, "ok"],
    // One odd row in thirty is more than a hundredth, and still no verdict.
    [1, 30, "may"],
    [10, 100, "beyond"],
    [20, 20, "beyond"],
  ] as const)("%d of %d is %s", (bad, n, state) => expect(judgeCheck({ ...counts, bad, n })).toBe(state));
  test("a spell counts where the reference rarely lacks values, and not where it may come every dawn", () => {
    const within = { check: "missing", bad: 20, n: 1_000, spells: 1 } as const;
    expect(judgeCheck({ ...within, limit: 0.04 })).toBe("spells");
    expect(judgeCheck({ ...within, limit: 0.12 })).toBe("ok");
  });
  test("without a reference half of the rows must be bad for sure", () => {
    expect(isBadAtOnce({ bad: 60, n: 100, limit: null })).toBe(true);
    expect(isBadAtOnce({ bad: 52, n: 100, limit: null })).toBe(false);
  });
  test("the loudest of two versions stands", () => {
    const cell = { bad: 1, n: 10, spells: 0 };
    expect(
      joinCells([
        { state: "ok", ...cell },
        { state: "beyond", ...cell },
      ]),
    ).toEqual({
      state: "beyond",
      bad: 2,
      n: 20,
      spells: 0,
    });
    expect(joinCells([]).state).toBe("none");
  });
  test("windows with too few rows neither end a spell nor lengthen it", () => {
    const log = new SpellLog(HOUR);
    log.see({ start: 0, bad: 30, n: 30, isBad: true });
    log.see({ start: HOUR, bad: 3, n: 3, isBad: false });
    log.see({ start: 2 * HOUR, bad: 30, n: 30, isBad: true });
    log.see({ start: 3 * HOUR, bad: 0, n: 30, isBad: false });
    log.see({ start: 4 * HOUR, bad: 30, n: 30, isBad: true });
    expect(log.spells()).toEqual({ windows: 3, longest: { windows: 2, from: 0 } });
  });
});

describe("volume and silence", () => {
  test("the first week claims no season; a later hour without rows is low", () => {
    const rows = days(10, (at) => (at === 230 ? [] : hour(at)));
    const { volume, season } = ask(rows);
    expect(season.kind).toBe("day-night");
    expect(volume.slice(0, 7 * 24).every(({ expected, state }) => expected === null && state === null)).toBe(
      true,
    );
    expect(volume[230]).toMatchObject({ rows: 0, state: "low" });
    expect(volume[229]).toMatchObject({ rows: 60, state: "usual" });
  });

  test.each([
    ["normal", { now: 12, received: 11.99, newest: 11.98, probability: 0.4 }],
    ["silent", { now: 20, received: 11.99, newest: 11.98, probability: 1e-9 }],
    ["late", { now: 20, received: 19.9, newest: 11.98, probability: 1e-9 }],
    ["late", { now: 100, received: 99.9, newest: 12, probability: 1e-9 }],
    ["imported", { now: 200, received: 99.9, newest: 12, probability: 1e-9 }],
    ["never", { now: 12, received: 11, newest: null, probability: null }],
  ] as const)("%s: %j", (state, { now, received, newest, probability }) => {
    const told = {
      now: now * HOUR,
      newest: newest === null ? null : newest * HOUR,
      alarmBelow: 1e-5,
      probability,
    };
    expect(arrivalState({ rows: 500, lastReceivedAt: received * HOUR }, told)).toBe(state);
    if (newest !== null)
      expect(arrivalState({ rows: 49, lastReceivedAt: received * HOUR }, told)).toBe("young");
  });

  test("latency has its quantiles by window, and none where no row says", () => {
    expect(ask(days(1)).latency[3]).toMatchObject({ n: 60, p50: expect.closeTo(7, 0) });
    const silent = days(1).map(({ row }) => ({ row: { ts: row.ts, "output.probability": 0.3 } }));
    expect(ask(silent).latency).toEqual([]);
  });
});

describe("schema", () => {
  const state = (answer: ReturnType<typeof ask>, feature: string) =>
    answer.schema.find((row) => row.feature === feature)?.state;
  test("a feature that no row names any more is missing, not null", () => {
    const rows = days(2, (at) => hour(at)).map(({ row }) => {
      const { "features.size": _gone, ...rest } = row;
      return { row: row.ts >= START + 24 * HOUR ? { ...rest, ts: row.ts } : row };
    });
    const answer = ask(rows);
    expect(state(answer, "size")).toBe("missing");
    expect(answer.schema.find(({ feature }) => feature === "size")?.lastSeen).toBe(
      new Date(START + 24 * HOUR).toISOString(),
    );
    expect(state(answer, "kind")).toBe("as expected");
  });
  test("one value for two days is constant; for one day it is not said", () => {
    const stuck = (since: number) => (at: number) =>
      hour(at, () => (at >= since ? { "features.stuck": 12 } : {}));
    expect(state(ask(days(4, stuck(47))), "stuck")).toBe("constant");
    expect(state(ask(days(4, stuck(72))), "stuck")).toBe("as expected");
  });
  test("a feature that the reference does not have was added", () => {
    const without = REFERENCE.map(({ row }) => ({
      row: { ts: row.ts, "features.size": row["features.size"] ?? null, "output.probability": 0.3 },
    }));
    expect(state(ask(days(1), { reference: without }), "kind")).toBe("added");
  });
});

test("a zone that does not exist is the asker's mistake", () => {
  expect(() => ask(days(1), { input: { zone: "Mars/Olympus" } })).toThrow(ServiceError);
});

test("a model without rows answers, with nothing in it", () => {
  expect(ask([])).toMatchObject({ volume: [], checks: [], violations: [], arrival: { state: "never" } });
});
