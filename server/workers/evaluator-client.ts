import { Worker } from "node:worker_threads";
import type { Logger } from "#server/kernel/logger.ts";
import { endWorker } from "#server/workers/end-worker.ts";
import type { EvaluatorData, FromEvaluator, ToEvaluator } from "#server/workers/evaluator-messages.ts";

export interface EvaluatorClient {
  tell(message: ToEvaluator): void;
  stop(): Promise<void>;
}

export interface EvaluatorClientOptions {
  readonly data: EvaluatorData;
  readonly logger: Logger;
  readonly onNews: (news: FromEvaluator) => void;
}

const RESTART_MS = 1_000;

/** Keeps the evaluator's thread running. It looks at everything when it starts, so nothing told in between is lost. */
export function startEvaluator({ data, logger, onNews }: EvaluatorClientOptions): EvaluatorClient {
  let worker: Worker | null = null;
  let isStopping = false;

  const start = () => {
    const started = new Worker(new URL("./evaluator.ts", import.meta.url), { workerData: data });
    worker = started;
    started.on("message", onNews);
    started.on("error", (error) => logger.error({ err: error }, "the evaluator failed"));
    started.on("exit", () => {
      worker = null;
      if (!isStopping) setTimeout(start, RESTART_MS).unref();
    });
  };
  start();

  return {
    tell: (message) => worker?.postMessage(message),
    stop: async () => {
      isStopping = true;
      if (worker !== null) await endWorker(worker, { kind: "stop" } satisfies ToEvaluator);
    },
  };
}
