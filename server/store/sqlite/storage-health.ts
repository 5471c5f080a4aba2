import type { Clock } from "#server/kernel/clock.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { freeBytes } from "#server/store/sqlite/local-disk.ts";

const TROUBLES_UNTIL_READ_ONLY = 3;
const TROUBLES_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 1_000;

/** Whether anything may be written at all: free space, and what the disk has done so far. */
export class StorageHealth {
  readonly #directory: string;
  readonly #minFreeBytes: number;
  readonly #clock: Clock;
  #readOnly: string | null = null;
  #troublesAt: number[] = [];
  #space = { at: Number.NEGATIVE_INFINITY, isEnough: true };

  constructor(directory: string, minFreeBytes: number, clock: Clock) {
    this.#directory = directory;
    this.#minFreeBytes = minFreeBytes;
    this.#clock = clock;
  }

  /** Why nothing is written any more; null while writes are accepted. */
  get readOnly(): string | null {
    return this.#readOnly;
  }

  refusal(): "read_only" | "storage_full" | null {
    if (this.#readOnly !== null) return "read_only";
    const now = this.#clock.now();
    if (Math.abs(now - this.#space.at) >= LOOK_EVERY_MS) {
      this.#space = { at: now, isEnough: freeBytes(this.#directory) >= this.#minFreeBytes };
    }
    return this.#space.isEnough ? null : "storage_full";
  }

  assertWritable(): void {
    if (this.#readOnly === null) return;
    throw new ServiceError("unavailable", this.#readOnly, { reason: "read_only" });
  }

  /** The first reason stays: it is the cause of the others. */
  stopWriting(reason: string): void {
    this.#readOnly ??= reason;
  }

  /** A disk that fails again and again is not written to any more. */
  noteTrouble(): void {
    const now = this.#clock.now();
    this.#troublesAt = [...this.#troublesAt.filter((at) => now - at < TROUBLES_WITHIN_MS), now];
    if (this.#troublesAt.length < TROUBLES_UNTIL_READ_ONLY) return;
    this.stopWriting("The disk failed three times within a minute. Check it, then start Plumbline again.");
  }
}
