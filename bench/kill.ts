/**
 * (k) Kill -9 again and again while four clients log. Afterwards every acknowledged row is there, none twice, the
 * windows count each row once, and SQLite finds its files sound.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { freePort } from "#server/http/free-port.ts";
import { type RunningServer, startServer } from "../demo/start-server.ts";
import type { BenchServer } from "./bench-server.ts";
import { createBenchModel, post } from "./fill-server.ts";
import { atMost, type BenchResult, quantile } from "./result.ts";
import { makeRow, seededRandom } from "./workload.ts";

const MODEL = "bench";
const CLIENTS = 4;
const BATCH_ROWS = 50;
const START_MS = Date.parse("2026-11-01T00:00:00Z");

interface Lane {
  acknowledged: number[];
  sent: number;
}

const idOf = (lane: number, batch: number, row: number) => `l${lane}-b${batch}-r${row}`;

function bodyOf(lane: number, batch: number): Buffer {
  const random = seededRandom(lane * 1_000_003 + batch);
  const predictions = Array.from({ length: BATCH_ROWS }, (_, row) =>
    makeRow(random, START_MS + batch * 60_000 + row, idOf(lane, batch, row)),
  );
  return Buffer.from(JSON.stringify({ model: MODEL, version: "v1", predictions }));
}

/** Sends batch after batch; one that got no answer is sent again after the restart, as a service would. */
async function log(lane: Lane, number: number, server: BenchServer, stopped: () => boolean): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  while (!stopped()) {
    const batch = lane.acknowledged.length;
    lane.sent = batch + 1;
    try {
      if ((await post(agent, server, "/api/v1/predictions", bodyOf(number, batch))) === 200)
        lane.acknowledged.push(batch);
    } catch {
      break; // killed
    }
  }
  agent.destroy();
}

async function countRows(server: BenchServer): Promise<{ rows: number; distinct: number; ids: Set<string> }> {
  const response = await fetch(`${server.url}/api/v1/predictions?model=${MODEL}&from=2000-01-01T00:00:00Z`, {
    headers: { authorization: `Bearer ${server.key}`, accept: "application/x-ndjson" },
  });
  const lines = (await response.text()).split("\n").filter((line) => line !== "");
  const ids = new Set(lines.map((line) => (JSON.parse(line) as { prediction_id: string }).prediction_id));
  return { rows: lines.length, distinct: ids.size, ids };
}

async function windowTotal(server: BenchServer): Promise<number> {
  const path = `/api/v1/models/${MODEL}/metrics?metric=volume&window=all&from=2000-01-01T00:00:00Z`;
  const response = await fetch(server.url + path, { headers: { authorization: `Bearer ${server.key}` } });
  return ((await response.json()) as { points: { nCur: number }[] }).points.reduce(
    (sum, { nCur }) => sum + nCur,
    0,
  );
}

export async function benchKill(rounds: number, seed = 20): Promise<BenchResult[]> {
  const dataDir = mkdtempSync(join(tmpdir(), "plumbline-bench-kill-"));
  const random = seededRandom(seed);
  const port = await freePort("127.0.0.1");
  const env = { PLUMBLINE_WEB: "off", PLUMBLINE_RETENTION_DAYS: "4000" };
  const start = () => startServer({ port, dataDir, env, quiet: true });
  let running: RunningServer = await start();
  const key = await running.command("keys", "create", "--scopes", "ingest,read,manage", "--name", "bench");
  const asBench = (server: RunningServer) => ({ ...server, dataDir, key }) as unknown as BenchServer;
  await createBenchModel(asBench(running), MODEL);
  const lanes: Lane[] = Array.from({ length: CLIENTS }, () => ({ acknowledged: [], sent: 0 }));
  const readyMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    let dead = false;
    const logging = lanes.map((lane, number) => log(lane, number, asBench(running), () => dead));
    await new Promise((resolve) => setTimeout(resolve, 50 + random() * 1_450));
    dead = true;
    running.process.kill("SIGKILL");
    await running.exited;
    await Promise.all(logging);
    const startedMs = performance.now();
    running = await start();
    readyMs.push(performance.now() - startedMs);
  }
  const server = asBench(running);
  const { rows, distinct, ids } = await countRows(server);
  let missing = 0;
  let acknowledged = 0;
  for (const [number, lane] of lanes.entries())
    for (const batch of lane.acknowledged)
      for (let row = 0; row < BATCH_ROWS; row++) {
        acknowledged++;
        if (!ids.has(idOf(number, batch, row))) missing++;
      }
  const inWindows = await windowTotal(server);
  await running.stop();
  const broken = ["events.db", "meta.db"].filter((file) => {
    const database = new Database(join(dataDir, file), { readonly: true });
    const verdict = database.pragma("integrity_check", { simple: true });
    database.close();
    return verdict !== "ok";
  });
  rmSync(dataDir, { recursive: true, force: true });
  const how = `${rounds} times kill -9 within 1.5 s, ${CLIENTS} clients, ${acknowledged.toLocaleString("en")} acknowledged rows`;
  const slowest = quantile(readyMs, 1);
  const exact = (what: string, value: number): BenchResult => ({
    figure: "k",
    what,
    value,
    unit: "",
    target: atMost(value, 0),
    how,
  });
  return [
    exact("acknowledged rows missing", missing),
    exact("rows stored twice", rows - distinct),
    exact("rows the windows miscount", Math.abs(inWindows - rows)),
    exact("files that fail the integrity check", broken.length),
    {
      figure: "k",
      what: "ready again after a kill, slowest",
      value: slowest,
      unit: "ms",
      target: atMost(slowest, 2_000, " ms"),
      how,
    },
  ];
}
