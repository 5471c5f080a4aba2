import { type ChildProcess, spawn } from "node:child_process";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "#server/http/free-port.ts";
import type { WebAddress } from "#server/http/pages.ts";
import { minimalEnv } from "#server/kernel/env.ts";
import type { Logger } from "#server/kernel/logger.ts";

export interface WebProcess extends WebAddress {
  stop(): Promise<void>;
}

export interface WebProcessOptions {
  readonly logger: Logger;
  /** Where the pages reach core. */
  readonly coreUrl: string;
  readonly isDevelopment: boolean;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const EXIT_WITH_PARENT = fileURLToPath(new URL("./exit-with-parent.ts", import.meta.url));
const NEXT = join(ROOT, "node_modules", "next", "dist", "bin", "next");
const HOST = "127.0.0.1";
const PROBE_EVERY_MS = 100;
const BACK_OFF_MS = [200, 1_000, 2_000, 5_000, 10_000, 30_000];
/** A child that lived this long starts the back-off anew. */
const STEADY_MS = 60_000;
const STOP_MAX_MS = 5_000;

/** Keeps `next start` running on a loopback port, with no secret in its environment. Core serves on while it is down. */
export function startWebProcess(options: WebProcessOptions): WebProcess {
  let address: string | null = null;
  let child: ChildProcess | null = null;
  let failures = 0;
  let isStopping = false;
  let timer: NodeJS.Timeout | null = null;

  const start = async (): Promise<void> => {
    const port = await freePort(HOST);
    if (isStopping) return;
    const startedAt = performance.now();
    const started = spawnNext(port, options);
    child = started;
    started.once("exit", (code, signal) => {
      address = null;
      child = null;
      if (isStopping) return;
      failures = performance.now() - startedAt > STEADY_MS ? 0 : failures + 1;
      const waitMs = BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length) - 1] ?? 0;
      options.logger.error({ code, signal, waitMs }, "the web process ended; it is started again");
      timer = setTimeout(() => void start(), waitMs);
    });
    if (await answers(port, started)) address = `http://${HOST}:${port}`;
  };
  void start();

  return {
    current: () => address,
    stop: async () => {
      isStopping = true;
      if (timer !== null) clearTimeout(timer);
      if (child !== null) await end(child);
    },
  };
}

function spawnNext(port: number, { coreUrl, isDevelopment, logger }: WebProcessOptions): ChildProcess {
  const mode = isDevelopment ? "development" : "production";
  const child = spawn(
    process.execPath,
    [
      "--import",
      EXIT_WITH_PARENT,
      NEXT,
      isDevelopment ? "dev" : "start",
      "--hostname",
      HOST,
      "--port",
      String(port),
    ],
    {
      cwd: ROOT,
      env: { ...minimalEnv({ NEXT_TELEMETRY_DISABLED: "1", PLUMBLINE_CORE_URL: coreUrl }), NODE_ENV: mode },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    },
  );
  // A line of Next is for the log; standard output belongs to the people who started this.
  child.stdout?.on("data", (text) => logger.info({ area: "web" }, String(text).trim()));
  child.stderr?.on("data", (text) => logger.warn({ area: "web" }, String(text).trim()));
  child.once("error", (error) => logger.error({ error }, "the web process could not be started"));
  return child;
}

async function answers(port: number, child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    if (await accepts(port)) return true;
    await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
  }
  return false;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_MAX_MS);
  await ended;
  clearTimeout(force);
}
