import { parentPort } from "node:worker_threads";
import { serveRpc } from "#server/kernel/worker-rpc.ts";
import { type ImportProgress, importFile } from "#server/references/import-file.ts";
import type { ImportMethods } from "#server/references/import-thread.ts";
import { profileRange } from "#server/references/range-table.ts";
import { openEventReader } from "#server/store/sqlite/event-reader.ts";

const report = (progress: ImportProgress) => parentPort?.postMessage({ progress });

/** The thread in which an upload or a past range becomes a profile: it may compute for seconds and fill its heap. */
const methods = {
  importFile: (job) => importFile(job, report),
  importRange: async (job) => {
    const reader = openEventReader(job.directory);
    try {
      return await profileRange(reader, job, report);
    } finally {
      reader.close();
    }
  },
} satisfies ImportMethods;

if (parentPort !== null) serveRpc(parentPort, methods);
