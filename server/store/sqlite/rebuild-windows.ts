import type { WindowChange } from "#server/store/append.ts";
import type { LabelValue } from "#server/store/columns.ts";
import type { ChunkInfo } from "#server/store/index/chunk-info.ts";
import { flushWindows, rollBack } from "#server/store/sqlite/commit-group.ts";
import type { OpenStore } from "#server/store/sqlite/open-store.ts";
import { DAY_MS, type RebuildRow, sliceAround } from "#server/store/sqlite/rebuild-table.ts";

/** Rows folded in one transaction, about, and the longest time that they may come from. */
const ROWS_AT_ONCE = 20_000;
const MOST_SLICES = 64;

/** Folds one slice of a version (a day, where windows are shorter) again from its rows, the newest first. */
export function rebuildSlice(store: OpenStore, rebuild: RebuildRow): readonly WindowChange[] {
  const { modelId, version } = rebuild;
  const { from, to, chunks } = newestSlice(store, rebuild);
  store.db.exec("BEGIN IMMEDIATE");
  try {
    let changes: readonly WindowChange[] = [];
    // A slice that lost rows to the retention keeps the windows that counted them.
    if (rebuild.expiredTo === null || rebuild.expiredTo < from) {
      store.folder.resetWindows(store.windows, modelId, version, from, to);
      for (const info of chunks) foldChunk(store, info, from, to);
      changes = flushWindows(store);
    }
    store.rebuilds.progress(rebuild, from);
    store.db.exec("COMMIT");
    return changes;
  } catch (error) {
    rollBack(store);
    throw error;
  }
}

/** Times without a row are skipped along with the newest slice that has some, and their windows emptied with it. */
function newestSlice(store: OpenStore, rebuild: RebuildRow) {
  const own = [...store.infos.values()].filter((info) => info.versionId === rebuild.versionId);
  const within = own.filter((info) => info.fromTs < rebuild.toTs && info.toTs >= rebuild.fromTs);
  const newestTs = within.reduce((newest, info) => Math.max(newest, info.toTs), rebuild.fromTs);
  const windowMs = store.schemaOf(rebuild.modelId)?.windowMs ?? DAY_MS;
  const slice = sliceAround(Math.min(newestTs, rebuild.toTs - 1), windowMs);
  const lengthMs = slice.to - slice.from;
  const most = slice.from - (slicesAtOnce(within, lengthMs) - 1) * lengthMs;
  const from = Math.min(slice.from, Math.max(most, firstWholeSlice(rebuild.expiredTo, windowMs)));
  const { to } = sliceAround(rebuild.toTs - 1, windowMs);
  return { from, to, chunks: own.filter((info) => info.toTs >= from && info.fromTs < to) };
}

function firstWholeSlice(expiredTo: number | null, windowMs: number): number {
  return expiredTo === null ? Number.NEGATIVE_INFINITY : sliceAround(expiredTo, windowMs).to;
}

/** Where traffic is thin, a chunk spans many days: folding them together opens it once. */
function slicesAtOnce(within: readonly ChunkInfo[], lengthMs: number): number {
  let rows = 0;
  let fromTs = Number.POSITIVE_INFINITY;
  let toTs = Number.NEGATIVE_INFINITY;
  for (const info of within) {
    rows += info.count;
    fromTs = Math.min(fromTs, info.fromTs);
    toTs = Math.max(toTs, info.toTs);
  }
  const rowsASlice = rows / Math.max(1, Math.ceil((toTs - fromTs) / lengthMs));
  return Math.min(MOST_SLICES, Math.max(1, Math.floor(ROWS_AT_ONCE / Math.max(1, rowsASlice))));
}

function foldChunk(store: OpenStore, info: ChunkInfo, from: number, to: number): void {
  const rows = store.chunks.readRows(info);
  const positions = positionsWithin(rows.ts, info.count, from, to);
  if (positions.length === 0) return;
  store.folder.foldPredictions(info.modelId, info.version, rows, positions);
  const labels = store.patches.labelsOf(info);
  const { values } = labels;
  const labelled = positions.filter((row) => values[row] !== null);
  if (labelled.length === 0) return;
  const after: LabelValue[] = [];
  for (const row of labelled) after.push(values[row] ?? "");
  const before = new Array<LabelValue | null>(labelled.length).fill(null);
  const times = { before: labelled, after: labels.patchOf(labelled).ts };
  store.folder.foldLabels(info.modelId, info.version, rows, labelled, before, after, times);
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
