/** Figures a, b and e: rows and requests that the real server acknowledges, against bare peers, and its memory meanwhile. */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { type BenchServer, startBenchServer } from "./bench-server.ts";
import { createBenchModel, fillServer, settle } from "./fill-server.ts";
import type { SendOrder, SendReport } from "./load-sender.ts";
import type { LoopOrder, LoopReport } from "./plain-loop.ts";
import { atLeast, atMost, type BenchResult } from "./result.ts";

const STORED_ROWS = 1_000_000;
const BATCH_SIZES = [1, 100, 1_000];
/** Enough senders to keep the server busy at each batch size. */
const CONNECTIONS: Record<number, number> = { 1: 128, 100: 16, 1000: 4 };
const SECONDS_EACH = 6;
const ROUNDS = 2;
const DAY_MS = 86_400_000;

export async function benchIngest(): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const ids of ["random", "ordered"] as const) results.push(...(await benchRows(ids)));
  return results;
}

async function benchRows(ids: "random" | "ordered"): Promise<BenchResult[]> {
  const peer = await loopSpeed({
    ids,
    storedRows: STORED_ROWS,
    batchSizes: BATCH_SIZES,
    secondsEach: SECONDS_EACH,
  });
  const server = await startBenchServer(`ingest-${ids}`);
  try {
    await createBenchModel(server, "bench");
    const memory = await fillAndWatch(server, ids);
    await settle(server);
    const rows = await acknowledged(server, ids);
    const results = BATCH_SIZES.map((size) =>
      rowsFigure(ids, size, rows[size] ?? 0, peer[size] ?? Number.NaN),
    );
    if (ids === "random") results.push(await benchSingleRequests(server), memory);
    return results;
  } finally {
    await server.remove();
  }
}

function rowsFigure(ids: string, size: number, ours: number, peer: number): BenchResult {
  const ratio = ours / peer;
  return {
    figure: "a",
    what: `rows acknowledged, batches of ${size}, ${ids} ids, to a bare loop's`,
    value: ratio,
    unit: "×",
    // Ordered ids are a B-tree's best case and no service's; they are shown for comparison.
    target: size === 1_000 && ids === "random" ? atLeast(ratio, 1.5) : null,
    how: `${thousands(ours)} over HTTP, ${thousands(peer)} in the loop, from ${STORED_ROWS / 1e6} M rows stored`,
  };
}

const thousands = (rows: number) => `${(rows / 1_000).toFixed(rows < 10_000 ? 1 : 0)} k rows/s`;

/** Logs the first million rows, and says the most memory that the server held meanwhile. */
async function fillAndWatch(server: BenchServer, ids: string): Promise<BenchResult> {
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, server.residentMiB());
  }, 200);
  const now = Date.now();
  const speed = await fillServer({
    server,
    model: "bench",
    rows: STORED_ROWS,
    seed: ids.length,
    fromMs: now - 30 * DAY_MS,
    toMs: now - DAY_MS,
  });
  clearInterval(watch);
  return {
    figure: "e",
    what: "resident memory while a million rows come in",
    value: most,
    unit: "MiB",
    target: atMost(most, 512, " MiB"),
    how: `batches of 1,000 over 4 connections, ${thousands(speed)}`,
  };
}

async function acknowledged(server: BenchServer, ids: "random" | "ordered"): Promise<Record<number, number>> {
  const rows: Record<number, number> = {};
  let firstId = STORED_ROWS * 10;
  for (const size of BATCH_SIZES) {
    const report = await send(server, { ids, rowsPerBody: size, firstId, seed: 100 + size });
    firstId += report.rows * 2;
    rows[size] = report.rows / report.seconds;
  }
  return rows;
}

/** Alternates with the echo server, because a machine's speed drifts. */
async function benchSingleRequests(server: BenchServer): Promise<BenchResult> {
  const echo = fork(join(import.meta.dirname, "echo-server.ts"));
  const { port } = await answerOf<{ port: number }>(echo);
  let ours = 0;
  let peer = 0;
  let p99 = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const plain = await send(server, { port, rowsPerBody: 1, seed: 500 + round });
    const report = await send(server, { rowsPerBody: 1, seed: 600 + round });
    peer += plain.requests / plain.seconds / ROUNDS;
    ours += report.requests / report.seconds / ROUNDS;
    p99 = Math.max(p99, report.p99Ms);
  }
  echo.disconnect();
  const ratio = ours / peer;
  return {
    figure: "b",
    what: "single-row requests to an echo server's",
    value: ratio,
    unit: "×",
    target: atLeast(ratio, 0.5),
    how: `${Math.round(ours)} a second, durable, to ${Math.round(peer)}; p99 ${p99.toFixed(0)} ms over ${CONNECTIONS[1]} connections`,
  };
}

function send(server: BenchServer, more: Partial<SendOrder> & { rowsPerBody: number }): Promise<SendReport> {
  const child = fork(join(import.meta.dirname, "load-sender.ts"));
  const order: SendOrder = {
    port: Number(new URL(server.url).port),
    path: "/api/v1/predictions",
    key: server.key,
    model: "bench",
    connections: CONNECTIONS[more.rowsPerBody] ?? 4,
    ids: "random",
    firstId: 0,
    seed: 1,
    fromMs: Date.now() - DAY_MS,
    seconds: SECONDS_EACH,
    rows: Number.MAX_SAFE_INTEGER,
    ...more,
  };
  child.send(order);
  return answerOf<SendReport>(child);
}

function loopSpeed(order: LoopOrder): Promise<LoopReport> {
  const child = fork(join(import.meta.dirname, "plain-loop.ts"));
  child.send(order);
  return answerOf<LoopReport>(child);
}

function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // What a bench's own child process sends has the shape that its file states.
    child.once("message", (answer) => resolve(answer as Answer));
    child.once("exit", (code) => reject(new Error(`A bench process ended with ${code}.`)));
  });
}
