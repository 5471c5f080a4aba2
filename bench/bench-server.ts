import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "#server/http/free-port.ts";
import { type RunningServer, startServer } from "../demo/start-server.ts";

export interface BenchServer extends RunningServer {
  readonly dataDir: string;
  readonly key: string;
  /** Resident memory of the server process, MiB. */
  residentMiB(): number;
  /** Everything in the data folder, bytes. */
  diskBytes(): number;
  remove(): Promise<void>;
}

/** The real server on a data folder of its own, without pages. */
export async function startBenchServer(name: string): Promise<BenchServer> {
  const dataDir = mkdtempSync(join(tmpdir(), `plumbline-bench-${name}-`));
  const server = await startServer({
    port: await freePort("127.0.0.1"),
    dataDir,
    env: { PLUMBLINE_WEB: "off", PLUMBLINE_RETENTION_DAYS: "4000" },
    quiet: true,
  });
  const key = await server.command("keys", "create", "--scopes", "ingest,read,manage", "--name", "bench");
  return {
    ...server,
    dataDir,
    key,
    residentMiB: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.process.pid}/status`, "utf8"))?.[1] ?? 0) /
      1024,
    diskBytes: () => readdirSync(dataDir).reduce((sum, file) => sum + statSync(join(dataDir, file)).size, 0),
    remove: async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
