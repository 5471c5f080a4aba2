/**
 * The store alone, in one thread: `node bench/store.ts [million rows]`. Encode, index, commit, merge; labels; a rare
 * filter; opening again. Nothing is folded and nothing is parsed.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RowQuery } from "#server/store/event-store.ts";
import { openEventReader } from "#server/store/sqlite/event-reader.ts";
import { openEventWriter } from "#server/store/sqlite/event-writer.ts";
import { quantile } from "./result.ts";
import { createNullFolder, StoreRows } from "./store-rows.ts";

const MILLION = 1_000_000;
const ROWS_PER_GROUP = 1_000;
const STEP_MS = 20;

const millions = Number(process.argv[2] ?? 1);
const directory = mkdtempSync(join(tmpdir(), "bench-store-"));
const open = () => openEventWriter({ directory, createFolder: createNullFolder, minFreeBytes: 0 });

/** `--cpu` counts this thread's processor time instead of the wall's, for a machine that others use too. */
const useCpu = process.argv.includes("--cpu");
const nowMs = () => {
  if (!useCpu) return performance.now();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

function timed<T>(work: () => T): [T, number] {
  const start = nowMs();
  const value = work();
  return [value, nowMs() - start];
}

const memoryMb = () => Math.round(process.memoryUsage.rss() / 2 ** 20);
const say = (what: string, ...facts: Array<string | number>) => console.log(what.padEnd(34), ...facts);

try {
  let writer = open();
  const rows = new StoreRows(ROWS_PER_GROUP);
  const slices: number[] = [];
  for (let million = 0; million < millions; million++) {
    let appendMs = 0;
    let maintainMs = 0;
    for (let done = 0; done < MILLION; done += ROWS_PER_GROUP) {
      const group = rows.predictions(STEP_MS);
      appendMs += timed(() => writer.append(group))[1];
      const slice = timed(() => writer.maintain(8))[1];
      slices.push(slice);
      maintainMs += slice;
    }
    const perSecond = (ms: number) => Math.round((MILLION / ms) * 1_000).toLocaleString("en");
    say(
      `million ${million + 1}`,
      "append",
      perSecond(appendMs),
      "rows/s; with merges",
      perSecond(appendMs + maintainMs),
      `; ${memoryMb()} MiB`,
    );
  }
  const settleMs = timed(() => {
    while (writer.maintain(8));
  })[1];
  say(
    "merges left over",
    Math.round(settleMs),
    "ms; longest slice",
    quantile(slices, 1).toFixed(1),
    "ms; p99",
    quantile(slices, 0.99).toFixed(1),
  );
  say("stats", JSON.stringify(writer.stats()));

  const labels = Math.min(rows.rows, 200_000);
  const [, labelMs] = timed(() => {
    for (let from = 0; from < labels; from += ROWS_PER_GROUP) {
      writer.append(rows.labels(rows.rows - labels + from, ROWS_PER_GROUP));
      writer.maintain(8);
    }
  });
  say(
    "labels, merged rows, in order",
    Math.round((labels / labelMs) * 1_000).toLocaleString("en"),
    "labels/s",
  );
  const [, scatteredMs] = timed(() => {
    for (let at = 0; at < 20; at++) writer.append(rows.labels((at * 7_919_000) % (rows.rows - 100), 100));
  });
  say("labels, 20 groups of 100 anywhere", Math.round(scatteredMs), "ms");
  const [, againMs] = timed(() => {
    const again = new StoreRows(ROWS_PER_GROUP);
    for (let at = 0; at < 20; at++) writer.append(again.predictions(STEP_MS));
  });
  say("20,000 old rows again", Math.round(againMs), "ms");

  writer.close();
  say("bytes a row", (statSync(join(directory, "events.db")).size / rows.rows).toFixed(1));
  const [reopened, openMs] = timed(open);
  writer = reopened;
  say("open again", Math.round(openMs), "ms;", memoryMb(), "MiB");

  const reader = openEventReader(directory);
  const query: RowQuery = {
    modelId: 1,
    from: 0,
    to: 4e12,
    where: [
      { column: "features.merchant", op: "=", value: "merchant-390" },
      { column: "features.amount", op: ">", value: 400 },
    ],
    order: "newest",
    limit: 100,
    cursor: null,
    budgetMs: 60_000,
  };
  for (const name of ["rare filter", "rare filter again"]) {
    const [page, ms] = timed(() => reader.readRows(query));
    say(name, page.rows.length, "found of", page.scanned, "in", Math.round(ms), "ms");
  }
  say("newest 100", Math.round(timed(() => reader.readRows({ ...query, where: [] }))[1]), "ms");
  const id = reader.readRows({ ...query, where: [], order: "oldest", limit: 1 }).rows[0]?.predictionId ?? "";
  say("one prediction", Math.round(timed(() => reader.readPrediction(1, id))[1]), "ms");
  const [scanned, scanMs] = timed(() => {
    let count = 0;
    for (const chunk of reader.scan({ modelId: 1, from: 0, to: 4e12 })) count += chunk.positions.length;
    return count;
  });
  say("scan", scanned, "rows in", Math.round(scanMs), "ms;", memoryMb(), "MiB");
  reader.close();
  writer.close();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
