import type { NamedGauge } from "#server/http/prometheus.ts";
import type { IngestCounters } from "#server/ingest/ingest-counters.ts";
import type { WriterStats } from "#server/store/event-store.ts";

export interface GaugeSources {
  readonly counters: IngestCounters;
  readonly pendingReads: () => number;
  readonly stats: () => WriterStats | null;
}

/** What ingest, readers and store count, for Prometheus. */
export function pipelineGauges({ counters, pendingReads, stats }: GaugeSources): NamedGauge[] {
  return [
    {
      name: "ingest_rows_accepted",
      help: "Predictions stored since start.",
      read: () => counters.rowsAccepted,
    },
    {
      name: "ingest_labels_accepted",
      help: "Labels stored since start.",
      read: () => counters.labelsAccepted,
    },
    {
      name: "ingest_rows_duplicate",
      help: "Rows that were stored before.",
      read: () => counters.rowsDuplicate,
    },
    {
      name: "ingest_rows_conflict",
      help: "Known ids with other contents.",
      read: () => counters.rowsConflict,
    },
    { name: "ingest_rows_rejected", help: "Rows refused since start.", read: () => counters.rowsRejected },
    { name: "ingest_groups", help: "Groups committed since start.", read: () => counters.groups },
    {
      name: "ingest_queued_requests",
      help: "Requests that wait for the writer.",
      read: () => counters.queuedRequests,
    },
    {
      name: "ingest_queued_bytes",
      help: "Decoded bytes that wait for the writer.",
      read: () => counters.queuedBytes,
    },
    {
      name: "ingest_in_flight_bytes",
      help: "Bytes of requests being read.",
      read: () => counters.inFlightBytes,
    },
    {
      name: "reader_calls_waiting",
      help: "Questions at the reading threads.",
      read: pendingReads,
    },
    { name: "store_rows", help: "Predictions in the store.", read: () => stats()?.rows ?? 0 },
    { name: "store_wal_bytes", help: "Length of the write-ahead log.", read: () => stats()?.walBytes ?? 0 },
    {
      name: "store_ledger_gap",
      help: "Acknowledged batches not found at the last start; anything but 0 is a loss.",
      read: () => stats()?.ledgerGap ?? 0,
    },
  ];
}
