/**
 * `npm run bench:detectors`: how often every detector alarms without reason, and how fast with one. `--quick` draws less,
 * for CI; names choose experiments; `--write` puts the tables into bench/README.md. Seeds are fixed: the same size gives the same
 * tables on every machine, but for T12, which is a speed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { EXPERIMENTS } from "./experiments.ts";
import { type Findings, markdownTable, type Size, type Table, type Target } from "./figures.ts";

const THREADS = 2;
const README = join(import.meta.dirname, "..", "README.md");
const PLACE = /<!-- detectors -->[\s\S]*<!-- \/detectors -->/;

const words = process.argv.slice(2);
const size: Size = words.includes("--quick") ? "quick" : "full";
const asked = words.filter((word) => !word.startsWith("--"));
const names = Object.keys(EXPERIMENTS).filter((name) => asked.length === 0 || asked.includes(name));
const unknown = asked.filter((word) => EXPERIMENTS[word] === undefined);
if (unknown.length > 0) {
  console.error(
    `There is no experiment ${unknown.join(", ")}; there are ${Object.keys(EXPERIMENTS).join(", ")}.`,
  );
  process.exit(2);
}

/** One thread works through the experiments that are left until none is. */
async function work(left: string[], found: Map<string, Findings>): Promise<void> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: size });
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    const started = performance.now();
    worker.postMessage(name);
    found.set(
      name,
      await new Promise<Findings>((resolve, reject) => {
        worker.once("message", resolve);
        worker.once("error", reject);
      }),
    );
    worker.removeAllListeners("error");
    console.log(`${name}: ${Math.round((performance.now() - started) / 1000)} s`);
  }
  await worker.terminate();
}

const orderOf = ({ id }: Target): number => (id.startsWith("T") ? Number(id.slice(1)) : 99);

function report(targets: readonly Target[], tables: readonly Table[]): string {
  const rows = targets
    .toSorted((a, b) => orderOf(a) - orderOf(b))
    .map(({ id, what, limit, measured, met }) => [
      id,
      what,
      limit,
      measured,
      met ? "met ✓" : "**not met** ✗",
    ]);
  return [
    `${targets.filter(({ met }) => met).length} of ${targets.length} met (${size} run).`,
    markdownTable(["", "target", "limit", "measured", ""], rows),
    ...tables.map(({ title, head, rows: cells, note }) =>
      [`### ${title}`, markdownTable(head, cells), ...(note === undefined ? [] : [note])].join("\n\n"),
    ),
  ].join("\n\n");
}

const found = new Map<string, Findings>();
const left = [...names];
await Promise.all(Array.from({ length: THREADS }, () => work(left, found)));
const ordered = names.flatMap((name) => found.get(name) ?? []);
const targets = ordered.flatMap((findings) => findings.targets);
const text = report(
  targets,
  ordered.flatMap(({ tables }) => tables),
);
console.log(`\n${text}`);
if (words.includes("--write")) {
  const place = `<!-- detectors -->\n${text}\n<!-- /detectors -->`;
  writeFileSync(
    README,
    readFileSync(README, "utf8").replace(PLACE, () => place),
  );
}
process.exitCode = targets.every(({ met }) => met) ? 0 : 1;
