import type { ChunkInfo } from "#server/store/index/chunk-info.ts";

export interface Compaction {
  readonly sources: readonly ChunkInfo[];
  readonly isFinal: boolean;
}

export interface CompactionRules {
  /** Rows from which a version's small chunks become a final one. */
  readonly finalRows: number;
  /** Small chunks of one size class that are merged into the next. */
  readonly fanIn: number;
  /** Rows in small chunks, over all versions, from which the largest version is made final early: the exact index is in memory. */
  readonly mostFreshRows: number;
}

export const COMPACTION_RULES: CompactionRules = { finalRows: 32_768, fanIn: 32, mostFreshRows: 1_500_000 };
const LEAST_EARLY_ROWS = 1_024;

/** The next merge worth doing; every row is written about twice in its life, three times where traffic is thin. */
export function pickCompaction(infos: Iterable<ChunkInfo>, rules: CompactionRules): Compaction | null {
  const byVersion = smallChunksByVersion(infos);
  let largest: readonly ChunkInfo[] = [];
  let freshRows = 0;
  for (const chunks of byVersion.values()) {
    const rows = rowsOf(chunks);
    freshRows += rows;
    if (rows >= rules.finalRows) return { sources: oldestUpTo(chunks, rules.finalRows), isFinal: true };
    if (rows > rowsOf(largest)) largest = chunks;
  }
  if (freshRows > rules.mostFreshRows && rowsOf(largest) >= LEAST_EARLY_ROWS) {
    return { sources: largest, isFinal: true };
  }
  for (const chunks of byVersion.values()) {
    const sources = crowdedClass(chunks, rules);
    if (sources !== null) return { sources, isFinal: false };
  }
  return null;
}

function smallChunksByVersion(infos: Iterable<ChunkInfo>): Map<number, ChunkInfo[]> {
  const byVersion = new Map<number, ChunkInfo[]>();
  for (const info of infos) {
    if (info.isFinal) continue;
    const known = byVersion.get(info.versionId);
    if (known) known.push(info);
    else byVersion.set(info.versionId, [info]);
  }
  return byVersion;
}

function rowsOf(chunks: readonly ChunkInfo[]): number {
  return chunks.reduce((sum, info) => sum + info.count, 0);
}

/** The oldest by event time, so that final chunks overlap little. */
function oldestUpTo(chunks: readonly ChunkInfo[], rows: number): ChunkInfo[] {
  const sources: ChunkInfo[] = [];
  let taken = 0;
  for (const info of chunks.toSorted(
    (left, right) => left.fromTs - right.fromTs || left.chunkId - right.chunkId,
  )) {
    if (taken >= rows) break;
    sources.push(info);
    taken += info.count;
  }
  return sources;
}

/** Chunks of one size class; those that will soon be final anyway are not worth writing once more before. */
function crowdedClass(
  chunks: readonly ChunkInfo[],
  { fanIn, finalRows }: CompactionRules,
): ChunkInfo[] | null {
  const classes = new Map<number, ChunkInfo[]>();
  for (const info of chunks) {
    const size = Math.floor(Math.log(info.count) / Math.log(fanIn));
    const known = classes.get(size) ?? [];
    known.push(info);
    classes.set(size, known);
    if (known.length >= fanIn && rowsOf(known) <= finalRows / 4) return known;
  }
  return null;
}
