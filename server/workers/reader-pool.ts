import { Worker } from "node:worker_threads";
import type { ReaderMethods } from "#server/api/reader-methods.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import type { Logger } from "#server/kernel/logger.ts";
import { connectRpc, type RpcCall, type RpcClient } from "#server/kernel/worker-rpc.ts";

export interface ReaderPool {
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

  const start = () => {
    const worker = new Worker(new URL("./reader.ts", import.meta.url), { workerData: { dataFolder } });
    const reader = { worker, client: connectRpc<ReaderMethods>(worker, CALL_TIMEOUT_MS) };
    readers.add(reader);
    worker.on("error", (error) => logger.error({ error }, "a reading thread failed"));
    worker.on("exit", () => {
      readers.delete(reader);
      reader.client.fail(
        new ServiceError("unavailable", "The reading thread ended; try again.", { retryAfterSeconds: 1 }),
      );
      if (!isClosed) setTimeout(start, RESTART_MS).unref();
    });
  };
  for (let index = 0; index < threads; index++) start();

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
    call: async (name, input) => leastBusy().client.call(name, input),
    pending: () => [...readers].reduce((sum, { client }) => sum + client.pending(), 0),
    close: async () => {
      isClosed = true;
      await Promise.all([...readers].map(({ worker }) => worker.terminate()));
    },
  };
}

function busy(message: string): ServiceError {
  return new ServiceError("unavailable", message, { reason: "overloaded", retryAfterSeconds: 1 });
}
