/** A real server with real flights, signed in once; every journey uses it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type FullConfig } from "@playwright/test";
import { freePort } from "#server/http/free-port.ts";
import { readFlightsLog, readFlightsReference, weeksShiftMs } from "../demo/flights/flights-log.ts";
import { prepareModels } from "../demo/flights/flights-models.ts";
import { playHistory } from "../demo/flights/play-flights.ts";
import { ServiceClient } from "../demo/service-client.ts";
import { startServer } from "../demo/start-server.ts";
import { AUTH_STATE, STATE_DIR, WORLD_FILE, type World } from "./fixtures/world.ts";

const HISTORY_FROM = Date.parse("2013-06-01T00:00:00Z");
/** What comes after is left for journeys that log flights while they watch. */
const HISTORY_UNTIL = Date.parse("2013-12-29T00:00:00Z");

async function signIn(config: FullConfig, link: string): Promise<void> {
  const browser = await chromium.launch(config.projects[0]?.use.launchOptions);
  const page = await browser.newPage();
  await page.goto(link);
  await page.context().storageState({ path: AUTH_STATE });
  await browser.close();
}

export default async function globalSetup(config: FullConfig): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), "plumbline-e2e-"));
  const server = await startServer({
    port: await freePort("127.0.0.1"),
    dataDir,
    env: { PLUMBLINE_RETENTION_DAYS: "4000", PLUMBLINE_ALLOWED_PRIVATE_TARGETS: "127.0.0.0/8" },
    quiet: true,
  });
  const key = await server.command("keys", "create", "--scopes", "ingest,read,manage", "--name", "e2e");
  const log = readFlightsLog();
  const shiftMs = weeksShiftMs(log.labelAt.at(-1) ?? 0, Date.now());
  const client = new ServiceClient({ url: server.url, key, signal: new AbortController().signal });
  await prepareModels(client, readFlightsReference(), shiftMs, () => {});
  await playHistory({
    client,
    log,
    shiftMs,
    fromMs: HISTORY_FROM,
    untilMs: HISTORY_UNTIL,
    onProgress: () => {},
  });
  mkdirSync(STATE_DIR, { recursive: true });
  const world: World = { url: server.url, key, shiftMs, historyUntilMs: HISTORY_UNTIL };
  writeFileSync(WORLD_FILE, JSON.stringify(world));
  await signIn(config, await server.command("signin-link"));
  return async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
    rmSync(STATE_DIR, { recursive: true, force: true });
  };
}
