/** Starts everything, and stops everything it started: `node server/main.ts`. */
import { readFileSync } from "node:fs";
import { createSignIn } from "#server/access/create-sign-in.ts";
import { freePort } from "#server/http/free-port.ts";
import { createFrontDoor, type FrontDoor } from "#server/http/front-door.ts";
import { createServerMetrics } from "#server/http/prometheus.ts";
import { startWebProcess, type WebProcess } from "#server/http/web-process.ts";
import { systemClock } from "#server/kernel/clock.ts";
import { prepareDataFolder, storageSentence } from "#server/kernel/data-folder.ts";
import { type Env, readEnv } from "#server/kernel/env.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { keepThreadHeapsSmall, trimHeapOnceLoaded } from "#server/kernel/heap.ts";
import { createLogger, type Logger } from "#server/kernel/logger.ts";
import { type Pipeline, startPipeline } from "#server/pipeline.ts";

const DRAIN_MAX_MS = 10_000;
const EXIT_TROUBLE = 2;

async function main(env: Env): Promise<void> {
  keepThreadHeapsSmall();
  trimHeapOnceLoaded();
  const logger = createLogger(env.logLevel, "plumbline");
  prepareDataFolder(env.dataFolder);
  const port = env.port === 0 ? await freePort(env.host) : env.port;
  const coreUrl = `http://${hostInUrl(env.host)}:${port}`;
  const baseUrl = env.publicUrl ?? coreUrl;
  const pipeline = await startPipeline({ env, clock: systemClock, logger, baseUrl });
  const web = env.web
    ? startWebProcess({ logger, coreUrl, isDevelopment: env.isDevelopment })
    : { current: () => null, stop: async () => {} };
  const door = openDoor({ env, logger, pipeline, web, baseUrl });
  try {
    await listen(door, port, env.host);
  } catch (error) {
    await Promise.all([pipeline.close(), web.stop()]);
    throw listenError(error, port, env.host);
  }
  const stop = createStop({ door, pipeline, web, logger });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop(0));
  process.on("uncaughtException", (error) => {
    logger.fatal({ err: error }, "an error that nobody caught");
    void stop(1);
  });
  greet(baseUrl, pipeline.firstOwner.makeSetupToken());
}

function openDoor(parts: {
  env: Env;
  logger: Logger;
  pipeline: Pipeline;
  web: WebProcess;
  baseUrl: string;
}): FrontDoor {
  const { env, logger, pipeline, web, baseUrl } = parts;
  const { meta, secretKey, bus } = pipeline;
  const metrics = createServerMetrics({
    streams: bus.streams,
    isWebUp: () => web.current() !== null,
    isReady: () => pipeline.readiness().isReady,
    gauges: pipeline.gauges,
  });
  return createFrontDoor({
    services: pipeline.services,
    ingest: pipeline.ingest,
    keys: pipeline.keys,
    signIn: createSignIn({ meta, clock: systemClock, secretKey, baseUrl, logger }),
    firstOwner: pipeline.firstOwner,
    readiness: pipeline.readiness,
    metrics,
    web,
    logger,
    version: readVersion(),
    baseUrl,
    publicUrl: env.publicUrl,
    trustedProxies: env.trustedProxies,
    isDevelopment: env.isDevelopment,
  });
}

function listen({ server }: FrontDoor, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function listenError(error: unknown, port: number, host: string): unknown {
  const code = error instanceof Error && "code" in error ? error.code : "";
  const why: Record<string, string> = {
    EADDRINUSE: `Port ${port} on ${host} is in use; stop what listens there, or set PORT to another.`,
    EACCES: `Port ${port} may not be opened by this user; set PORT to one above 1023.`,
    EADDRNOTAVAIL: `This machine has no address ${host}; set HOST to one that it has.`,
    ENOTFOUND: `The host ${host} is not known; set HOST to an address of this machine.`,
  };
  const sentence = why[String(code)];
  return sentence === undefined ? error : new ServiceError("unavailable", sentence);
}

/** Answers what was taken in, writes it down, and ends; a second signal changes nothing. */
function createStop(parts: { door: FrontDoor; pipeline: Pipeline; web: WebProcess; logger: Logger }) {
  const { door, pipeline, web, logger } = parts;
  let stopping: Promise<void> | null = null;
  const run = async (exitCode: number) => {
    try {
      door.refuseAll();
      pipeline.bus.close();
      const drained = door.close();
      const late = setTimeout(() => door.server.closeAllConnections(), DRAIN_MAX_MS);
      await drained;
      clearTimeout(late);
      await Promise.all([pipeline.close(), web.stop()]);
      process.exit(exitCode);
    } catch (error) {
      logger.fatal({ err: error }, "stopping failed");
      process.exit(1);
    }
  };
  return (exitCode: number) => {
    stopping ??= run(exitCode);
    return stopping;
  };
}

/** In one write, so that whoever waits for the first line has the second. */
function greet(baseUrl: string, setupToken: string | null): void {
  const lines = [`Plumbline is at ${baseUrl}`];
  if (setupToken !== null)
    lines.push(
      `Make the first account (the link works once, within the hour): ${baseUrl}/setup?token=${setupToken}`,
    );
  process.stdout.write(`${lines.join("\n")}\n`);
}

function hostInUrl(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function readVersion(): string {
  const file: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return typeof file === "object" && file !== null && "version" in file ? String(file.version) : "unknown";
}

/** One clear sentence for what an operator can mend; anything else is a bug and shows its stack. */
function complain(error: unknown, folder: string): void {
  const sentence = error instanceof ServiceError ? error.message : storageSentence(error, folder);
  process.stderr.write(`${sentence ?? (error instanceof Error ? error.stack : String(error))}\n`);
}

let dataFolder = "";
try {
  const env = readEnv();
  dataFolder = env.dataFolder;
  await main(env);
} catch (error) {
  complain(error, dataFolder);
  process.exit(EXIT_TROUBLE);
}
