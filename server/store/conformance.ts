import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AppendedRequest } from "#server/store/append.ts";
import type { EventReader, EventWriter, RowQuery, StoredPrediction } from "#server/store/event-store.ts";
import { readHourCounts } from "#server/store/testing/counting-folder.ts";
import {
  groupOf,
  type LoggedLabel,
  type LoggedRequest,
  type LoggedRow,
  NOON,
} from "#server/store/testing/groups.ts";

/** A store under test. `reopen` closes both ends and opens the same data again, as a restart does. */
export interface StoreUnderTest {
  writer: EventWriter;
  reader: EventReader;
  reopen(): void;
  destroy(): void;
}

const HOUR_MS = 3_600_000;

/** What every EventStore promises, whatever engine is below. */
export function describeEventStore(name: string, openStore: () => StoreUnderTest): void {
  describe(`${name} keeps the promises of an event store`, () => {
    let store: StoreUnderTest;
    beforeEach(() => {
      store = openStore();
    });
    afterEach(() => {
      store.destroy();
    });

    function send(...requests: LoggedRequest[]): readonly AppendedRequest[] {
      return store.writer.append(groupOf(requests)).requests;
    }

    function log(rows: readonly LoggedRow[], version = "v1"): AppendedRequest {
      return only(send({ predictions: [{ version, rows }] }));
    }

    function label(...labels: LoggedLabel[]): AppendedRequest {
      return only(send({ labels: [{ labels }] }));
    }

    function rowsOf(query: Partial<RowQuery> = {}): readonly StoredPrediction[] {
      return store.reader.readRows({ ...everything, ...query }).rows;
    }

    function settle(): void {
      while (store.writer.maintain(50));
    }

    function hours(): Array<{ start: number; predictions: number; labelled: number; labelSum: number }> {
      return store.reader
        .readWindows({ modelId: 1, levelMs: HOUR_MS, from: 0, to: NOON * 2, withSegments: true })
        .map((record) => ({ start: record.start, ...readHourCounts(record) }));
    }

    test("counts of windows are those of the windows", () => {
      log([row("a", { ts: NOON - 2 }), row("b", { ts: NOON - 1 }), row("c", { ts: NOON })]);
      const query = { modelId: 1, levelMs: HOUR_MS, from: 0, to: NOON * 2 };
      const whole = store.reader.readWindows({ ...query, withSegments: false });
      const counts = store.reader.readWindowCounts(query);
      expect(counts.map(({ predictions }) => predictions)).toEqual([2, 1]);
      expect(counts).toEqual(
        whole.map(({ version, start, predictions, labelled }) => ({ version, start, predictions, labelled })),
      );
      expect(store.reader.readWindowCounts({ ...query, versions: ["other"] })).toEqual([]);
    });

    test("rows come back as they were logged, newest first", () => {
      log([
        row("a", { ts: NOON - 2, cells: { "features.distance": 950, "features.carrier": "B6" } }),
        row("b", {
          ts: NOON - 1,
          cells: {
            "features.distance": null,
            "features.__proto__": "x",
            "segments.channel": "app",
            "output.value": "late",
            "output.probability": 0.3243,
            latency_ms: 3.1,
          },
        }),
      ]);
      const [second, first] = rowsOf();
      expect(first).toMatchObject({
        predictionId: "a",
        version: "v1",
        ts: NOON - 2,
        tsSource: "client",
        receivedAt: NOON,
        features: { distance: 950, carrier: "B6" },
        segments: {},
        output: {},
        latencyMs: null,
        label: null,
      });
      expect(Object.entries(second?.features ?? {})).toEqual([
        ["distance", null],
        ["__proto__", "x"],
      ]);
      expect(second).toMatchObject({
        segments: { channel: "app" },
        output: { value: "late", probability: 0.3243 },
        latencyMs: 3.1,
      });
    });

    test("the same row again is a duplicate, another under its id a conflict, and the first stays", () => {
      const cells = { "features.x": 1, "features.y": "q" };
      expect(log([row("a", { cells })])).toMatchObject({ accepted: 1, duplicates: [], conflicts: [] });
      const again = log([row("a", { cells }), row("b"), row("a", { cells: { ...cells, "features.x": 2 } })]);
      expect(again).toMatchObject({ accepted: 1, duplicates: [[0, 0]], conflicts: [[0, 2]] });
      expect(rowsOf({ where: [{ column: "prediction_id", op: "=", value: "a" }] })).toMatchObject([
        { features: { x: 1, y: "q" } },
      ]);
      expect(store.reader.counts(1)).toMatchObject([{ predictions: 2, duplicates: 1, conflicts: 1 }]);
    });

    test("twice in one request, and in two requests of one group, counts once", () => {
      const rows = [row("a"), row("b"), row("a")];
      const answers = send({ predictions: [{ rows }] }, { predictions: [{ rows }] });
      expect(answers).toMatchObject([
        { accepted: 2, duplicates: [[0, 2]] },
        {
          accepted: 0,
          duplicates: [
            [0, 0],
            [0, 1],
            [0, 2],
          ],
        },
      ]);
      expect(rowsOf()).toHaveLength(2);
    });

    test("duplicates are known after a restart and after compaction", () => {
      const rows = numbered(3_000);
      for (let from = 0; from < rows.length; from += 60) log(rows.slice(from, from + 60));
      settle();
      expect(log(rows)).toMatchObject({ accepted: 0, conflicts: [] });
      store.reopen();
      expect(log(rows).duplicates).toHaveLength(rows.length);
      expect(log([{ ...row("n7"), cells: { "features.x": -1 } }])).toMatchObject({ conflicts: [[0, 0]] });
      expect(total(hours(), "predictions")).toBe(rows.length);
    });

    test("a row without a time is a duplicate of itself whenever it comes again", () => {
      store.writer.append(groupOf([{ predictions: [{ rows: [{ id: "a" }] }] }], NOON));
      const later = store.writer.append(groupOf([{ predictions: [{ rows: [{ id: "a" }] }] }], NOON + 5_000));
      expect(only(later.requests)).toMatchObject({ accepted: 0, duplicates: [[0, 0]] });
      expect(rowsOf()).toMatchObject([{ ts: NOON, tsSource: "server" }]);
    });

    test("one id in two versions is two rows, and a label finds both", () => {
      log([row("a")], "v1");
      log([row("a", { cells: { "features.x": 9 } })], "v2");
      label({ id: "a", value: 1 });
      expect(store.reader.readPrediction(1, "a")).toMatchObject([
        { version: "v1", label: { value: 1 } },
        { version: "v2", label: { value: 1 } },
      ]);
    });

    test("a version that predicts after the label came gets the label too", () => {
      log([row("a")], "v1");
      label({ id: "a", value: 1, ts: NOON - 5 });
      log([row("a")], "v2");
      expect(store.reader.readPrediction(1, "a").map((found) => found.label)).toEqual([
        { value: 1, ts: NOON - 5, receivedAt: NOON },
        { value: 1, ts: NOON - 5, receivedAt: NOON },
      ]);
    });

    test("the latest label wins, ties go to the later arrival, the same again is a duplicate", () => {
      log([row("a")]);
      expect(label({ id: "a", value: 1, ts: 100 })).toMatchObject({ accepted: 1 });
      expect(label({ id: "a", value: 1, ts: 100 })).toMatchObject({ accepted: 0, duplicates: [[0, 0]] });
      expect(label({ id: "a", value: 0, ts: 90 })).toMatchObject({ accepted: 1 });
      expect(rowsOf()).toMatchObject([{ label: { value: 1, ts: 100 } }]);
      expect(label({ id: "a", value: 0, ts: 100 })).toMatchObject({ accepted: 1 });
      expect(rowsOf()).toMatchObject([{ label: { value: 0, ts: 100 } }]);
      expect(label({ id: "a", value: 0 })).toMatchObject({ accepted: 0, duplicates: [[0, 0]] });
      expect(hours()).toMatchObject([{ predictions: 1, labelled: 1, labelSum: 0 }]);
    });

    test("labels before their prediction wait for it, in the same group, later, and after a restart", () => {
      label({ id: "a", value: 1, ts: 50 }, { id: "b", value: 1 }, { id: "never", value: 1 });
      label({ id: "a", value: 0, ts: 60 });
      send({ predictions: [{ rows: [row("b")] }] }, { labels: [{ labels: [{ id: "c", value: 1 }] }] });
      store.reopen();
      log([row("a"), row("c")]);
      expect(Object.fromEntries(rowsOf().map((found) => [found.predictionId, found.label?.value]))).toEqual({
        a: 0,
        b: 1,
        c: 1,
      });
      expect(store.writer.stats().orphanLabels).toBe(1);
      expect(hours()).toMatchObject([{ predictions: 3, labelled: 3, labelSum: 2 }]);
    });

    test("labels outlive compaction, before and after it", () => {
      const rows = numbered(2_000);
      for (let from = 0; from < rows.length; from += 50) log(rows.slice(from, from + 50));
      label(...rows.slice(0, 900).map(({ id }, at) => ({ id, value: at % 2, ts: NOON + at })));
      settle();
      for (let at = 500; at < 1_400; at += 30) {
        label(...rows.slice(at, at + 30).map(({ id }) => ({ id, value: 1, ts: NOON + 10_000 })));
        store.writer.maintain(1);
      }
      settle();
      store.reopen();
      const found = rowsOf({ labelled: true, limit: 5_000 });
      expect(found).toHaveLength(1_400);
      const expected = 250 + 900;
      expect(found.reduce((sum, { label: own }) => sum + Number(own?.value), 0)).toBe(expected);
      expect(total(hours(), "labelSum")).toBe(expected);
      expect(store.reader.counts(1)).toMatchObject([{ predictions: 2_000, labelled: 1_400 }]);
    });

    test("pages follow one another without a gap or a repeat while chunks are merged", () => {
      const rows = numbered(2_500);
      for (let from = 0; from < rows.length; from += 50) log(rows.slice(from, from + 50));
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = store.reader.readRows({ ...everything, limit: 173, cursor });
        seen.push(...page.rows.map((found) => found.predictionId));
        cursor = page.cursor;
        store.writer.maintain(1);
      } while (cursor !== null);
      const inOrder = rows.toSorted((left, right) => (right.ts ?? 0) - (left.ts ?? 0));
      expect(seen.length).toBe(rows.length);
      expect(new Set(seen)).toEqual(new Set(inOrder.map(({ id }) => id)));
      expect(store.reader.readRows({ ...everything, order: "oldest", limit: 1 }).rows[0]?.ts).toBe(
        inOrder.at(-1)?.ts,
      );
    });

    test("a page that runs out of time says so and goes on where it stopped", () => {
      const rows = numbered(600);
      for (let from = 0; from < rows.length; from += 50) log(rows.slice(from, from + 50));
      const seen: string[] = [];
      let cursor: string | null = null;
      let partialPages = 0;
      do {
        const page = store.reader.readRows({ ...everything, limit: 1_000, cursor, budgetMs: -1 });
        seen.push(...page.rows.map((found) => found.predictionId));
        if (page.partial) partialPages++;
        cursor = page.cursor;
      } while (cursor !== null);
      expect(partialPages).toBeGreaterThan(3);
      expect(seen).toHaveLength(rows.length);
      expect(new Set(seen).size).toBe(rows.length);
    });

    test("filters agree with the rule for one value", () => {
      log([
        row("a", { ts: NOON - 3, cells: { "features.n": 16, "features.c": "16" } }),
        row("b", { ts: NOON - 2, cells: { "features.n": null, "features.c": "B6" } }),
        row("c", { ts: NOON - 1, cells: {} }),
      ]);
      label({ id: "b", value: 1 });
      const ids = (where: RowQuery["where"]) =>
        rowsOf({ where, order: "oldest" }).map((found) => found.predictionId);
      expect(ids([{ column: "features.n", op: "=", value: 16 }])).toEqual(["a"]);
      expect(ids([{ column: "features.c", op: "=", value: 16 }])).toEqual(["a"]);
      expect(ids([{ column: "features.n", op: "!=", value: 3 }])).toEqual(["a"]);
      expect(ids([{ column: "features.n", op: ">", value: 16 }])).toEqual([]);
      expect(ids([{ column: "features.n", op: "null" }])).toEqual(["b", "c"]);
      expect(ids([{ column: "features.c", op: "not-null" }])).toEqual(["a", "b"]);
      expect(ids([{ column: "features.c", op: "in", values: ["B6", "AA"] }])).toEqual(["b"]);
      expect(ids([{ column: "features.nowhere", op: "null" }])).toEqual(["a", "b", "c"]);
      expect(ids([{ column: "label", op: "=", value: 1 }])).toEqual(["b"]);
      expect(ids([{ column: "ts", op: ">=", value: NOON - 2 }])).toEqual(["b", "c"]);
      expect(rowsOf({ labelled: false })).toHaveLength(2);
      expect(rowsOf({ versions: ["v2"] })).toHaveLength(0);
    });

    test("an idempotency key gives the first answer again, also after a restart, and refuses another body", () => {
      const request = { predictions: [{ rows: [row("a"), row("a")] }], key: "k1" };
      const [first] = send(request);
      store.reopen();
      const [again, other] = send(request, { ...request, bodyHash: "other" });
      expect(again).toMatchObject({
        accepted: 1,
        duplicates: [[0, 1]],
        batchId: first?.batchId,
        replayed: true,
      });
      expect(other?.failure?.reason).toBe("idempotency_conflict");
      const twins = { predictions: [{ rows: [row("z")] }], key: "k2" };
      expect(send(twins, twins, { ...twins, bodyHash: "other" })).toMatchObject([
        { accepted: 1 },
        { accepted: 1, replayed: true },
        { failure: { reason: "idempotency_conflict" } },
      ]);
      expect(rowsOf()).toHaveLength(2);
    });

    test("a scan gives every row of the range once, whatever is merged meanwhile", () => {
      const rows = numbered(2_000);
      for (let from = 0; from < rows.length; from += 50) log(rows.slice(from, from + 50));
      const seen = new Map<number, number>();
      for (const chunk of store.reader.scan({ modelId: 1, from: 0, to: NOON * 2 })) {
        for (const position of chunk.positions) {
          const ts = chunk.rows.ts[position] ?? 0;
          seen.set(ts, (seen.get(ts) ?? 0) + 1);
        }
        log([row(`new-${seen.size}`)]);
        settle();
      }
      expect(seen.size).toBe(rows.length);
      expect(Math.max(...seen.values())).toBe(1);
    });

    test("windows that are folded again equal the windows before", () => {
      const rows = numbered(1_500, 4 * 24 * HOUR_MS);
      for (let from = 0; from < rows.length; from += 100) log(rows.slice(from, from + 100));
      label(...rows.slice(0, 700).map(({ id }) => ({ id, value: 1 })));
      const before = hours();
      store.writer.changeLayout({ modelId: 1, version: "v1", referenceLayout: "{}" });
      store.writer.maintain(0);
      log([row("late", { ts: NOON - 3 * 24 * HOUR_MS })]);
      settle();
      expect(total(hours(), "predictions")).toBe(total(before, "predictions") + 1);
      expect(total(hours(), "labelSum")).toBe(700);
      expect(store.writer.takeChanges().length).toBeGreaterThan(0);
    });

    test("folding again the windows of an erased row keeps every other row of those windows", () => {
      for (let day = 0; day < 5; day++) {
        for (const minute of [0, 20, 40])
          log([row(`d${day}m${minute}`, { ts: NOON - day * 24 * HOUR_MS + minute * 60_000 })]);
      }
      const before = hours();
      store.writer.erase(1, ["d2m20"]);
      settle();
      const expected = before.map((hour) => ({
        ...hour,
        predictions: hour.start === NOON - 2 * 24 * HOUR_MS ? 2 : 3,
      }));
      expect(hours()).toEqual(expected);
    });

    test("erased ids are gone from rows, labels, counts and windows, and may come again", () => {
      const rows = numbered(400);
      for (let from = 0; from < rows.length; from += 100) log(rows.slice(from, from + 100));
      label({ id: "n5", value: 1 }, { id: "n6", value: 1 }, { id: "n5-early", value: 1 });
      settle();
      expect(store.writer.erase(1, ["n5", "n300", "n5-early", "unknown"])).toBe(2);
      settle();
      expect(store.reader.readPrediction(1, "n5")).toEqual([]);
      expect(store.reader.readPrediction(1, "n6")).toMatchObject([{ label: { value: 1 } }]);
      expect(store.reader.counts(1)).toMatchObject([{ predictions: 398, labelled: 1 }]);
      expect(total(hours(), "predictions")).toBe(398);
      expect(log([row("n5")])).toMatchObject({ accepted: 1 });
    });
  });
}

const everything: RowQuery = {
  modelId: 1,
  from: 0,
  to: NOON * 2,
  where: [],
  order: "newest",
  limit: 10_000,
  cursor: null,
  budgetMs: 5_000,
};

function row(id: string, more: Omit<LoggedRow, "id"> = {}): LoggedRow {
  return { ts: NOON, cells: { "features.x": 1 }, ...more, id };
}

/** Distinct times within `spanMs`, out of order. */
function numbered(count: number, spanMs = 30 * 60_000): LoggedRow[] {
  return Array.from({ length: count }, (_, at) => {
    const ts = NOON - Math.floor((((at * 7_919) % count) * spanMs) / count);
    return row(`n${at}`, { ts, cells: { "features.x": at, "features.c": `c${at % 7}` } });
  });
}

function only<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined || items.length !== 1)
    throw new Error(`One item was expected, not ${items.length}.`);
  return item;
}

function total<K extends string>(hours: ReadonlyArray<Record<K, number>>, key: K): number {
  return hours.reduce((sum, hour) => sum + hour[key], 0);
}
