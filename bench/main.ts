/**
 * `npm run bench`: every figure, or those named: `npm run bench -- pages growth`. `--write` puts the table into
 * bench/README.md. Ratios are taken within one run, because machines differ and drift.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { benchGrowth } from "./growth.ts";
import { benchIngest } from "./ingest.ts";
import { benchKill } from "./kill.ts";
import { benchPages } from "./pages.ts";
import { benchPush } from "./push.ts";
import type { BenchResult } from "./result.ts";

const BENCHES: Record<string, () => Promise<BenchResult[]>> = {
  ingest: benchIngest,
  pages: benchPages,
  push: benchPush,
  kill: () => benchKill(20),
  growth: () => benchGrowth(10),
};
const README = join(import.meta.dirname, "README.md");
const TABLE = /<!-- results -->[\s\S]*<!-- \/results -->/;

const shown = (value: number) =>
  value >= 100 ? Math.round(value).toLocaleString("en") : Number(value.toPrecision(3)).toString();

function tableOf(results: readonly BenchResult[]): string {
  const rows = results.map(({ figure, what, value, unit, target, how }) => {
    const verdict = target === null ? "–" : `${target.text} ${target.met ? "✓" : "✗"}`;
    return `| ${figure} | ${what} | ${shown(value)} ${unit} | ${verdict} | ${how} |`;
  });
  return ["| | figure | measured | target | how |", "| --- | --- | --- | --- | --- |", ...rows].join("\n");
}

const write = process.argv.includes("--write");
const asked = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const unknown = asked.filter((name) => BENCHES[name] === undefined);
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(", ")}; there are ${Object.keys(BENCHES).join(", ")}.`);
  process.exit(2);
}

const results: BenchResult[] = [];
for (const [name, bench] of Object.entries(BENCHES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`── ${name}`);
  const found = await bench();
  console.log(tableOf(found));
  results.push(...found);
}
const machine = `${cpus().length} cores, ${cpus()[0]?.model.trim() ?? "unknown processor"}, Node ${process.version}`;
if (write) {
  const table = `<!-- results -->\nOn ${machine}, ${new Date().toISOString().slice(0, 10)}:\n\n${tableOf(results.sort((a, b) => a.figure.localeCompare(b.figure)))}\n<!-- /results -->`;
  writeFileSync(README, readFileSync(README, "utf8").replace(TABLE, table));
}
process.exitCode = results.every(({ target }) => target === null || target.met) ? 0 : 1;
