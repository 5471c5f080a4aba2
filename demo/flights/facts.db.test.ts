/** The whole log through HTTP, and scikit-learn's numbers read back through the API. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "#server/http/free-port.ts";
import { ServiceClient } from "../service-client.ts";
import { type RunningServer, startServer } from "../start-server.ts";
import { BY_MONTH, WHOLE_LOG } from "./facts.ts";
import { readFlightsLog, readFlightsReference, weeksShiftMs } from "./flights-log.ts";
import { prepareModels } from "./flights-models.ts";
import { playHistory } from "./play-flights.ts";

interface Point {
  value: number | null;
  nCur: number;
  status: string;
}

let dataDir: string;
let server: RunningServer;
let client: ServiceClient;
let shiftMs: number;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "plumbline-facts-"));
  server = await startServer({
    port: await freePort("127.0.0.1"),
    dataDir,
    env: { PLUMBLINE_WEB: "off", PLUMBLINE_RETENTION_DAYS: "4000" },
    quiet: true,
  });
  const key = await server.command("keys", "create", "--scopes", "ingest,read,manage", "--name", "facts");
  client = new ServiceClient({ url: server.url, key, signal: new AbortController().signal });
  const log = readFlightsLog();
  shiftMs = weeksShiftMs(log.labelAt.at(-1) ?? 0, Date.now());
  await prepareModels(client, readFlightsReference(), shiftMs, () => {});
  await playHistory({
    client,
    log,
    shiftMs,
    fromMs: 0,
    untilMs: Number.POSITIVE_INFINITY,
    onProgress: () => {},
  });
}, 240_000);

afterAll(async () => {
  await server?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function ask(model: string, metric: string, version: string, from: string, to: string): Promise<Point> {
  const moved = (text: string) => new Date(Date.parse(text) + shiftMs).toISOString();
  const query = new URLSearchParams({ metric, version, window: "all", from: moved(from), to: moved(to) });
  const { points } = await client.get<{ points: Point[] }>(`/api/v1/models/${model}/metrics?${query}`);
  expect(points).toHaveLength(1);
  return points[0] ?? { value: null, nCur: 0, status: "EMPTY" };
}

const WHOLE = ["2013-03-01T00:00:00Z", "2014-02-01T00:00:00Z"] as const;

function nextMonth(month: string): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + 1);
  return date.toISOString();
}

test.each(BY_MONTH)(
  "%s %s: %i predictions, ROC AUC %f, Brier %f",
  async (month, version, rows, rocAuc, brier) => {
    const from = `${month}-01T00:00:00Z`;
    const to = nextMonth(month);
    expect((await ask("flight-late", "volume", version, from, to)).value).toBe(rows);
    expect((await ask("flight-late", "roc_auc", version, from, to)).value).toBeCloseTo(rocAuc, 3);
    expect((await ask("flight-late", "brier", version, from, to)).value).toBeCloseTo(brier, 3.9);
  },
);

test.each(WHOLE_LOG)("the whole log of %s", async (version, rows, labelled, rocAuc, brier, f1, mae) => {
  expect((await ask("flight-late", "volume", version, ...WHOLE)).value).toBe(rows);
  const auc = await ask("flight-late", "roc_auc", version, ...WHOLE);
  expect(auc.nCur).toBe(labelled);
  expect(auc.value).toBeCloseTo(rocAuc, 3);
  expect((await ask("flight-late", "brier", version, ...WHOLE)).value).toBeCloseTo(brier, 4);
  expect((await ask("flight-late", "f1", version, ...WHOLE)).value).toBeCloseTo(f1, 4);
  expect((await ask("flight-delay", "mae", version, ...WHOLE)).value).toBeCloseTo(mae, 2);
});
