import type { DecodedChunk } from "#server/store/codec/chunk-decoder.ts";
import type { LabelValue } from "#server/store/columns.ts";
import type { ChunkEntry, ChunkReads } from "#server/store/sqlite/chunk-reads.ts";

export interface ScanQuery {
  readonly modelId: number;
  readonly versions?: readonly string[];
  readonly from: number;
  readonly to: number;
}

export interface ScannedChunk {
  version: string;
  rows: DecodedChunk;
  labels: ReadonlyArray<LabelValue | null>;
  positions: Uint32Array;
}

/**
 * Chunks of a range, oldest first, as they were at the first one. Every chunk is read in a snapshot of its own, so
 * that a slow caller never pins the log. When a merge replaced what is still to come, the list is read again and
 * rows that were given out are known by the number of their commit.
 */
export function* scanChunks(
  reads: ChunkReads,
  query: ScanQuery,
  snapshot: <T>(work: () => T) => T,
): Generator<ScannedChunk> {
  const done = new Map<string, Set<number>>();
  let { chunks, lastSeq } = snapshot(() => ({ chunks: listed(reads, query), lastSeq: reads.lastSeq() }));
  for (let entry = chunks.shift(); entry !== undefined; entry = chunks.shift()) {
    const scanned = snapshot(() => readIfThere(reads, entry, query));
    if (scanned === null) {
      chunks = snapshot(() => listed(reads, query));
      continue;
    }
    const seen = done.get(entry.version) ?? new Set<number>();
    done.set(entry.version, seen);
    const { seq } = scanned.rows;
    const positions = scanned.positions.filter(
      (row) => (seq[row] ?? 0) <= lastSeq && !seen.has(seq[row] ?? 0),
    );
    for (const number of new Set(seq)) seen.add(number);
    if (positions.length > 0) yield { ...scanned, positions };
  }
}

function listed(reads: ChunkReads, { modelId, versions, from, to }: ScanQuery): ChunkEntry[] {
  return reads
    .list(modelId, versions, from, to)
    .sort((left, right) => left.fromTs - right.fromTs || left.chunkId - right.chunkId);
}

function readIfThere(
  reads: ChunkReads,
  entry: ChunkEntry | undefined,
  { from, to }: ScanQuery,
): ScannedChunk | null {
  if (entry === undefined || !reads.exists(entry)) return null;
  const rows = reads.open(entry);
  const positions: number[] = [];
  for (let row = 0; row < rows.count; row++) {
    const ts = rows.ts[row] ?? 0;
    if (ts >= from && ts < to) positions.push(row);
  }
  return {
    version: entry.version,
    rows,
    labels: reads.labels(entry).values,
    positions: Uint32Array.from(positions),
  };
}
