/**
 * Everything that must hold before a change lands: types, lint, architecture, then unit, property and database
 * tests, then the browser. The last line is `N passed, N failed`. Arguments choose stages: `npm test -- unit browser`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBrowser } from "./find-browser.ts";

interface Tally {
  readonly passed: number;
  readonly failed: number;
}

const ROOT = join(import.meta.dirname, "..");
const BIN = join(ROOT, "node_modules", ".bin");
const scratch = mkdtempSync(join(tmpdir(), "plumbline-test-"));

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): boolean {
  return spawnSync(command, args, { cwd: ROOT, stdio: "inherit", env }).status === 0;
}

const check = (ok: boolean): Tally => (ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });

/** What a runner's JSON report says; a runner that left no report has failed as a whole. */
function tallyOf(ok: boolean, reportPath: string, read: (report: unknown) => Tally): Tally {
  let tally: Tally;
  try {
    tally = read(JSON.parse(readFileSync(reportPath, "utf8")));
  } catch {
    return { passed: 0, failed: 1 };
  }
  return ok || tally.failed > 0 ? tally : { ...tally, failed: 1 };
}

function readVitest(report: unknown): Tally {
  const { numPassedTests, numFailedTests } = report as { numPassedTests: number; numFailedTests: number };
  return { passed: numPassedTests, failed: numFailedTests };
}

function readPlaywright(report: unknown): Tally {
  const { stats } = report as { stats: { expected: number; unexpected: number; flaky: number } };
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected };
}

function unit(): Tally {
  const report = join(scratch, "unit.json");
  const ok = run(join(BIN, "vitest"), [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile=${report}`,
  ]);
  return tallyOf(ok, report, readVitest);
}

function browser(): Tally {
  const executable = findBrowser();
  if (executable === null) {
    console.error(
      "browser: no Chromium was found or could be installed; install one and run the tests again.",
    );
    return { passed: 0, failed: 1 };
  }
  if (!run(process.execPath, [join(ROOT, "scripts", "bootstrap.mjs"), "build"]))
    return { passed: 0, failed: 1 };
  const report = join(scratch, "browser.json");
  const env = { ...process.env, PLUMBLINE_CHROMIUM: executable, PLAYWRIGHT_JSON_OUTPUT_NAME: report };
  const ok = run(join(BIN, "playwright"), ["test", "--reporter=list,json"], env);
  return tallyOf(ok, report, readPlaywright);
}

const STAGES: Record<string, () => Tally> = {
  types: () => check(run(join(BIN, "tsc"), ["--noEmit"])),
  lint: () => check(run(join(BIN, "biome"), ["check", "--error-on-warnings", "."])),
  architecture: () => check(run(process.execPath, [join(ROOT, "scripts", "check-architecture.ts")])),
  unit,
  browser,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => STAGES[name] === undefined);
if (unknown.length > 0) {
  console.error(`There is no stage ${unknown.join(", ")}; the stages are ${Object.keys(STAGES).join(", ")}.`);
  process.exit(2);
}

const total = { passed: 0, failed: 0 };
for (const [name, stage] of Object.entries(STAGES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n── ${name}`);
  const tally = stage();
  console.log(`${name}: ${tally.passed} passed, ${tally.failed} failed`);
  total.passed += tally.passed;
  total.failed += tally.failed;
}
rmSync(scratch, { recursive: true, force: true });
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
