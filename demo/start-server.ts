import { type ChildProcess, execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const ROOT = join(import.meta.dirname, "..");
// The same flags as scripts/bootstrap.mjs gives: a young generation that stays small.
const NODE_FLAGS = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=8"];
const POLL_MS = 100;

export interface RunningServer {
  readonly url: string;
  readonly process: ChildProcess;
  /** Resolves with the exit code once the server is gone, however that came about. */
  readonly exited: Promise<number>;
  /** Asks it to stop and waits until it has. */
  stop(): Promise<void>;
  /** Runs a command of the command line against the same data folder; answers what it printed. */
  command(...words: string[]): Promise<string>;
}

export class ServerDidNotStart extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super("The server stopped before it was ready; its own message is above.");
    this.name = "ServerDidNotStart";
    this.exitCode = exitCode;
  }
}

const exitOf = (child: ChildProcess) =>
  new Promise<number>((resolve) =>
    child.once("exit", (code, signal) => resolve(code ?? (signal === null ? 0 : 130))),
  );

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false; // not listening yet
  }
}

/** Starts the server as `npm start` would and waits until a write would be accepted. */
export async function startServer(options: {
  port: number;
  dataDir: string;
  env?: Record<string, string>;
  quiet?: boolean;
}): Promise<RunningServer> {
  const env = { ...process.env, ...options.env, PORT: String(options.port), PLUMBLINE_DATA: options.dataDir };
  const child = spawn(process.execPath, [...NODE_FLAGS, join(ROOT, "server", "main.ts")], {
    cwd: ROOT,
    env,
    stdio: ["ignore", options.quiet === true ? "ignore" : "inherit", "inherit"],
  });
  const exited = exitOf(child);
  let exitCode: number | null = null;
  void exited.then((code) => {
    exitCode = code;
  });
  const url = `http://127.0.0.1:${options.port}`;
  while (!(await isReady(url))) {
    if (exitCode !== null) throw new ServerDidNotStart(exitCode);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const command = async (...words: string[]) => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...NODE_FLAGS, join(ROOT, "cli", "main.ts"), ...words],
      {
        cwd: ROOT,
        env,
      },
    );
    return stdout.trim();
  };
  const stop = async () => {
    child.kill("SIGTERM");
    await exited;
  };
  return { url, process: child, exited, stop, command };
}
