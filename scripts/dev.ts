/** `npm run dev`: the same processes as `npm start`, where the server starts again when its code changes and pages reload. */
import { spawn } from "node:child_process";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const WATCHED = ["server", "db"].map((folder) => `--watch-path=${join(ROOT, folder)}`);

const child = spawn(
  process.execPath,
  [
    ...WATCHED,
    "--watch-preserve-output",
    "--disable-warning=ExperimentalWarning",
    join(ROOT, "server", "main.ts"),
  ],
  { cwd: ROOT, stdio: "inherit", env: { ...process.env, PLUMBLINE_DEV: "on" } },
);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
child.on("exit", (code) => process.exit(code ?? 0));
