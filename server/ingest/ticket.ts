import type { IngestCounters } from "#server/ingest/ingest-counters.ts";

/** One request's place among those that are being read and parsed. */
export class Ticket {
  bytes = 0;
  private readonly counters: IngestCounters;
  private readonly onRelease: () => void;
  private released = false;

  constructor(counters: IngestCounters, onRelease: () => void) {
    this.counters = counters;
    this.onRelease = onRelease;
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    this.counters.inFlightRequests--;
    this.counters.inFlightBytes -= this.bytes;
    this.onRelease();
  }
}
