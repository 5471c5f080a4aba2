import type { AppendedRequest, AppendGroup, AppendRequest, WindowChange } from "#server/store/append.ts";
import { encodeChunk, FRESH_ENCODING } from "#server/store/codec/chunk-encoder.ts";
import type { ChunkInfo } from "#server/store/index/chunk-info.ts";
import { timeRange } from "#server/store/sqlite/chunk-table.ts";
import { type GroupPlan, type PlannedChunk, planGroup } from "#server/store/sqlite/group-plan.ts";
import { LabelJoin } from "#server/store/sqlite/label-join.ts";
import type { LedgerEntry } from "#server/store/sqlite/ledger.ts";
import type { OpenStore } from "#server/store/sqlite/open-store.ts";
import { type CountsChange, noChange } from "#server/store/sqlite/version-table.ts";

export interface Committed {
  readonly seq: number;
  readonly requests: readonly AppendedRequest[];
  readonly changes: readonly WindowChange[];
  /** Bytes that went to the log, about. */
  readonly bytes: number;
}

/** About what the pages of the ledger, the counts and the index take in the log. */
const COMMIT_BYTES = 24_576;

/** One transaction: chunks, labels, windows, counts, ledger, answers. The index learns of it only after the commit. */
export function commitGroup(
  store: OpenStore,
  group: AppendGroup,
  requests: readonly AppendRequest[],
  nowMs: number,
): Committed {
  const seq = store.ledger.seq + 1;
  const plan = planGroup(group, requests, store.index, (info) => store.chunks.rowsOf(info), seq);
  const join = new LabelJoin(store);
  const infos: ChunkInfo[] = [];
  store.db.exec("BEGIN IMMEDIATE");
  try {
    const written = writeRows(store, plan, infos, group.receivedAt);
    const labels = joinLabels(store, group, plan, infos, join);
    const changes = flushWindows(store);
    const entry = store.ledger.write(nowMs, { predictions: written.predictions, labels }, written.blocks);
    const answers = plan.outcomes.map((outcome, at) => ({
      requestId: outcome.request.requestId,
      accepted: outcome.accepted,
      duplicates: outcome.duplicates,
      conflicts: outcome.conflicts,
      failure: null,
      batchId: `${entry.seq}-${at}`,
    }));
    plan.outcomes.forEach(({ request }, at) => {
      const answer = answers[at];
      if (answer) store.idempotency.remember(request, answer, nowMs);
    });
    store.db.exec("COMMIT");
    learn(store, plan, infos, entry);
    for (const { chunkId } of join.touched) {
      store.patchCounts.set(chunkId, (store.patchCounts.get(chunkId) ?? 0) + 1);
    }
    return { seq: entry.seq, requests: answers, changes, bytes: written.bytes + COMMIT_BYTES };
  } catch (error) {
    undo(store, join, infos);
    throw error;
  }
}

function writeRows(store: OpenStore, plan: GroupPlan, infos: ChunkInfo[], receivedAt: number) {
  const blocks: Uint8Array[] = [];
  let predictions = 0;
  let bytes = 0;
  plan.chunks.forEach((chunk, at) => {
    const refused = plan.refused[at];
    const versionId = store.versions.ensure(chunk.modelId, chunk.version);
    const change = noChange();
    change.duplicates = refused?.duplicates ?? 0;
    change.conflicts = refused?.conflicts ?? 0;
    if (chunk.rows.count > 0) {
      const encoded = encodeChunk(chunk.rows, FRESH_ENCODING);
      const info = insertChunk(store, chunk, encoded, versionId);
      infos[at] = info;
      store.folder.foldPredictions(chunk.modelId, chunk.version, chunk.rows, everyPosition(chunk.rows.count));
      countRows(change, info, receivedAt);
      blocks.push(encoded.head, encoded.data);
      predictions += info.count;
      bytes += encoded.head.length + encoded.data.length;
    }
    store.versions.count(versionId, change);
  });
  return { blocks, predictions, bytes };
}

function insertChunk(
  store: OpenStore,
  chunk: PlannedChunk,
  encoded: ReturnType<typeof encodeChunk>,
  versionId: number,
): ChunkInfo {
  const { modelId, version, rows } = chunk;
  const facts = { modelId, version, versionId, count: rows.count, isFinal: false };
  const range = timeRange(rows.ts, rows.count);
  const info = store.chunks.insert({ ...facts, ...range }, encoded, null, store.ledger.seq + 1);
  store.chunks.keep(info, rows);
  store.patches.startEmpty(info);
  return info;
}

function countRows(change: CountsChange, info: ChunkInfo, receivedAt: number): void {
  change.predictions = info.count;
  change.firstTs = info.fromTs;
  change.lastTs = info.toTs;
  change.receivedAt = receivedAt;
}

function joinLabels(
  store: OpenStore,
  group: AppendGroup,
  plan: GroupPlan,
  infos: readonly ChunkInfo[],
  join: LabelJoin,
): number {
  join.greet(plan, infos);
  let labels = 0;
  for (const outcome of plan.outcomes) labels += join.request(group, plan, infos, outcome);
  for (const [versionId, labelled] of join.write()) {
    store.versions.count(versionId, { ...noChange(), labelled });
  }
  return labels;
}

/** Versions whose windows went stale with this flush are queued in the same transaction. */
export function flushWindows(store: OpenStore): readonly WindowChange[] {
  const changes = store.folder.flush(store.windows);
  for (const { modelId, version } of store.folder.takeStaleVersions()) {
    const versionId = store.versions.find(modelId, version);
    if (versionId !== null) store.rebuilds.request(versionId, null);
  }
  return changes;
}

function learn(store: OpenStore, plan: GroupPlan, infos: readonly ChunkInfo[], entry: LedgerEntry): void {
  store.ledger.committed(entry);
  store.orphans.committed();
  plan.chunks.forEach((chunk, at) => {
    const info = infos[at];
    if (info === undefined) return;
    store.infos.set(info.chunkId, info);
    store.index.addFresh(info, chunk.hashes);
  });
}

function undo(store: OpenStore, join: LabelJoin, infos: readonly ChunkInfo[]): void {
  rollBack(store);
  for (const info of [...join.touched, ...infos]) {
    if (info === undefined) continue;
    store.patches.forget(info);
    if (!store.infos.has(info.chunkId)) store.chunks.drop(info);
  }
}

/** Takes back the transaction and all that memory learned in it. */
export function rollBack(store: OpenStore): void {
  if (store.db.inTransaction) store.db.exec("ROLLBACK");
  store.folder.rollback();
  store.orphans.rolledBack();
  store.versions.forget();
  store.windows.forget();
}

function everyPosition(count: number): Uint32Array {
  const positions = new Uint32Array(count);
  for (let row = 0; row < count; row++) positions[row] = row;
  return positions;
}
