import { Worker } from "node:worker_threads";
import type { ReaderMethods } from "#server/api/reader-methods.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import type { Logger } from "#server/kernel/logger.ts";
import { connectRpc, type RpcCall, type RpcClient } from "#server/kernel/worker-rpc.ts";
import { endWorker } from "#server/workers/end-worker.ts";
import { READER_CLOSE, READER_READY } from "#server/workers/reader-words.ts";

export interface ReaderPool {
  /** Resolves when the first thread can answer. */
  readonly ready: Promise<void>;
  readonly call: RpcCall<ReaderMethods>;
  pending(): number;
  close(): Promise<void>;
}

export interface ReaderPoolOptions {
  readonly dataFolder: string;
  readonly threads: number;
  readonly logger: Logger;
}

const CALL_TIMEOUT_MS = 20_000;
/** Trains classifiers, on a machine that may be busy; the thread answers others meanwhile. */
const LONG_CALLS = { multivariate: 90_000 };
/** More calls than this a thread would only time out one after the other. */
const WAITING_MAX = 64;
const RESTART_MS = 250;

interface Reader {
  readonly worker: Worker;
  readonly client: RpcClient<ReaderMethods>;
}

/** Threads that read for main. One that dies fails its calls and is replaced. */
export function startReaderPool({ dataFolder, threads, logger }: ReaderPoolOptions): ReaderPool {
  const readers = new Set<Reader>();
  let isClosed = false;

  const start = (): Promise<void> => {
    const worker = new Worker(new URL("./reader.ts", import.meta.url), { workerData: { dataFolder } });
    const reader = { worker, client: connectRpc<ReaderMethods>(worker, CALL_TIMEOUT_MS, LONG_CALLS) };
    readers.add(reader);
    worker.on("error", (error) => logger.error({ err: error }, "a reading thread failed"));
    return new Promise((resolve) => {
      worker.on("message", (message) => {
        if (message === READER_READY) resolve();
      });
      worker.on("exit", () => {
        resolve();
        readers.delete(reader);
        reader.client.fail(gone());
        if (!isClosed) setTimeout(() => void start(), RESTART_MS).unref();
      });
    });
  };
  // One after the other: loading them all at once would keep the first question waiting for the last thread.
  const ready = start();
  void ready.then(async () => {
    for (let index = 1; index < threads && !isClosed; index++) await start();
  });

  const leastBusy = (): Reader => {
    const [first, ...rest] = readers;
    if (first === undefined) throw busy("No thread reads at the moment; try again.");
    const best = rest.reduce(
      (least, one) => (one.client.pending() < least.client.pending() ? one : least),
      first,
    );
    if (best.client.pending() >= WAITING_MAX) throw busy("Too many questions wait for an answer; try again.");
    return best;
  };
  return {
    ready,
    call: async (name, input) => leastBusy().client.call(name, input),
    pending: () => [...readers].reduce((sum, { client }) => sum + client.pending(), 0),
    close: async () => {
      isClosed = true;
      await Promise.all([...readers].map(({ worker }) => endWorker(worker, READER_CLOSE)));
    },
  };
}

function gone(): ServiceError {
  return new ServiceError("unavailable", "The reading thread ended; try again.", { retryAfterSeconds: 1 });
}

function busy(message: string): ServiceError {
  return new ServiceError("unavailable", message, { reason: "overloaded", retryAfterSeconds: 1 });
}
