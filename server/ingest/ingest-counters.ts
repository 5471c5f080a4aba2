/** Upper bounds of the acknowledgement histogram's buckets, milliseconds; the last bucket is open. */
export const ACK_BUCKETS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000];

/** What ingest counts since the process began; the front door turns it into Prometheus text. */
export interface IngestCounters {
  requests: number;
  rowsAccepted: number;
  rowsDuplicate: number;
  rowsConflict: number;
  rowsRejected: number;
  labelsAccepted: number;
  readonly rejectedByCode: Map<string, number>;
  readonly warnings: Map<string, number>;
  readonly refusedRequests: Map<string, number>;
  bytesReceived: number;
  bytesDecoded: number;
  groups: number;
  inFlightRequests: number;
  inFlightBytes: number;
  queuedRequests: number;
  queuedBytes: number;
  /** Requests by time from their last byte to their answer, one count a bucket (not cumulative). */
  readonly ackCounts: number[];
  ackSumMs: number;
}

export function createIngestCounters(): IngestCounters {
  return {
    requests: 0,
    rowsAccepted: 0,
    rowsDuplicate: 0,
    rowsConflict: 0,
    rowsRejected: 0,
    labelsAccepted: 0,
    rejectedByCode: new Map(),
    warnings: new Map(),
    refusedRequests: new Map(),
    bytesReceived: 0,
    bytesDecoded: 0,
    groups: 0,
    inFlightRequests: 0,
    inFlightBytes: 0,
    queuedRequests: 0,
    queuedBytes: 0,
    ackCounts: new Array<number>(ACK_BUCKETS_MS.length + 1).fill(0),
    ackSumMs: 0,
  };
}

export function countBy(counts: Map<string, number>, key: string, more = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + more);
}

export function countAck(counters: IngestCounters, elapsedMs: number): void {
  const found = ACK_BUCKETS_MS.findIndex((bound) => elapsedMs <= bound);
  const bucket = found === -1 ? ACK_BUCKETS_MS.length : found;
  counters.ackCounts[bucket] = (counters.ackCounts[bucket] ?? 0) + 1;
  counters.ackSumMs += elapsedMs;
}
