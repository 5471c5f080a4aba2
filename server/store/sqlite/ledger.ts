import { hash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Connection } from "#server/store/sqlite/open-database.ts";

export interface LedgerEntry {
  readonly seq: number;
  readonly predictions: number;
  readonly labels: number;
  /** Chained over all entries: a digest of this batch's blocks and of the entry before. */
  readonly digest: Buffer;
}

/** Commits looked back at; older entries are dropped. */
const KEPT_ENTRIES = 100_000;
const MIRROR_EVERY_MS = 1_000;

/**
 * One row a commit, in its transaction. The newest acknowledged number is mirrored in a file of its own, so that a
 * log that lost its end (or its middle) is noticed at the next start instead of never.
 */
export class Ledger {
  readonly #mirrorPath: string;
  readonly #insert;
  readonly #trim;
  #last: { seq: number; digest: Buffer };
  #mirrored = { seq: 0, at: Number.NEGATIVE_INFINITY };

  constructor(db: Connection, directory: string) {
    this.#mirrorPath = join(directory, "events.acknowledged");
    this.#insert = db.prepare<[number, number, number, number, Buffer]>(
      "INSERT INTO ledger VALUES (?, ?, ?, ?, ?)",
    );
    this.#trim = db.prepare<[number]>("DELETE FROM ledger WHERE seq <= ?");
    const newest = db
      .prepare<[], { seq: number; digest: Buffer }>(
        "SELECT seq, digest FROM ledger ORDER BY seq DESC LIMIT 1",
      )
      .get();
    this.#last = newest ?? { seq: 0, digest: Buffer.alloc(0) };
  }

  get seq(): number {
    return this.#last.seq;
  }

  /** Writes the entry; it counts only when `committed` is told. */
  write(
    at: number,
    rows: { predictions: number; labels: number },
    blocks: readonly Uint8Array[],
  ): LedgerEntry {
    const digest = chain(this.#last.digest, blocks);
    const entry = { seq: this.#last.seq + 1, ...rows, digest };
    this.#insert.run(entry.seq, at, rows.predictions, rows.labels, digest);
    return entry;
  }

  committed(entry: LedgerEntry): void {
    this.#last = { seq: entry.seq, digest: entry.digest };
  }

  /** Writes the newest number beside the database, if it moved and the last time is a second ago. */
  mirror(atMs: number, always = false): void {
    if (this.#mirrored.seq === this.#last.seq) return;
    if (!always && Math.abs(atMs - this.#mirrored.at) < MIRROR_EVERY_MS) return;
    const temporary = `${this.#mirrorPath}.new`;
    const file = openSync(temporary, "w", 0o600);
    writeSync(file, JSON.stringify({ seq: this.#last.seq, digest: this.#last.digest.toString("hex") }));
    fsyncSync(file);
    closeSync(file);
    renameSync(temporary, this.#mirrorPath);
    this.#mirrored = { seq: this.#last.seq, at: atMs };
  }

  trim(): void {
    this.#trim.run(this.#last.seq - KEPT_ENTRIES);
  }
}

function chain(before: Buffer, blocks: readonly Uint8Array[]): Buffer {
  const digests = blocks.map((block) => hash("sha256", block, "buffer"));
  return hash("sha256", Buffer.concat([before, ...digests]), "buffer").subarray(0, 16);
}

/** Batches that were acknowledged and are not there: missing at the end, or numbers left out in between. */
export function ledgerGap(db: Connection, directory: string): number {
  const facts = db
    .prepare<[], { first: number | null; last: number | null; entries: number }>(
      "SELECT min(seq) AS first, max(seq) AS last, count(*) AS entries FROM ledger",
    )
    .get();
  const first = facts?.first ?? 1;
  const last = facts?.last ?? 0;
  const missingInside = last - first + 1 - (facts?.entries ?? 0);
  const acknowledged = readMirror(join(directory, "events.acknowledged"));
  return Math.max(0, missingInside) + Math.max(0, acknowledged - last);
}

function readMirror(path: string): number {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof value === "object" && value !== null && "seq" in value ? Number(value.seq) || 0 : 0;
  } catch {
    return 0;
  }
}
