/** The thread that writes: the only read-write connection to events.db. */
import { parentPort, workerData } from "node:worker_threads";
import { trimHeapOnceLoaded } from "#server/kernel/heap.ts";
import type { AppendResult } from "#server/store/append.ts";
import type { EventWriter } from "#server/store/event-store.ts";
import { openEventWriter } from "#server/store/sqlite/event-writer.ts";
import type { CreateFolder } from "#server/store/sqlite/open-store.ts";
import {
  type FromWriter,
  type ToWriter,
  toFailure,
  type WriterThreadData,
} from "#server/store/writer-messages.ts";

/** Longest that a group waits for background work. */
const SLICE_MS = 8;
const IDLE_MS = 500;
const STATS_EVERY_MS = 1_000;

interface Port {
  postMessage(message: FromWriter): void;
  close(): void;
}

class WriterThread {
  readonly #port: Port;
  readonly #writer: EventWriter;
  #timer: NodeJS.Timeout | null = null;
  #soon: NodeJS.Immediate | null = null;
  #statsAt = Number.NEGATIVE_INFINITY;

  constructor(port: Port, writer: EventWriter) {
    this.#port = port;
    this.#writer = writer;
    port.postMessage({ kind: "ready", stats: writer.stats() });
    this.#later(true);
  }

  hear(message: ToWriter): void {
    try {
      this.#port.postMessage({ kind: "answer", call: message.call, value: this.#do(message) });
    } catch (error) {
      this.#port.postMessage({ kind: "failed", call: message.call, failure: toFailure(error) });
    }
    if (message.kind === "close") this.#port.close();
    else this.#later(true);
  }

  #do(message: ToWriter): AppendResult | number | null {
    if (message.kind === "append") return this.#writer.append(message.group);
    if (message.kind === "erase") return this.#writer.erase(message.modelId, message.predictionIds);
    if (message.kind === "layout") {
      this.#writer.followSchemas([message.schema]);
      this.#writer.changeLayout(message.change);
    } else if (message.kind === "rebuild") {
      this.#writer.rebuildWindows(message.modelId, message.version);
    } else {
      this.#close();
    }
    return null;
  }

  /** Background work goes on in the next turn, after the messages that wait, or after a rest when nothing is left. */
  #later(hasMore: boolean): void {
    if (hasMore && this.#soon === null) {
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#timer = null;
      this.#soon = setImmediate(() => {
        this.#soon = null;
        this.#work();
      });
    } else if (!hasMore && this.#soon === null) {
      this.#timer = setTimeout(() => this.#work(), IDLE_MS);
    }
  }

  #work(): void {
    const hasMore = this.#writer.maintain(SLICE_MS);
    const changes = this.#writer.takeChanges();
    if (changes.length > 0) this.#port.postMessage({ kind: "changes", changes });
    this.#tellStats();
    this.#later(hasMore);
  }

  #tellStats(): void {
    const now = performance.now();
    if (now - this.#statsAt < STATS_EVERY_MS) return;
    this.#statsAt = now;
    this.#port.postMessage({ kind: "stats", stats: this.#writer.stats() });
  }

  #close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#soon !== null) clearImmediate(this.#soon);
    this.#writer.close();
  }
}

async function loadFolder(folderModule: string | undefined): Promise<CreateFolder> {
  const module: { createWindowFolder: CreateFolder } =
    folderModule === undefined
      ? await import("#server/windows/window-folder.ts")
      : await import(folderModule);
  return module.createWindowFolder;
}

async function start(port: Port & { on(event: "message", listener: (message: ToWriter) => void): unknown }) {
  const data: WriterThreadData = workerData;
  try {
    const writer = openEventWriter({
      ...data,
      createFolder: await loadFolder(data.folderModule),
      onTrouble: (what, error) =>
        port.postMessage({ kind: "trouble", what, text: error instanceof Error ? (error.stack ?? "") : "" }),
    });
    const thread = new WriterThread(port, writer);
    port.on("message", (message) => thread.hear(message));
  } catch (error) {
    port.postMessage({ kind: "refused", failure: toFailure(error) });
  }
}

if (parentPort !== null) {
  trimHeapOnceLoaded();
  void start(parentPort);
}
