import { expect, test } from "vitest";
import type { IngestOutcome } from "#server/ingest/ingest-answer.ts";
import { type IngestRig, ingestRig } from "#server/ingest/testing/ingest-rig.ts";
import { readRows } from "#server/ingest/testing/read-rows.ts";
import type { AppendGroup, AppendResult } from "#server/store/append.ts";

const row = (id: string, more: object = {}) => ({
  model: "m",
  prediction_id: id,
  output: { value: true },
  features: { x: 1 },
  ...more,
});
const body = (...ids: string[]) => JSON.stringify(ids.map((id) => row(id)));
const many = (prefix: string, count: number) =>
  JSON.stringify(
    Array.from({ length: count }, (_, i) =>
      row(`${prefix}${i}`, { features: { x: i, text: "y".repeat(200) } }),
    ),
  );

function gate(rig: IngestRig): () => void {
  let open = () => {};
  rig.writer.gate = new Promise((resolve) => {
    open = resolve;
  });
  return open;
}
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const accepted = (outcomes: IngestOutcome[]) => outcomes.map(({ answer }) => answer.accepted);

test("requests of one turn are one commit and one batch, each with its own slice", async () => {
  const rig = ingestRig();
  const outcomes = await Promise.all([
    readRows(rig, body("a", "b")),
    readRows(rig, body("c")),
    readRows(rig, body("a")),
  ]);
  expect(outcomes.map(({ answer }) => [answer.accepted, answer.duplicates])).toEqual([
    [2, 0],
    [1, 0],
    [0, 1],
  ]);
  expect(rig.writer.groups).toHaveLength(1);
  const [group] = rig.writer.groups;
  expect(group?.predictions.map(({ count }) => count)).toEqual([4]);
  expect(group?.requests.map(({ predictions }) => predictions)).toEqual([
    [{ batch: 0, from: 0, to: 2 }],
    [{ batch: 0, from: 2, to: 3 }],
    [{ batch: 0, from: 3, to: 4 }],
  ]);
});

test("while the writer is busy requests gather, and go together when it is free", async () => {
  const rig = ingestRig();
  const open = gate(rig);
  const first = readRows(rig, body("a"));
  await nextTurn();
  const rest = [];
  for (const id of ["b", "c", "d"]) {
    rest.push(readRows(rig, body(id)));
    await nextTurn();
  }
  expect(rig.queue.counters.groups).toBe(1);
  open();
  expect(accepted(await Promise.all([first, ...rest]))).toEqual([1, 1, 1, 1]);
  expect(rig.writer.groups.map(({ requests }) => requests.length)).toEqual([1, 3]);
});

test("a group takes no more than its rows; a request is never split", async () => {
  const rig = ingestRig({ limits: { groupRows: 5 } });
  const open = gate(rig);
  const requests = [readRows(rig, body("first"))];
  await nextTurn();
  for (const n of [0, 1, 2, 3]) requests.push(readRows(rig, body(`${n}a`, `${n}b`, `${n}c`)));
  await nextTurn();
  open();
  await Promise.all(requests);
  expect(rig.writer.groups.map((group) => group.requests.map(({ predictions }) => predictions))).toEqual([
    [[{ batch: 0, from: 0, to: 1 }]],
    [[{ batch: 0, from: 0, to: 3 }], [{ batch: 0, from: 3, to: 6 }]],
    [[{ batch: 0, from: 0, to: 3 }], [{ batch: 0, from: 3, to: 6 }]],
  ]);
});

test("large requests come in batches of their own, while small ones pass between their turns", async () => {
  const rig = ingestRig();
  const outcomes = await Promise.all([
    readRows(rig, many("l", 2_000)),
    readRows(rig, body("s")),
    readRows(rig, many("k", 1_000)),
  ]);
  expect(accepted(outcomes)).toEqual([2_000, 1, 1_000]);
  expect(rig.writer.stored.size).toBe(3_001);
  expect(
    rig.registry
      .find("m")
      ?.features.map(({ name }) => name)
      .sort(),
  ).toEqual(["text", "x"]);
});

test("schemas go to the writer when they are new or changed, and all again after it failed", async () => {
  const seen: AppendGroup[] = [];
  let failing = false;
  const append = async (group: AppendGroup): Promise<AppendResult> => {
    seen.push(group);
    if (failing) throw new Error("gone");
    const requests = group.requests.map(({ requestId }) => ({
      requestId,
      accepted: 1,
      duplicates: [],
      conflicts: [],
      failure: null,
      batchId: "b",
    }));
    return { groupId: group.groupId, seq: 1, requests, changes: [] };
  };
  const rig = ingestRig({ writer: { append } });
  await readRows(rig, body("a"));
  await readRows(rig, body("b"));
  await readRows(rig, JSON.stringify(row("c", { features: { y: 1 } })));
  failing = true;
  await expect(readRows(rig, body("d"))).rejects.toThrow("gone");
  failing = false;
  await readRows(rig, body("e"));
  expect(seen.map(({ schemas }) => schemas.map(({ revision }) => revision))).toEqual([[2], [], [3], [], [3]]);
});

test("answers find their requests in whatever order the writer gives them", async () => {
  const append = async (group: AppendGroup): Promise<AppendResult> => ({
    groupId: group.groupId,
    seq: 1,
    changes: [],
    requests: group.requests
      .map(({ requestId, predictions: [slice] }) => ({
        requestId,
        accepted: (slice?.to ?? 0) - (slice?.from ?? 0),
        duplicates: [],
        conflicts: [],
        failure: null,
        batchId: requestId,
      }))
      .reverse(),
  });
  const rig = ingestRig({ writer: { append } });
  const outcomes = await Promise.all([readRows(rig, body("a")), readRows(rig, body("b", "c"))]);
  expect(outcomes.map(({ answer }) => [answer.batchId, answer.accepted])).toEqual([
    ["request-1", 1],
    ["request-2", 2],
  ]);
});

test("there is room for so many requests and bytes at once; beyond it is 503 overloaded with Retry-After", () => {
  const rig = ingestRig({ limits: { inFlightRequests: 2, inFlightBytes: 100 } });
  const overloaded = expect.objectContaining({
    code: "unavailable",
    reason: "overloaded",
    retryAfterSeconds: 1,
  });
  const first = rig.queue.enter(60);
  expect(() => rig.queue.enter(60)).toThrow(overloaded);
  const second = rig.queue.enter(30);
  expect(() => rig.queue.enter(1)).toThrow(overloaded);
  expect(() => rig.queue.grow(second, 11)).toThrow(overloaded);
  rig.queue.grow(second, 10);
  first.release();
  first.release();
  expect(rig.queue.counters).toMatchObject({ inFlightRequests: 1, inFlightBytes: 40 });
  rig.queue.enter(60);
});

test("a full queue sheds newcomers, and keeps what it took", async () => {
  const rig = ingestRig({ limits: { queuedRequests: 2 } });
  const open = gate(rig);
  const kept = [readRows(rig, body("a")), readRows(rig, body("b"))];
  await nextTurn();
  expect(() => rig.queue.enter(10)).toThrow(expect.objectContaining({ reason: "overloaded" }));
  open();
  expect(accepted(await Promise.all(kept))).toEqual([1, 1]);
  rig.queue.enter(10).release();
});

test("when the oldest waits for more than a second, newcomers are shed", async () => {
  const rig = ingestRig();
  const open = gate(rig);
  const first = readRows(rig, body("a"));
  await nextTurn();
  const waiting = readRows(rig, body("b"));
  rig.clock.advance(1_000);
  rig.queue.enter(10).release();
  rig.clock.advance(1);
  expect(() => rig.queue.enter(10)).toThrow(expect.objectContaining({ reason: "overloaded" }));
  open();
  expect(accepted(await Promise.all([first, waiting]))).toEqual([1, 1]);
  rig.queue.enter(10).release();
});

test("Retry-After is the time to drain, spread by half either way and never beyond 30 s", async () => {
  const rig = ingestRig();
  await readRows(rig, many("a", 100));
  rig.clock.advance(1_000);
  const open = gate(rig);
  const bytesOfFirst = rig.queue.counters.queuedBytes;
  expect(bytesOfFirst).toBe(0);
  const waiting = Array.from({ length: 5 }, (_, i) => readRows(rig, many(`b${i}`, 100)));
  await nextTurn();
  expect(rig.queue.refusal("x", "y").retryAfterSeconds).toBe(5);
  open();
  await Promise.all(waiting);
});

test("closing answers what was taken in, and refuses the rest", async () => {
  const rig = ingestRig();
  const open = gate(rig);
  const ticket = rig.queue.enter(10);
  const taken = readRows(rig, body("a"));
  let closed = false;
  const closing = rig.queue.close().then(() => {
    closed = true;
  });
  expect(() => rig.queue.enter(10)).toThrow(expect.objectContaining({ reason: "shutting_down" }));
  open();
  expect((await taken).answer.accepted).toBe(1);
  await nextTurn();
  expect(closed).toBe(false);
  ticket.release();
  await closing;
});

test("receive times do not step back with the clock", async () => {
  const rig = ingestRig();
  await readRows(rig, body("a"));
  rig.clock.advance(-7_200_000);
  await readRows(rig, body("b"));
  const times = rig.writer.groups.map(({ receivedAt }) => receivedAt);
  expect(times[1]).toBeGreaterThanOrEqual(times[0] ?? 0);
  expect([...rig.writer.stored.values()].map(({ ts }) => ts)).toEqual([times[0], times[0]]);
});

test("counters say what happened to rows and requests", async () => {
  const rig = ingestRig();
  await readRows(rig, body("a", "b"));
  await readRows(
    rig,
    JSON.stringify([row("a"), row("b", { output: { value: false } }), 5, row("c", { ts: "x" })]),
  );
  expect(rig.queue.counters).toMatchObject({
    requests: 2,
    rowsAccepted: 2,
    rowsDuplicate: 1,
    rowsConflict: 1,
    rowsRejected: 2,
    groups: 2,
    inFlightRequests: 0,
    queuedRequests: 0,
    queuedBytes: 0,
  });
  expect([...rig.queue.counters.rejectedByCode]).toEqual([
    ["not_object", 1],
    ["ts_unparseable", 1],
  ]);
  expect(rig.queue.counters.ackCounts.reduce((sum, n) => sum + n, 0)).toBe(2);
});
