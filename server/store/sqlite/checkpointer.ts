import type { Connection } from "#server/store/sqlite/open-database.ts";

export interface CheckpointRules {
  /** Bytes written after which committed pages are moved into the file, as far as no reader is in the way. */
  readonly passiveBytes: number;
  /** Bytes of log from which readers are waited for a moment, so that the log starts over. */
  readonly restartBytes: number;
  /** Bytes of log from which they are waited for as long as any of them may take. */
  readonly insistBytes: number;
}

const CHECKPOINT_RULES: CheckpointRules = {
  passiveBytes: 16 * 2 ** 20,
  restartBytes: 64 * 2 ** 20,
  insistBytes: 256 * 2 ** 20,
};

const FRAME_BYTES = 4_096 + 24;
const MOMENT_MS = 200;
const LONGEST_READ_MS = 5_000;

interface Answer {
  busy: number;
  log: number;
  checkpointed: number;
}

/** Moves committed pages from the log into the file between groups; SQLite's own automatic checkpoint is off. */
export class Checkpointer {
  readonly #db: Connection;
  readonly #rules: CheckpointRules;
  #sinceBytes = 0;
  #walBytes = 0;

  constructor(db: Connection, rules = CHECKPOINT_RULES) {
    this.#db = db;
    this.#rules = rules;
    this.#checkpoint("PASSIVE", 0);
  }

  /** Bytes of the log that are in use, about. */
  get walBytes(): number {
    return this.#walBytes + this.#sinceBytes;
  }

  get isDue(): boolean {
    return this.#sinceBytes >= this.#rules.passiveBytes;
  }

  wrote(bytes: number): void {
    this.#sinceBytes += bytes;
  }

  run(): void {
    this.#checkpoint("PASSIVE", 0);
    if (this.#walBytes >= this.#rules.insistBytes) this.#checkpoint("RESTART", LONGEST_READ_MS);
    else if (this.#walBytes >= this.#rules.restartBytes) this.#checkpoint("RESTART", MOMENT_MS);
  }

  /** Empties the log: nothing that was erased stays in it, and the file is whole without it. */
  truncate(): void {
    this.#checkpoint("TRUNCATE", MOMENT_MS);
  }

  #checkpoint(mode: "PASSIVE" | "RESTART" | "TRUNCATE", waitMs: number): void {
    const usualMs = this.#db.pragma("busy_timeout", { simple: true });
    this.#db.pragma(`busy_timeout = ${waitMs}`);
    try {
      const [answer] = this.#db.pragma(`wal_checkpoint(${mode})`) as Answer[];
      const { busy, log, checkpointed } = answer ?? { busy: 1, log: 0, checkpointed: 0 };
      // Once every frame is in the file, the next commit starts the log from its beginning.
      const isDone = busy === 0 && log === checkpointed;
      this.#walBytes = isDone ? 0 : Math.max(0, log) * FRAME_BYTES;
      this.#sinceBytes = 0;
    } finally {
      this.#db.pragma(`busy_timeout = ${String(usualMs)}`);
    }
  }
}
