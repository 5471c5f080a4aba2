import { Worker } from "node:worker_threads";
import { ServiceError } from "#server/kernel/errors.ts";
import { connectRpc, type RpcCall } from "#server/kernel/worker-rpc.ts";
import type { ImportJob, ImportProgress } from "#server/references/import-file.ts";
import type { Profile } from "#server/references/profile-table.ts";
import type { RangeJob } from "#server/references/range-table.ts";

/** What the thread offers (`server/workers/reference-import.ts`). */
export interface ImportMethods {
  importFile(job: ImportJob): Promise<Profile>;
  importRange(job: RangeJob): Promise<Profile>;
}

/** Long enough for the largest file; a thread that takes longer hangs. */
const TIMEOUT_MS = 15 * 60_000;
/** Columns live outside the heap; a small one keeps what was read from piling up before it is let go. */
const HEAP_LIMITS = { maxOldGenerationSizeMb: 400, maxYoungGenerationSizeMb: 24 };

/** Starts a thread for one import and ends it whatever comes of it. */
export async function inImportThread(
  work: (call: RpcCall<ImportMethods>) => Promise<Profile>,
  onProgress: ((progress: ImportProgress) => void) | undefined,
): Promise<Profile> {
  const worker = new Worker(new URL("../workers/reference-import.ts", import.meta.url), {
    resourceLimits: HEAP_LIMITS,
  });
  const client = connectRpc<ImportMethods>(worker, TIMEOUT_MS);
  worker.on("message", (message: unknown) => {
    if (isProgress(message)) onProgress?.(message.progress);
  });
  worker.on("error", (error) => client.fail(outOfMemory(error) ?? error));
  try {
    return await work(client.call);
  } finally {
    await worker.terminate();
  }
}

function isProgress(message: unknown): message is { progress: ImportProgress } {
  return typeof message === "object" && message !== null && "progress" in message;
}

function outOfMemory(error: unknown): ServiceError | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code !== "ERR_WORKER_OUT_OF_MEMORY") return null;
  return new ServiceError(
    "too_large",
    "The file needs more memory than an import may use; send a sample of its rows.",
    {
      reason: "import_out_of_memory",
    },
  );
}
