/**
 * The peer of ingest: what SQLite takes from a bare loop. A plain table of JSON texts with a unique index on the id,
 * durable like ours (WAL, synchronous=FULL), one transaction a batch; no HTTP, no parse, no checks, no windows.
 * Started with `fork`; takes a LoopOrder, answers with rows a second by batch size.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { makeFeatures, orderedId, randomId, seededRandom } from "./workload.ts";

export interface LoopOrder {
  readonly ids: "random" | "ordered";
  readonly storedRows: number;
  readonly batchSizes: readonly number[];
  readonly secondsEach: number;
}
export type LoopReport = Record<number, number>;

const TEXTS = 1_024;

function run(order: LoopOrder): LoopReport {
  const folder = mkdtempSync(join(tmpdir(), "plumbline-bench-plain-"));
  try {
    return measure(order, join(folder, "plain.db"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measure(order: LoopOrder, file: string): LoopReport {
  const db = new Database(file);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec(
    "CREATE TABLE predictions (id TEXT NOT NULL, ts INTEGER NOT NULL, body TEXT NOT NULL); CREATE UNIQUE INDEX predictions_id ON predictions (id)",
  );
  const insert = db.prepare("INSERT INTO predictions VALUES (?, ?, ?)");
  const random = seededRandom(11);
  const texts = Array.from({ length: TEXTS }, () => JSON.stringify(makeFeatures(random)));
  let stored = 0;
  const insertBatch = db.transaction((ids: readonly string[]) => {
    for (const id of ids) insert.run(id, 1_700_000_000_000 + stored++, texts[stored % TEXTS]);
  });
  const idsOf = (count: number, from: number) =>
    Array.from({ length: count }, (_, i) =>
      order.ids === "random" ? randomId(random) : orderedId(from + i),
    );
  while (stored < order.storedRows) insertBatch.immediate(idsOf(5_000, stored));
  const report: LoopReport = {};
  for (const size of order.batchSizes)
    report[size] = rowsPerSecond(size, order.secondsEach, insertBatch.immediate, (n) => idsOf(n, stored));
  db.close();
  return report;
}

/** Ids are made between the timed parts: making them is not the loop's work. */
function rowsPerSecond(
  size: number,
  seconds: number,
  insertBatch: (ids: readonly string[]) => void,
  makeIds: (count: number) => string[],
): number {
  let rows = 0;
  let spentMs = 0;
  while (spentMs < seconds * 1_000) {
    const batches = Math.max(1, Math.floor(2_000 / size));
    const prepared: string[][] = [];
    const ids = makeIds(batches * size);
    for (let i = 0; i < batches; i++) prepared.push(ids.slice(i * size, (i + 1) * size));
    const startedMs = performance.now();
    for (const batch of prepared) insertBatch(batch);
    spentMs += performance.now() - startedMs;
    rows += batches * size;
  }
  return rows / (spentMs / 1_000);
}

process.on("message", (order: LoopOrder) => process.send?.(run(order), () => process.exit(0)));
