import {
  type EncodedChunk,
  encodeChunkInSteps,
  FINAL_ENCODING,
  FRESH_ENCODING,
} from "#server/store/codec/chunk-encoder.ts";
import type { ChunkInfo } from "#server/store/index/chunk-info.ts";
import { decodeFingerprints, encodeFingerprints } from "#server/store/index/fingerprints.ts";
import { hashIds, type IdHashes } from "#server/store/index/id-hash.ts";
import { ChunkLabels } from "#server/store/labels/chunk-labels.ts";
import type { ChunkRows } from "#server/store/rows/chunk-rows.ts";
import { gatherRows, type Selection } from "#server/store/rows/gather-rows.ts";
import { timeRange } from "#server/store/sqlite/chunk-table.ts";
import { rollBack } from "#server/store/sqlite/commit-group.ts";
import type { OpenStore } from "#server/store/sqlite/open-store.ts";

export interface Rewrite {
  readonly sources: readonly ChunkInfo[];
  readonly isFinal: boolean;
  /** Rows that stay; all when left out. */
  readonly keeps?: (source: ChunkInfo, position: number) => boolean;
  /** Further changes inside the swap's transaction. */
  readonly alongside?: () => void;
}

interface Prepared {
  readonly rows: ChunkRows;
  readonly selection: Selection;
  readonly encoded: EncodedChunk;
  readonly hashes: IdHashes;
  readonly fingerprints: Buffer | null;
  /** The chunk's place in the index of final chunks. */
  readonly ordinal: number | null;
}

/**
 * Writes the rows of several chunks as one and swaps them in one transaction. Yields wherever the writer may serve
 * producers; labels that come meanwhile are found at the swap, because that is when labels are read.
 * Returns the bytes written.
 */
export function* rewriteChunks(
  store: OpenStore,
  rewrite: Rewrite,
  nowMs: number,
): Generator<undefined, number> {
  const parts: ChunkRows[] = [];
  const hashesOfSources: IdHashes[] = [];
  for (const source of rewrite.sources) {
    const part = store.chunks.readRows(source);
    hashesOfSources.push(hashIds(source.modelId, part.ids, part.count));
    decodeOwn(part);
    parts.push(part);
    yield;
  }
  const selection = select(rewrite, parts);
  yield;
  if (selection.rows.length === 0) {
    const bytes = swap(store, rewrite, null, nowMs);
    yield* forgetHashes(store, rewrite, hashesOfSources);
    return bytes;
  }
  const rows = gatherRows(parts, selection);
  yield;
  const encoded = yield* encodeChunkInSteps(rows, rewrite.isFinal ? FINAL_ENCODING : FRESH_ENCODING);
  const hashes = gatherHashes(hashesOfSources, selection);
  const fingerprints = rewrite.isFinal ? encodeFingerprints(hashes) : null;
  yield;
  if (fingerprints !== null && !store.index.hasRoomForFinal(rows.count)) {
    yield* store.index.makeRoomForFinal(rows.count);
  }
  const ordinal = fingerprints === null ? null : store.index.prepareFinal(decodeFingerprints(fingerprints));
  yield;
  const prepared = { rows, selection, encoded, hashes, fingerprints, ordinal };
  const bytes = swap(store, rewrite, prepared, nowMs);
  yield* forgetHashes(store, rewrite, hashesOfSources);
  return bytes;
}

/** What every row has is asked for all parts at once later: better decoded one part a slice. */
function decodeOwn(part: ChunkRows): void {
  for (const own of [part.ts, part.receivedAt, part.seq]) {
    if (own.length !== part.count) throw new RangeError("A chunk has fewer times than rows.");
  }
}

/** Final chunks are sorted by event time; others keep the order in which rows came. */
function select(rewrite: Rewrite, parts: readonly ChunkRows[]): Selection {
  const kept = keptRows(rewrite, parts);
  if (!rewrite.isFinal) return kept;
  const ts = new Float64Array(kept.rows.length);
  for (let at = 0; at < ts.length; at++) ts[at] = parts[kept.sources[at] ?? 0]?.ts[kept.rows[at] ?? 0] ?? 0;
  if (isSorted(ts)) return kept;
  const order = new Uint32Array(ts.length).map((_, at) => at);
  order.sort((a, b) => (ts[a] ?? 0) - (ts[b] ?? 0) || a - b);
  return { sources: order.map((at) => kept.sources[at] ?? 0), rows: order.map((at) => kept.rows[at] ?? 0) };
}

function keptRows(rewrite: Rewrite, parts: readonly ChunkRows[]): Selection {
  const most = parts.reduce((sum, part) => sum + part.count, 0);
  const sources = new Uint32Array(most);
  const rows = new Uint32Array(most);
  let count = 0;
  parts.forEach((part, source) => {
    const info = rewrite.sources[source];
    for (let row = 0; row < part.count; row++) {
      if (rewrite.keeps !== undefined && info && !rewrite.keeps(info, row)) continue;
      sources[count] = source;
      rows[count++] = row;
    }
  });
  return { sources: sources.subarray(0, count), rows: rows.subarray(0, count) };
}

function gatherHashes(parts: readonly IdHashes[], { sources, rows }: Selection): IdHashes {
  const lo = new Uint32Array(rows.length);
  const hi = new Uint32Array(rows.length);
  for (let at = 0; at < rows.length; at++) {
    const part = parts[sources[at] ?? 0];
    lo[at] = part?.lo[rows[at] ?? 0] ?? 0;
    hi[at] = part?.hi[rows[at] ?? 0] ?? 0;
  }
  return { lo, hi };
}

function isSorted(values: Float64Array): boolean {
  for (let at = 1; at < values.length; at++) if ((values[at] ?? 0) < (values[at - 1] ?? 0)) return false;
  return true;
}

function swap(store: OpenStore, rewrite: Rewrite, prepared: Prepared | null, nowMs: number): number {
  store.db.exec("BEGIN IMMEDIATE");
  let info: ChunkInfo | null = null;
  try {
    if (prepared !== null) info = insert(store, rewrite, prepared);
    for (const source of rewrite.sources) {
      store.patches.removeAll(source);
      store.chunks.remove(source);
    }
    rewrite.alongside?.();
    const blocks = prepared === null ? [] : [prepared.encoded.head, prepared.encoded.data];
    const entry = store.ledger.write(nowMs, { predictions: 0, labels: 0 }, blocks);
    store.db.exec("COMMIT");
    store.ledger.committed(entry);
  } catch (error) {
    rollBack(store);
    throw error;
  }
  retireSources(store, rewrite);
  if (info !== null && prepared !== null) learn(store, info, prepared);
  return (prepared?.encoded.data.length ?? 0) * 2;
}

function insert(store: OpenStore, rewrite: Rewrite, prepared: Prepared): ChunkInfo {
  const { rows, encoded, fingerprints } = prepared;
  const { modelId, versionId, version } = first(rewrite.sources);
  const facts = { modelId, versionId, version, count: rows.count, isFinal: rewrite.isFinal };
  const range = timeRange(rows.ts, rows.count);
  const info = store.chunks.insert({ ...facts, ...range }, encoded, fingerprints, store.ledger.seq + 1);
  const labels = carriedLabels(store, rewrite, prepared);
  if (labels.labelled > 0) store.patches.add(info, labels.toPatch());
  return info;
}

function carriedLabels(store: OpenStore, rewrite: Rewrite, { rows, selection }: Prepared): ChunkLabels {
  const carried = new ChunkLabels(rows.count);
  const labels = rewrite.sources.map((source) => store.patches.labelsOf(source));
  if (labels.every((own) => own.labelled === 0)) return carried;
  for (let at = 0; at < rows.count; at++) {
    const label = labels[selection.sources[at] ?? 0]?.at(selection.rows[at] ?? 0) ?? null;
    if (label !== null) carried.set(at, label);
  }
  return carried;
}

function retireSources(store: OpenStore, rewrite: Rewrite): void {
  for (const source of rewrite.sources) {
    store.infos.delete(source.chunkId);
    store.patchCounts.delete(source.chunkId);
    if (source.isFinal) store.index.removeFinal(source);
    else store.index.retireFresh(source);
  }
}

/** Entries of retired chunks leave the exact table, a chunk a slice. */
function* forgetHashes(
  store: OpenStore,
  rewrite: Rewrite,
  hashes: readonly IdHashes[],
): Generator<undefined, void> {
  for (const [at, source] of rewrite.sources.entries()) {
    const own = hashes[at];
    if (own !== undefined && !source.isFinal) store.index.removeFresh(source, own);
    yield;
  }
}

function learn(store: OpenStore, info: ChunkInfo, { hashes, ordinal }: Prepared): void {
  store.infos.set(info.chunkId, info);
  if (ordinal === null) store.index.addFresh(info, hashes);
  else store.index.activateFinal(ordinal, info);
}

function first(sources: readonly ChunkInfo[]): ChunkInfo {
  const [source] = sources;
  if (source === undefined) throw new RangeError("There is no chunk to rewrite.");
  return source;
}
