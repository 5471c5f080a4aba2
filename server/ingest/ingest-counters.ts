import { ROW_CODES } from "#server/ingest/row-report.ts";

/** Upper bounds of the acknowledgement histogram's buckets, milliseconds; the last bucket is open. */
const ACK_BUCKETS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000];

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

/** The counters as flat numbers under Prometheus-like names; the same names from the first call on. */
export function ingestNumbers(counters: IngestCounters): Record<string, number> {
  const numbers: Record<string, number> = {
    ingest_requests_total: counters.requests,
    ingest_rows_accepted_total: counters.rowsAccepted,
    ingest_rows_duplicate_total: counters.rowsDuplicate,
    ingest_rows_conflict_total: counters.rowsConflict,
    ingest_rows_rejected_total: counters.rowsRejected,
    ingest_labels_accepted_total: counters.labelsAccepted,
    ingest_bytes_received_total: counters.bytesReceived,
    ingest_bytes_decoded_total: counters.bytesDecoded,
    ingest_groups_total: counters.groups,
    ingest_in_flight_requests: counters.inFlightRequests,
    ingest_in_flight_bytes: counters.inFlightBytes,
    ingest_queued_requests: counters.queuedRequests,
    ingest_queued_bytes: counters.queuedBytes,
    ingest_ack_ms_sum: counters.ackSumMs,
  };
  for (const code of ROW_CODES)
    numbers[`ingest_rejected_${code}_total`] = counters.rejectedByCode.get(code) ?? 0;
  for (const [i, count] of counters.ackCounts.entries())
    numbers[`ingest_ack_within_${ACK_BUCKETS_MS[i] ?? "more"}_ms`] = count;
  return numbers;
}
