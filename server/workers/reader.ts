/** A thread that reads: windows, rows and everything computed from them. */
import { parentPort, workerData } from "node:worker_threads";
import { createReaderMethods } from "#server/api/reader-methods.ts";
import { systemClock } from "#server/kernel/clock.ts";
import { trimHeapOnceLoaded } from "#server/kernel/heap.ts";
import { serveRpc } from "#server/kernel/worker-rpc.ts";
import { openReading } from "#server/workers/open-reading.ts";

if (parentPort !== null) {
  trimHeapOnceLoaded();
  const reading = openReading(String(workerData.dataFolder));
  serveRpc(parentPort, createReaderMethods({ ...reading, clock: systemClock }));
  parentPort.postMessage({ ready: true });
}
