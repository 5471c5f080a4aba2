import { type ChildProcess, execFile, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { minimalEnv } from "#server/kernel/env.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const CLI = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

export interface RunningCore {
  readonly url: string;
  readonly process: ChildProcess;
  /** Everything it printed on standard output so far. */
  output(): string;
  /** Runs a command of the command line on the same data folder, and answers what it printed. */
  command(...words: string[]): Promise<string>;
  /** Asks it to stop; answers the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | string | null>;
}

/** The real server process without pages, on a free port. */
export async function startCore(
  dataFolder: string,
  settings: Record<string, string> = {},
): Promise<RunningCore> {
  const env = {
    ...minimalEnv({ PORT: "0", PLUMBLINE_WEB: "off", PLUMBLINE_DATA: dataFolder, ...settings }),
    NODE_ENV: "test" as const,
  };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ["ignore", "pipe", "inherit"] });
  // A test that fails before it stops its server must not leave it running.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const exited = new Promise<number | string | null>((resolve) =>
    child.once("exit", (code, signal) => {
      process.removeListener("exit", kill);
      resolve(code ?? signal);
    }),
  );
  let printed = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (text) => {
      printed += String(text);
      const found = /Plumbline is at (\S+)/.exec(printed)?.[1];
      if (found !== undefined) resolve(found);
    });
    void exited.then((code) => reject(new Error(`The server ended with ${code} before it was up.`)));
  });
  return {
    url,
    process: child,
    output: () => printed,
    command: async (...words) =>
      (await promisify(execFile)(process.execPath, [CLI, ...words], { env })).stdout.trim(),
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return exited;
    },
  };
}

/** A server that should refuse to start: its exit code and what it said. */
export async function startAndFail(
  settings: Record<string, string>,
): Promise<{ code: number | string | null; said: string }> {
  const env = { ...minimalEnv({ PORT: "0", PLUMBLINE_WEB: "off", ...settings }), NODE_ENV: "test" as const };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (text) => {
    said += String(text);
  });
  const code = await new Promise<number | string | null>((resolve) =>
    child.once("close", (exit, signal) => resolve(exit ?? signal)),
  );
  return { code, said };
}
