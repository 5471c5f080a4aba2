/** A thread that reads: windows, rows and everything computed from them. */
import { parentPort, workerData } from "node:worker_threads";
import { createReaderMethods } from "#server/api/reader-methods.ts";
import { systemClock } from "#server/kernel/clock.ts";
import { trimHeapOnceLoaded } from "#server/kernel/heap.ts";
import { serveRpc } from "#server/kernel/worker-rpc.ts";
import { openReading } from "#server/workers/open-reading.ts";
import { READER_CLOSE, READER_READY } from "#server/workers/reader-words.ts";

if (parentPort !== null) {
  trimHeapOnceLoaded();
  const port = parentPort;
  const reading = openReading(String(workerData.dataFolder));
  serveRpc(port, createReaderMethods({ ...reading, clock: systemClock }));
  port.on("message", (message) => {
    if (message !== READER_CLOSE) return;
    reading.close();
    port.close();
  });
  port.postMessage(READER_READY);
}
