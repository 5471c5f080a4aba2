/**
 * Makes a fresh clone ready and hands over to the command: `node scripts/bootstrap.mjs <script> [arguments]`.
 * Runs on whatever Node ≥ 20 the machine has, before anything is installed, so it is plain JavaScript on Node alone.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const NODE = join(ROOT, "node_modules", ".bin", process.platform === "win32" ? "node.cmd" : "node");
const INSTALLED_MARK = join(ROOT, "node_modules", ".plumbline-installed");
const BUILT_MARK = join(ROOT, ".next", ".plumbline-built");
const BUILD_INPUTS = [
  "app",
  "components",
  "public",
  "server",
  "next.config.js",
  "package-lock.json",
  "proxy.ts",
];

/** Type stripping needs no warning; and left alone, loading modules grows the young generation by 100 MiB for good. */
const FLAGS = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=8"];

const TARGETS = {
  start: { script: "server/main.ts", pages: true },
  dev: { script: "scripts/dev.ts", pages: false },
  demo: { script: "demo/main.ts", pages: true },
  test: { script: "scripts/test.ts", pages: false },
  bench: { script: "bench/main.ts", pages: true },
  "bench:detectors": { script: "bench/detectors/main.ts", pages: false },
  build: { script: null, pages: true },
};

/** Says what is wrong in one sentence and stops. */
function fail(sentence) {
  console.error(sentence);
  process.exit(2);
}

/** One hash over the names and contents of everything that the result depends on. */
function fingerprint(paths) {
  const hash = createHash("sha256");
  const visit = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(join(path, name));
      return;
    }
    hash.update(relative(ROOT, path)).update("\0").update(readFileSync(path)).update("\0");
  };
  for (const path of paths) visit(join(ROOT, path));
  return hash.digest("hex");
}

const readMark = (path) => (existsSync(path) ? readFileSync(path, "utf8") : null);

function run(command, args, { quiet = false, env = process.env } = {}) {
  const result = spawnSync(command, args, {
    cwd: ROOT,
    stdio: quiet ? ["ignore", "pipe", "pipe"] : "inherit",
    env,
  });
  if (result.error?.code === "ENOENT")
    fail(`${command} was not found; install Node.js 20 or newer with npm.`);
  if (result.signal !== null) process.exit(130);
  if (result.status !== 0) {
    if (quiet) process.stderr.write(Buffer.concat([result.stdout, result.stderr]));
    fail(
      `\`${[command, ...args].join(" ")}\` failed with exit code ${result.status}; what it printed is above.`,
    );
  }
}

function checkWritable() {
  try {
    mkdirSync(join(ROOT, "node_modules"), { recursive: true });
    writeFileSync(join(ROOT, "node_modules", ".plumbline-write-test"), "");
    rmSync(join(ROOT, "node_modules", ".plumbline-write-test"));
  } catch (error) {
    const reason = {
      EACCES: "is not writable for this user",
      EROFS: "is on a read-only disk",
      ENOSPC: "is on a full disk",
    };
    fail(
      `The folder ${ROOT} ${reason[error.code] ?? `cannot be written (${error.code})`}, so nothing can be installed there.`,
    );
  }
}

/** Install scripts stay off but for the package `node`, which puts its binary in place with one. */
function install() {
  const wanted = fingerprint(["package.json", "package-lock.json"]);
  if (readMark(INSTALLED_MARK) === wanted && existsSync(NODE)) return;
  checkWritable();
  console.log("Installing packages (once) …");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  run(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { quiet: true });
  run(npm, ["rebuild", "node", "--ignore-scripts=false", "--loglevel=error"], { quiet: true });
  const version = spawnSync(NODE, ["--version"], { encoding: "utf8" }).stdout?.trim();
  if (!version?.startsWith("v24."))
    fail(
      `Node 24 should have been installed by npm but ${version || "nothing"} answers; run \`npm ci\` and try again.`,
    );
  writeFileSync(INSTALLED_MARK, wanted);
}

function buildPages() {
  const wanted = fingerprint(BUILD_INPUTS);
  if (readMark(BUILT_MARK) === wanted) return;
  console.log("Building the pages (once for each change) …");
  rmSync(BUILT_MARK, { force: true });
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" };
  run(NODE, [join(ROOT, "node_modules", "next", "dist", "bin", "next"), "build"], { quiet: true, env });
  writeFileSync(BUILT_MARK, wanted);
}

/** Signals go to the child, which stops everything it started; this process only waits and passes the exit code on. */
function handOver(script, args) {
  const child = spawn(NODE, [...FLAGS, join(ROOT, script), ...args], {
    cwd: ROOT,
    stdio: "inherit",
    env: {
      ...process.env,
      NEXT_TELEMETRY_DISABLED: "1",
      PATH: `${join(ROOT, "node_modules", ".bin")}:${process.env.PATH}`,
    },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(signal === null ? code : 130));
}

const [name, ...args] = process.argv.slice(2);
const target = TARGETS[name];
if (target === undefined) fail(`Say what to run: ${Object.keys(TARGETS).join(", ")}.`);
if (Number(process.versions.node.split(".")[0]) < 20)
  fail(`Node.js 20 or newer is needed; this is ${process.version}.`);
install();
if (target.pages) buildPages();
if (target.script !== null) handOver(target.script, [...(target.arguments ?? []), ...args]);
