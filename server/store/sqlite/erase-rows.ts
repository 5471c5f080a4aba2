import type { ChunkInfo } from "#server/store/index/chunk-info.ts";
import { hashIds } from "#server/store/index/id-hash.ts";
import { packTexts } from "#server/store/rows/text-column.ts";
import { rewriteChunks } from "#server/store/sqlite/compact-chunks.ts";
import type { OpenStore } from "#server/store/sqlite/open-store.ts";

/**
 * Rewrites every chunk that holds one of these ids without it, and has the windows of those days folded again.
 * Freed pages are zeroed (secure_delete); the caller truncates the log afterwards. Returns the rows removed.
 */
export function eraseRows(
  store: OpenStore,
  modelId: number,
  predictionIds: readonly string[],
  nowMs: number,
): number {
  const doomed = placesOf(store, modelId, predictionIds);
  let removed = 0;
  for (const { info, positions } of doomed.values()) {
    removed += positions.size;
    removeFrom(store, info, positions, nowMs);
  }
  removeOrphans(store, modelId, predictionIds);
  return removed;
}

function placesOf(store: OpenStore, modelId: number, predictionIds: readonly string[]) {
  const ids = packTexts(predictionIds);
  const { lo, hi } = hashIds(modelId, ids, predictionIds.length);
  const doomed = new Map<number, { info: ChunkInfo; positions: Set<number> }>();
  for (let row = 0; row < predictionIds.length; row++) {
    for (const { info, position } of store.index.find(modelId, lo[row] ?? 0, hi[row] ?? 0, ids, row)) {
      const known = doomed.get(info.chunkId) ?? { info, positions: new Set<number>() };
      known.positions.add(position);
      doomed.set(info.chunkId, known);
    }
  }
  return doomed;
}

function removeFrom(store: OpenStore, info: ChunkInfo, positions: ReadonlySet<number>, nowMs: number): void {
  const labels = store.patches.labelsOf(info);
  const labelled = [...positions].filter((position) => labels.at(position) !== null).length;
  const steps = rewriteChunks(
    store,
    {
      sources: [info],
      isFinal: info.isFinal,
      keeps: (_, position) => !positions.has(position),
      alongside: () => {
        store.versions.expire(info.versionId, { predictions: positions.size, labelled, expiredTo: null });
        store.rebuilds.request(info.versionId, { fromTs: info.fromTs, toTs: info.toTs });
      },
    },
    nowMs,
  );
  while (!steps.next().done);
}

function removeOrphans(store: OpenStore, modelId: number, predictionIds: readonly string[]): void {
  const ids = packTexts(predictionIds);
  const { lo, hi } = hashIds(modelId, ids, predictionIds.length);
  for (let row = 0; row < predictionIds.length; row++) {
    store.orphans.take(modelId, ids, row, lo[row] ?? 0, hi[row] ?? 0);
  }
  store.orphans.committed();
}
