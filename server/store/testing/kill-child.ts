/**
 * A writer thread with four producers, for the kill -9 test: `node kill-child.ts DIRECTORY`. Every acknowledged
 * batch is a line on standard output, written after the answer, as a client would note it.
 */
import { writeSync } from "node:fs";
import { batchOf, LANES } from "#server/store/testing/kill-batches.ts";
import { startWriter } from "#server/store/writer-client.ts";

const [directory = "", ...starts] = process.argv.slice(2);
const writer = await startWriter({
  directory,
  // The rows are of a fixed day, however late the test runs.
  retentionDays: 400_000,
  lockToken: String(process.pid),
  schemas: [],
  minFreeBytes: 0,
  folderModule: new URL("./counting-folder.ts", import.meta.url).href,
});

async function produce(lane: number, first: number): Promise<void> {
  for (let batch = first; ; batch++) {
    const { requests } = await writer.append(batchOf(lane, batch));
    if (requests.some(({ failure }) => failure !== null)) throw new Error("A batch was refused.");
    writeSync(1, `${lane} ${batch}\n`);
  }
}

await Promise.all(Array.from({ length: LANES }, (_, lane) => produce(lane, Number(starts[lane] ?? 0))));
