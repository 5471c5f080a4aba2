import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { openEventReader } from "#server/store/sqlite/event-reader.ts";
import { openEventWriter } from "#server/store/sqlite/event-writer.ts";
import { createWindowFolder, readHourCounts } from "#server/store/testing/counting-folder.ts";
import { NOON } from "#server/store/testing/groups.ts";
import { idOf, LANES, ROWS_PER_BATCH } from "#server/store/testing/kill-batches.ts";
import { temporaryDirectory } from "#server/store/testing/temporary-directory.ts";

/** 20 and more by hand or at night; few in every run. */
const KILLS = Number(process.env.PLUMBLINE_KILLS ?? 3);
const SEED = 20_250_601;

test(
  `after ${KILLS} kills no acknowledged row is missing, none is there twice, and windows count each once`,
  async () => {
    const directory = temporaryDirectory("kill");
    const acknowledged = new Array<number>(LANES).fill(0);
    let random = SEED;
    for (let kill = 0; kill < KILLS; kill++) {
      random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
      // The kill comes at an answer, at any moment of the three other lanes' commits and of the work behind.
      await produceUntilKilled(directory, acknowledged, 20 + (random % 150));
      verify(directory, acknowledged);
    }
    expect(Math.min(...acknowledged)).toBeGreaterThan(0);
  },
  60_000 + KILLS * 15_000,
);

async function produceUntilKilled(directory: string, acknowledged: number[], answers: number): Promise<void> {
  const script = join(import.meta.dirname, "testing", "kill-child.ts");
  const child = spawn(process.execPath, [script, directory, ...acknowledged.map(String)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  let left = answers;
  for await (const line of createInterface({ input: child.stdout })) {
    const [lane = 0, batch = 0] = line.split(" ").map(Number);
    acknowledged[lane] = Math.max(acknowledged[lane] ?? 0, batch + 1);
    if (--left === 0) child.kill("SIGKILL");
  }
  expect(await exit).toEqual([null, "SIGKILL"]);
}

function verify(directory: string, acknowledged: readonly number[]): void {
  const writer = openEventWriter({ directory, createFolder: createWindowFolder, minFreeBytes: 0 });
  expect(writer.stats().ledgerGap).toBe(0);
  const { ids, labelled } = readAll(directory);
  const missing: string[] = [];
  acknowledged.forEach((batches, lane) => {
    for (let batch = 0; batch < batches; batch++) {
      for (let row = 0; row < ROWS_PER_BATCH; row++) {
        if (ids.get(idOf(lane, batch, row)) !== 1) missing.push(idOf(lane, batch, row));
      }
    }
  });
  expect(missing).toEqual([]);
  expect([...ids.values()].filter((count) => count !== 1)).toEqual([]);
  expect(ids.size % ROWS_PER_BATCH).toBe(0);
  // Each lane had at most one batch under way that nobody was told of.
  const told = acknowledged.reduce((sum, batches) => sum + batches, 0);
  expect(ids.size / ROWS_PER_BATCH - told).toBeLessThanOrEqual(LANES);
  expect(windowTotals(directory)).toEqual({ predictions: ids.size, labelled });
  writer.close();
  expect(integrity(directory)).toBe("ok");
}

function readAll(directory: string): { ids: Map<string, number>; labelled: number } {
  const reader = openEventReader(directory);
  const ids = new Map<string, number>();
  let labelled = 0;
  let cursor: string | null = null;
  do {
    const page = reader.readRows({
      modelId: 1,
      from: 0,
      to: NOON * 2,
      where: [],
      order: "newest",
      limit: 100_000,
      cursor,
      budgetMs: 60_000,
    });
    for (const { predictionId, label } of page.rows) {
      ids.set(predictionId, (ids.get(predictionId) ?? 0) + 1);
      if (label !== null) labelled++;
    }
    cursor = page.cursor;
  } while (cursor !== null);
  reader.close();
  return { ids, labelled };
}

function windowTotals(directory: string): { predictions: number; labelled: number } {
  const reader = openEventReader(directory);
  const windows = reader
    .readWindows({ modelId: 1, levelMs: 3_600_000, from: 0, to: NOON * 2, withSegments: false })
    .map(readHourCounts);
  reader.close();
  return {
    predictions: windows.reduce((sum, { predictions }) => sum + predictions, 0),
    labelled: windows.reduce((sum, window) => sum + window.labelled, 0),
  };
}

function integrity(directory: string): unknown {
  const file = new Database(join(directory, "events.db"), { readonly: true });
  const verdict = file.pragma("integrity_check", { simple: true });
  file.close();
  return verdict;
}
