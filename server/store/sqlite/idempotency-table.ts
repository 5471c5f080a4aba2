import type { AppendedRequest, AppendRequest } from "#server/store/append.ts";
import type { Connection } from "#server/store/sqlite/open-database.ts";

const KEPT_MS = 48 * 3_600_000;

type StoredAnswer = Pick<AppendedRequest, "accepted" | "duplicates" | "conflicts" | "batchId">;

/** First answers by idempotency key, written in the transaction of their rows. */
export class IdempotencyTable {
  readonly #find;
  readonly #insert;
  readonly #expire;

  constructor(db: Connection) {
    this.#find = db.prepare<[string], { body_hash: string; answer: string }>(
      "SELECT body_hash, answer FROM idempotency WHERE key = ?",
    );
    this.#insert = db.prepare<[string, string, number, string]>(
      "INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, ?)",
    );
    this.#expire = db.prepare<[number]>("DELETE FROM idempotency WHERE committed_at < ?");
  }

  /** The answer that this request had before; null when it is new. */
  recall(request: AppendRequest): AppendedRequest | null {
    const key = scopedKey(request);
    const known = key === null ? undefined : this.#find.get(key);
    if (known === undefined) return null;
    if (known.body_hash !== (request.bodyHash ?? "")) return keyConflict(request);
    const answer: StoredAnswer = JSON.parse(known.answer);
    return { ...answer, requestId: request.requestId, failure: null, replayed: true };
  }

  remember(request: AppendRequest, answer: AppendedRequest, atMs: number): void {
    const key = scopedKey(request);
    if (key === null) return;
    const { accepted, duplicates, conflicts, batchId } = answer;
    const stored: StoredAnswer = { accepted, duplicates, conflicts, batchId };
    this.#insert.run(key, request.bodyHash ?? "", atMs, JSON.stringify(stored));
  }

  expire(nowMs: number): void {
    this.#expire.run(nowMs - KEPT_MS);
  }
}

/** An idempotency key means something only to the API key it came with. */
export function scopedKey(request: AppendRequest): string | null {
  return request.idempotencyKey === null ? null : JSON.stringify([request.keyId, request.idempotencyKey]);
}

export function keyConflict(request: AppendRequest): AppendedRequest {
  return {
    requestId: request.requestId,
    accepted: 0,
    duplicates: [],
    conflicts: [],
    failure: {
      reason: "idempotency_conflict",
      message:
        "This Idempotency-Key was used before with a different body. Send a new key with a new body, or the first body again.",
    },
    batchId: "",
  };
}
