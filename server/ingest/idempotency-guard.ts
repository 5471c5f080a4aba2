import { createHash, createHmac } from "node:crypto";
import { ServiceError } from "#server/kernel/errors.ts";

const REMEMBERED_KEYS = 10_000;

/** Idempotency keys in use and of late. The ledger knows older ones; rows are deduplicated by id in any case. */
export class IdempotencyGuard {
  private readonly inFlight = new Set<string>();
  private readonly bodies = new Map<string, string>();

  /** Claims a key for a body until `leave`; throws when the key is in use or was used for other bytes. */
  enter(scope: string, bodyHash: string): void {
    if (this.inFlight.has(scope)) {
      throw new ServiceError(
        "conflict",
        "A request with this Idempotency-Key is being handled; send the same bytes again.",
        {
          reason: "idempotency_in_flight",
          retryAfterSeconds: 1,
        },
      );
    }
    const known = this.bodies.get(scope);
    if (known !== undefined && known !== bodyHash) throw idempotencyMismatch();
    this.inFlight.add(scope);
  }

  leave(scope: string): void {
    this.inFlight.delete(scope);
  }

  /** The key stands for this body from now on: its rows are stored. */
  remember(scope: string, bodyHash: string): void {
    this.bodies.delete(scope);
    this.bodies.set(scope, bodyHash);
    if (this.bodies.size <= REMEMBERED_KEYS) return;
    const oldest = this.bodies.keys().next().value;
    if (oldest !== undefined) this.bodies.delete(oldest);
  }
}

export function idempotencyMismatch(): ServiceError {
  return new ServiceError(
    "conflict",
    "This Idempotency-Key came with a different body before; use a new key for new data.",
    {
      reason: "idempotency_key_reused",
    },
  );
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The id of a row that came without one under an Idempotency-Key: the same however often the batch is sent. */
export function derivedId(idempotencyKey: string, index: number): string {
  return createHmac("sha256", idempotencyKey).update(String(index)).digest("base64url").slice(0, 24);
}
