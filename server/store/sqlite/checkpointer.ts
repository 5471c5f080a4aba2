import type { Connection } from "#server/store/sqlite/open-database.ts";

const PASSIVE_BYTES = 16 * 2 ** 20;
const RESTART_BYTES = 64 * 2 ** 20;
const FRAME_BYTES = 4_096 + 24;

interface Answer {
  busy: number;
  log: number;
  checkpointed: number;
}

/** Moves committed pages from the log into the file between groups; SQLite's own automatic checkpoint is off. */
export class Checkpointer {
  readonly #db: Connection;
  #sinceBytes = 0;
  #walBytes = 0;

  constructor(db: Connection) {
    this.#db = db;
    this.run("PASSIVE");
  }

  /** Bytes of the log that are in use. */
  get walBytes(): number {
    return this.#walBytes + this.#sinceBytes;
  }

  get isDue(): boolean {
    return this.#sinceBytes >= PASSIVE_BYTES;
  }

  wrote(bytes: number): void {
    this.#sinceBytes += bytes;
  }

  /** A reader that holds an old snapshot keeps PASSIVE from finishing; from 64 MiB on the log is made to start over. */
  run(mode: "PASSIVE" | "TRUNCATE"): void {
    const answer = this.#checkpoint(mode);
    if (mode === "PASSIVE" && answer.log * FRAME_BYTES >= RESTART_BYTES) this.#checkpoint("RESTART");
  }

  #checkpoint(mode: "PASSIVE" | "RESTART" | "TRUNCATE"): Answer {
    // Waiting for readers would hold every producer: ask, and come back later.
    this.#db.pragma("busy_timeout = 50");
    try {
      const [answer] = this.#db.pragma(`wal_checkpoint(${mode})`) as Answer[];
      const seen = answer ?? { busy: 0, log: 0, checkpointed: 0 };
      // Once every frame is in the file, the next commit starts the log from its beginning.
      const isDone = seen.busy === 0 && seen.log === seen.checkpointed;
      this.#walBytes = isDone ? 0 : Math.max(0, seen.log) * FRAME_BYTES;
      this.#sinceBytes = 0;
      return seen;
    } finally {
      this.#db.pragma("busy_timeout = 5000");
    }
  }
}
