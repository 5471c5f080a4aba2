import { Worker } from "node:worker_threads";
import { ServiceError } from "#server/kernel/errors.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import type { AppendGroup, AppendResult, WindowChange } from "#server/store/append.ts";
import type { LayoutChange, WriterStats } from "#server/store/event-store.ts";
import {
  buffersOf,
  type FromWriter,
  fromFailure,
  type WriterCall,
  type WriterThreadData,
} from "#server/store/writer-messages.ts";

export interface WriterClientOptions extends WriterThreadData {
  /** Windows that background work changed. */
  readonly onChanges?: (changes: readonly WindowChange[]) => void;
  /** A thread that took the place of one that died is ready. */
  readonly onRestart?: () => void;
  /** What went wrong in the thread, for the log; requests get their own answers. */
  readonly onTrouble?: (what: string, text: string) => void;
}

interface Waiting {
  resolve(value: AppendResult | number | null): void;
  reject(error: Error): void;
}

const RESTART_MS = 500;
/** Batches are buffers that die young: a small young space frees them soon, and halves the thread's memory for a tenth of its speed. */
const YOUNG_SPACE_MB = 12;

/** Starts the writer thread; resolves when it has opened the store, so that readers can open it too. */
export async function startWriter(options: WriterClientOptions): Promise<WriterClient> {
  const client = new WriterClient(options);
  await client.started;
  return client;
}

/** The writer as other threads see it: calls out, answers in, one after the other. */
export class WriterClient {
  readonly started: Promise<void>;
  readonly #options: WriterClientOptions;
  readonly #schemas = new Map<number, ModelSchema>();
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #stats: WriterStats | null = null;
  #lastCall = 0;
  #isClosing = false;

  constructor(options: WriterClientOptions) {
    this.#options = options;
    this.#learnSchemas(options.schemas);
    this.started = this.#start();
  }

  /** Answers when the group is on disk. The group's buffers are given away. */
  async append(group: AppendGroup): Promise<AppendResult> {
    this.#learnSchemas(group.schemas);
    const answer = await this.#call({ kind: "append", group }, buffersOf(group));
    if (typeof answer === "object" && answer !== null) return answer;
    throw new Error("The writer thread answered an append with something else.");
  }

  async changeLayout(schema: ModelSchema, change: LayoutChange): Promise<void> {
    this.#learnSchemas([schema]);
    await this.#call({ kind: "layout", schema, change });
  }

  async rebuildWindows(modelId: number, version: string): Promise<void> {
    await this.#call({ kind: "rebuild", modelId, version });
  }

  /** Rows removed. */
  async erase(modelId: number, predictionIds: readonly string[]): Promise<number> {
    return Number(await this.#call({ kind: "erase", modelId, predictionIds }));
  }

  /** As of at most about a second ago; null until the thread has started. */
  stats(): WriterStats | null {
    return this.#stats;
  }

  /** Calls that wait for their answer. */
  get queued(): number {
    return this.#waiting.size;
  }

  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const worker = this.#worker;
    if (worker === null) return;
    const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    // A thread that dies before it answers has ended too; what it acknowledged is on disk.
    await this.#call({ kind: "close" }).catch(() => null);
    await ended;
  }

  #start(): Promise<void> {
    const { directory, retentionDays, lockToken, minFreeBytes, folderModule } = this.#options;
    const workerData: WriterThreadData = {
      directory,
      retentionDays,
      lockToken,
      minFreeBytes,
      folderModule,
      schemas: [...this.#schemas.values()],
    };
    const worker = new Worker(new URL("../workers/writer.ts", import.meta.url), {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_SPACE_MB },
    });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      worker.on("message", (message: FromWriter) => {
        if (message.kind === "ready") resolve();
        if (message.kind === "refused") reject(fromFailure(message.failure));
        this.#hear(message);
      });
      worker.on("error", (error) =>
        this.#options.onTrouble?.("The writer thread failed.", error.stack ?? ""),
      );
      worker.on("exit", () => {
        reject(gone());
        this.#ended();
      });
    });
  }

  /** A thread that died is replaced; what it had taken in gets the one honest answer: not known to be stored. */
  #ended(): void {
    const hadStarted = this.#stats !== null;
    this.#worker = null;
    for (const waiting of this.#waiting.values()) waiting.reject(gone());
    this.#waiting.clear();
    if (this.#isClosing || !hadStarted) return;
    setTimeout(() => {
      if (this.#isClosing) return;
      this.#start().then(this.#options.onRestart, (error: Error) => {
        this.#options.onTrouble?.("The writer thread could not be started again.", error.message);
      });
    }, RESTART_MS).unref();
  }

  #hear(message: FromWriter): void {
    if (message.kind === "ready" || message.kind === "stats") this.#stats = message.stats;
    else if (message.kind === "answer") this.#take(message.call)?.resolve(message.value);
    else if (message.kind === "failed") this.#take(message.call)?.reject(fromFailure(message.failure));
    else if (message.kind === "changes") this.#options.onChanges?.(message.changes);
    else if (message.kind === "trouble") this.#options.onTrouble?.(message.what, message.text);
  }

  #take(call: number): Waiting | undefined {
    const waiting = this.#waiting.get(call);
    this.#waiting.delete(call);
    return waiting;
  }

  #call(call: WriterCall, transfer: ArrayBuffer[] = []): Promise<AppendResult | number | null> {
    const worker = this.#worker;
    if (worker === null) return Promise.reject(gone());
    return new Promise((resolve, reject) => {
      const number = ++this.#lastCall;
      this.#waiting.set(number, { resolve, reject });
      worker.postMessage({ ...call, call: number }, transfer);
    });
  }

  #learnSchemas(schemas: readonly ModelSchema[]): void {
    for (const schema of schemas) this.#schemas.set(schema.modelId, schema);
  }
}

function gone(): ServiceError {
  return new ServiceError(
    "unavailable",
    "The writer is starting; whether the last rows are stored is not known. Send the same bytes again.",
    { reason: "starting", retryAfterSeconds: 1 },
  );
}
