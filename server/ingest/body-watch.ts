import type { IngestLimits } from "#server/ingest/ingest-limits.ts";
import { ServiceError } from "#server/kernel/errors.ts";

/** A body that is being read. */
export interface WatchedBody {
  readonly startedMs: number;
  received: number;
  fail(error: ServiceError): void;
}

const SWEEP_MS = 1_000;

/** Cuts bodies that come too slowly. One timer for all of them; it ends at the first look that finds none. */
export class BodyWatch {
  private readonly limits: IngestLimits;
  private readonly bodies = new Set<WatchedBody>();
  private timer: NodeJS.Timeout | null = null;

  constructor(limits: IngestLimits) {
    this.limits = limits;
  }

  add(body: WatchedBody): void {
    this.bodies.add(body);
    this.timer ??= setInterval(() => this.sweep(performance.now()), SWEEP_MS).unref();
  }

  remove(body: WatchedBody): void {
    this.bodies.delete(body);
  }

  sweep(nowMs: number): void {
    if (this.bodies.size === 0 && this.timer !== null) {
      clearInterval(this.timer);
      this.timer = null;
    }
    for (const body of [...this.bodies]) {
      if (!isTooSlow(nowMs - body.startedMs, body.received, this.limits)) continue;
      this.remove(body);
      body.fail(
        new ServiceError("timeout", "The body came too slowly; send it again.", { reason: "slow_body" }),
      );
    }
  }
}

export function isTooSlow(elapsedMs: number, received: number, limits: IngestLimits): boolean {
  if (elapsedMs > limits.bodyMs) return true;
  return elapsedMs > limits.slowGraceMs && received < (elapsedMs / 1_000) * limits.slowBytesPerSecond;
}
