/**
 * `npm run demo`: a server with its own data folder, and the flights service that logs to it over HTTP. The history
 * goes in as fast as it can; then the last weeks are played live at a chosen speed, so that charts move.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readFlightsLog, readFlightsReference, weeksShiftMs } from "./flights/flights-log.ts";
import { prepareModels } from "./flights/flights-models.ts";
import { playHistory, playLive } from "./flights/play-flights.ts";
import { ProgressBar, progressLine } from "./progress-bar.ts";
import { ServiceClient } from "./service-client.ts";
import { type RunningServer, ServerDidNotStart, startServer } from "./start-server.ts";

const USAGE = `Usage: npm run demo -- [options]
  --port N       the port to serve on (default 3000, or PORT)
  --speed N      seconds of flights a second while live (default 3600: an hour a second)
  --weeks N      how many of the last weeks are played live (default 3)
  --fresh        forget what an earlier demo stored and start over
  --history-only stop playing once the history is in; the server goes on`;

const WEEK_MS = 7 * 24 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

interface DemoState {
  readonly key: string;
  readonly shiftMs: number;
  readonly historyDone: boolean;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: "string" },
      speed: { type: "string", default: "3600" },
      weeks: { type: "string", default: "3" },
      fresh: { type: "boolean", default: false },
      "history-only": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const number = (name: string, text: string, min: number, max: number) => {
    const value = Number(text);
    if (!Number.isFinite(value) || value < min || value > max)
      throw new Error(`--${name} takes a number from ${min} to ${max}.`);
    return value;
  };
  return {
    port: number("port", values.port ?? process.env.PORT ?? "3000", 1, 65_535),
    speed: number("speed", values.speed, 1, 1_000_000),
    weeks: number("weeks", values.weeks, 0, 40),
    fresh: values.fresh,
    historyOnly: values["history-only"],
    help: values.help,
  };
}

const dataDir = resolve(process.env.PLUMBLINE_DATA ?? ".demo");
const statePath = join(dataDir, "demo.json");
const say = (line: string) => console.log(line);

function readState(): DemoState | null {
  return existsSync(statePath) ? (JSON.parse(readFileSync(statePath, "utf8")) as DemoState) : null;
}

function writeState(state: DemoState): void {
  writeFileSync(statePath, JSON.stringify(state), { mode: 0o600 });
}

async function play(server: RunningServer, options: ReturnType<typeof readOptions>, signal: AbortSignal) {
  const log = readFlightsLog();
  const lastMs = Math.max(log.predictedAt.at(-1) ?? 0, log.labelAt.at(-1) ?? 0);
  const state = readState() ?? {
    key: await server.command(
      "keys",
      "create",
      "--scopes",
      "ingest,read,manage",
      "--name",
      "flights service",
    ),
    shiftMs: weeksShiftMs(lastMs, Date.now()),
    historyDone: false,
  };
  writeState(state);
  const client = new ServiceClient({ url: server.url, key: state.key, signal });
  const liveFromMs = lastMs - options.weeks * WEEK_MS;
  if (!state.historyDone) {
    await prepareModels(client, readFlightsReference(), state.shiftMs, say);
    await fillHistory(client, log, state.shiftMs, liveFromMs);
    writeState({ ...state, historyDone: true });
  }
  if (options.historyOnly) return;
  const { watermark } = await client.get<{ watermark: string | null }>("/api/v1/models/flight-late");
  const reachedMs = watermark === null ? liveFromMs : Date.parse(watermark) - state.shiftMs;
  const fromMs = Math.max(liveFromMs, reachedMs - DAY_MS); // a day again: what was sent before is known as duplicates
  say(
    `Playing the flights from ${new Date(fromMs + state.shiftMs).toISOString().slice(0, 10)} on, ${options.speed} times as fast as they flew. Ctrl-C stops.`,
  );
  const bar = new ProgressBar(process.stdout);
  await playLive({
    client,
    log,
    shiftMs: state.shiftMs,
    fromMs,
    speed: options.speed,
    now: () => performance.now(),
    onTick: (logMs, sent) =>
      bar.show(
        `${new Date(logMs + state.shiftMs).toISOString().slice(0, 16).replace("T", " ")} UTC  ${sent.predictions} predictions  ${sent.labels} labels`,
        performance.now(),
      ),
  });
  if (signal.aborted) return;
  bar.finish("The log has been played to its end. The server goes on; Ctrl-C stops it.");
}

async function fillHistory(
  client: ServiceClient,
  log: ReturnType<typeof readFlightsLog>,
  shiftMs: number,
  untilMs: number,
) {
  say("Logging the history …");
  const startedMs = performance.now();
  const bar = new ProgressBar(process.stdout);
  const progress = await playHistory({
    client,
    log,
    shiftMs,
    fromMs: 0,
    untilMs,
    onProgress: (now) => bar.show(progressLine(now, performance.now() - startedMs), performance.now()),
  });
  bar.finish(progressLine(progress, performance.now() - startedMs));
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options.help) {
    say(USAGE);
    return 0;
  }
  if (options.fresh) rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true });
  const stopping = new AbortController();
  let server: RunningServer | null = null;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      stopping.abort();
      server?.process.kill("SIGTERM");
    });
  server = await startServer({
    port: options.port,
    dataDir,
    env: { PLUMBLINE_RETENTION_DAYS: "4000" },
  });
  say(`\n  Plumbline  ${server.url}`);
  say(`  Sign in    ${await server.command("signin-link")}\n`);
  try {
    await play(server, options, stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) {
      console.error(
        `The flights could not be played: ${error instanceof Error ? error.message : String(error)}`,
      );
      await server.stop();
      return 2;
    }
  }
  const code = await server.exited;
  return stopping.signal.aborted ? 0 : code;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ServerDidNotStart))
    console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof ServerDidNotStart && error.exitCode !== 0 ? error.exitCode : 2;
}
