import { parentPort, workerData } from "node:worker_threads";
import { openParquetTable } from "#server/references/parquet-table.ts";

/** Reads a file's columns one after the other in a thread whose heap the test bounds; says how many there were. */
const table = await openParquetTable(String(workerData));
for (const { name } of table.columns) await table.read(name, null);
await table.close();
parentPort?.postMessage(table.columns.length);
