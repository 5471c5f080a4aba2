import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, expect, test } from "vitest";

const directory = mkdtempSync(join(tmpdir(), "references-parquet-"));
afterAll(() => rmSync(directory, { recursive: true }));

const ROWS = 200_000;
const COLUMNS = 60;
/** All decoded columns together would take more than three times as much. */
const HEAP_MIB = 40;

test("a column that was read is let go before the next: memory does not grow with the number of columns", async () => {
  const path = join(directory, "wide.parquet");
  const columnData = Array.from({ length: COLUMNS }, (_, column) => ({
    name: `n${column}`,
    // Repeated values are written as a dictionary, which readers decode into plain arrays on the heap.
    data: Array.from({ length: ROWS }, (_, row) => ((row * 7919 + column) % 5_000) / 8),
    type: "DOUBLE" as const,
  }));
  writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: ROWS })));
  const thread = new Worker(new URL("./testing/read-every-column.ts", import.meta.url), {
    workerData: path,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB, maxYoungGenerationSizeMb: 8 },
  });
  const [columns] = await once(thread, "message");
  expect(columns).toBe(COLUMNS);
});
