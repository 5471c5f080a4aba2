import type { WindowChange } from "#server/store/append.ts";
import type { LabelValue } from "#server/store/columns.ts";
import type { ChunkInfo } from "#server/store/index/chunk-info.ts";
import { flushWindows, rollBack } from "#server/store/sqlite/commit-group.ts";
import type { OpenStore } from "#server/store/sqlite/open-store.ts";
import { DAY_MS, dayOf, type RebuildRow } from "#server/store/sqlite/rebuild-table.ts";

/** Folds one day of a version again from its rows, newest day first, in a transaction of its own. */
export function rebuildDay(store: OpenStore, rebuild: RebuildRow): readonly WindowChange[] {
  const { modelId, version } = rebuild;
  const { from, to, chunks } = newestDay(store, rebuild);
  store.db.exec("BEGIN IMMEDIATE");
  try {
    store.folder.resetWindows(store.windows, modelId, version, from, to);
    for (const info of chunks) foldChunk(store, info, from, to);
    const changes = flushWindows(store);
    store.rebuilds.progress(rebuild, from);
    store.db.exec("COMMIT");
    return changes;
  } catch (error) {
    rollBack(store);
    throw error;
  }
}

/** Days without a row are skipped along with the newest day that has some. */
function newestDay(store: OpenStore, rebuild: RebuildRow) {
  const within = [...store.infos.values()].filter(
    (info) =>
      info.versionId === rebuild.versionId && info.fromTs < rebuild.toTs && info.toTs >= rebuild.fromTs,
  );
  const newestTs = within.reduce((newest, info) => Math.max(newest, info.toTs), rebuild.fromTs);
  const from = dayOf(Math.min(newestTs, rebuild.toTs - 1));
  return {
    from,
    // Windows of the skipped days are emptied too: nothing stale may stay behind.
    to: rebuild.toTs,
    chunks: within.filter((info) => info.toTs >= from && info.fromTs < from + DAY_MS),
  };
}

function foldChunk(store: OpenStore, info: ChunkInfo, from: number, to: number): void {
  const rows = store.chunks.readRows(info);
  const positions = positionsWithin(rows.ts, info.count, from, to);
  if (positions.length === 0) return;
  store.folder.foldPredictions(info.modelId, info.version, rows, positions);
  const { values } = store.patches.labelsOf(info);
  const labelled = positions.filter((row) => values[row] !== null);
  if (labelled.length === 0) return;
  const after: LabelValue[] = [];
  for (const row of labelled) after.push(values[row] ?? "");
  const before = new Array<LabelValue | null>(labelled.length).fill(null);
  store.folder.foldLabels(info.modelId, info.version, rows, labelled, before, after);
}

function positionsWithin(ts: Float64Array, count: number, from: number, to: number): Uint32Array {
  const positions = new Uint32Array(count);
  let at = 0;
  for (let row = 0; row < count; row++) {
    const value = ts[row] ?? 0;
    if (value >= from && value < to) positions[at++] = row;
  }
  return positions.subarray(0, at);
}
