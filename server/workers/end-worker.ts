import type { Worker } from "node:worker_threads";

const PATIENCE_MS = 20_000;

/**
 * Asks a thread to end and waits until it has. Cutting a thread off while it is inside SQLite aborts the whole process,
 * so that is only for one that does not hear.
 */
export async function endWorker(worker: Worker, message: unknown): Promise<void> {
  const ended = new Promise((resolve) => worker.once("exit", resolve));
  worker.postMessage(message);
  const force = setTimeout(() => void worker.terminate(), PATIENCE_MS);
  await ended;
  clearTimeout(force);
}
