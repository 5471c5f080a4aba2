import type { AppendGroup } from "#server/store/append.ts";
import type { LabelBatch, LabelValue, TextColumn } from "#server/store/columns.ts";
import type { WindowFolder } from "#server/store/event-store.ts";
import type { ChunkInfo, Place } from "#server/store/index/chunk-info.ts";
import { hashIds, type IdHashes } from "#server/store/index/id-hash.ts";
import type { IdIndex } from "#server/store/index/id-index.ts";
import {
  type IncomingLabel,
  judgeLabel,
  type LabelVerdict,
  type StoredLabel,
} from "#server/store/labels/label-rules.ts";
import { sameText, textAt } from "#server/store/rows/text-column.ts";
import type { ChunkTable } from "#server/store/sqlite/chunk-table.ts";
import type { GroupPlan, RequestOutcome } from "#server/store/sqlite/group-plan.ts";
import type { OrphanTable } from "#server/store/sqlite/orphan-table.ts";
import type { PatchTable } from "#server/store/sqlite/patch-table.ts";

export interface JoinTables {
  readonly chunks: ChunkTable;
  readonly patches: PatchTable;
  readonly orphans: OrphanTable;
  readonly index: IdIndex;
  readonly folder: WindowFolder;
}

interface Pending {
  readonly info: ChunkInfo;
  readonly rows: Map<number, { before: StoredLabel | null; after: StoredLabel }>;
}

/** The labels of one transaction: finds their predictions, then writes patches and amends windows chunk by chunk. */
export class LabelJoin {
  readonly #tables: JoinTables;
  readonly #pending = new Map<number, Pending>();
  readonly #hashes = new Map<LabelBatch, IdHashes>();
  /** Chunks whose state in memory this transaction changed. */
  readonly touched: ChunkInfo[] = [];

  constructor(tables: JoinTables) {
    this.#tables = tables;
  }

  /** Labels that wait for the group's new rows, or that another version's row of the same id has. */
  greet(plan: GroupPlan, infos: readonly ChunkInfo[]): void {
    plan.chunks.forEach((chunk, at) => {
      const info = infos[at];
      if (info === undefined) return;
      for (const { position, place } of chunk.siblings) {
        const label = this.#current(place);
        if (label !== null) this.#offer({ info, position }, { ...label, tsFromServer: false });
      }
      if (this.#tables.orphans.size === 0) return;
      for (let row = 0; row < info.count; row++) {
        const lo = chunk.hashes.lo[row] ?? 0;
        const hi = chunk.hashes.hi[row] ?? 0;
        const orphan = this.#tables.orphans.take(chunk.modelId, chunk.rows.ids, row, lo, hi);
        if (orphan !== null) this.#offerAll(plan, infos, chunk.rows.ids, row, lo, hi, orphan, chunk.modelId);
      }
    });
  }

  /** The labels of one request; returns how many rows were labels. */
  request(group: AppendGroup, plan: GroupPlan, infos: readonly ChunkInfo[], outcome: RequestOutcome): number {
    const firstSlice = outcome.request.predictions.length;
    let labels = 0;
    outcome.request.labels.forEach((slice, number) => {
      const batch = group.labels[slice.batch];
      if (batch === undefined)
        throw new RangeError(`A request names label batch ${slice.batch}, which its group lacks.`);
      const hashes = this.#hashesOf(batch);
      for (let row = slice.from; row < slice.to; row++) {
        const verdict = this.#label(plan, infos, batch, hashes, row, group.receivedAt);
        if (verdict === "duplicate") outcome.duplicates.push([firstSlice + number, row - slice.from]);
        else outcome.accepted++;
        labels++;
      }
    });
    return labels;
  }

  /** Writes what changed; newly labelled rows by version. */
  write(): Map<number, number> {
    const labelledByVersion = new Map<number, number>();
    for (const { info, rows } of this.#pending.values()) {
      const newly = this.#writeChunk(info, rows);
      if (newly > 0)
        labelledByVersion.set(info.versionId, (labelledByVersion.get(info.versionId) ?? 0) + newly);
    }
    return labelledByVersion;
  }

  #writeChunk(info: ChunkInfo, rows: Pending["rows"]): number {
    const { chunks, patches, folder } = this.#tables;
    const positions = Uint32Array.from(rows.keys()).sort();
    const folded: number[] = [];
    const before: Array<LabelValue | null> = [];
    const after: LabelValue[] = [];
    const times = { before: [] as number[], after: [] as number[] };
    const labels = patches.labelsOf(info);
    this.touched.push(info);
    for (const position of positions) {
      const change = rows.get(position);
      if (change === undefined) continue;
      labels.set(position, change.after);
      const isSame = change.before?.value === change.after.value && change.before.ts === change.after.ts;
      if (isSame) continue;
      folded.push(position);
      before.push(change.before?.value ?? null);
      after.push(change.after.value);
      times.before.push(change.before?.ts ?? 0);
      times.after.push(change.after.ts);
    }
    patches.add(info, labels.patchOf(positions));
    if (folded.length > 0) {
      const rowsOfChunk = chunks.rowsOf(info);
      const places = Uint32Array.from(folded);
      folder.foldLabels(info.modelId, info.version, rowsOfChunk, places, before, after, times);
    }
    return before.filter((value) => value === null).length;
  }

  #label(
    plan: GroupPlan,
    infos: readonly ChunkInfo[],
    batch: LabelBatch,
    hashes: IdHashes,
    row: number,
    receivedAt: number,
  ): LabelVerdict {
    const value = batch.values[row];
    if (value === undefined) throw new RangeError("A label batch has fewer values than rows.");
    const ts = batch.ts[row] ?? receivedAt;
    const label = { value, ts, receivedAt, tsFromServer: batch.tsFromServer?.[row] === 1 };
    const lo = hashes.lo[row] ?? 0;
    const hi = hashes.hi[row] ?? 0;
    const verdict = this.#offerAll(plan, infos, batch.ids, row, lo, hi, label, batch.modelId);
    return verdict ?? this.#tables.orphans.offer(batch.modelId, textAt(batch.ids, row), lo, hi, label);
  }

  /** To every version's row of the id, stored or new; null when there is none. */
  #offerAll(
    plan: GroupPlan,
    infos: readonly ChunkInfo[],
    ids: TextColumn,
    row: number,
    lo: number,
    hi: number,
    label: StoredLabel & { tsFromServer?: boolean },
    modelId: number,
  ): LabelVerdict | null {
    const incoming = { ...label, tsFromServer: label.tsFromServer === true };
    let best: LabelVerdict | null = null;
    for (const place of this.#tables.index.find(modelId, lo, hi, ids, row)) {
      best = stronger(best, this.#offer(place, incoming));
    }
    if (plan.added.size === 0) return best;
    for (const place of placesInGroup(plan, infos, modelId, lo, hi, ids, row)) {
      best = stronger(best, this.#offer(place, incoming));
    }
    return best;
  }

  #offer(place: Place, incoming: IncomingLabel): LabelVerdict {
    const current = this.#current(place);
    const verdict = judgeLabel(current, incoming);
    if (verdict !== "applied") return verdict;
    const { value, ts, receivedAt } = incoming;
    const pending = this.#pendingOf(place.info);
    const before = pending.rows.get(place.position)?.before ?? this.#stored(place);
    pending.rows.set(place.position, { before, after: { value, ts, receivedAt } });
    return verdict;
  }

  #current(place: Place): StoredLabel | null {
    const pending = this.#pending.get(place.info.chunkId)?.rows.get(place.position);
    return pending === undefined ? this.#stored(place) : pending.after;
  }

  #stored({ info, position }: Place): StoredLabel | null {
    return this.#tables.patches.labelsOf(info).at(position);
  }

  /** Requests of a group share batches. */
  #hashesOf(batch: LabelBatch): IdHashes {
    let hashes = this.#hashes.get(batch);
    if (hashes === undefined) {
      hashes = hashIds(batch.modelId, batch.ids, batch.count);
      this.#hashes.set(batch, hashes);
    }
    return hashes;
  }

  #pendingOf(info: ChunkInfo): Pending {
    let pending = this.#pending.get(info.chunkId);
    if (pending === undefined) {
      pending = { info, rows: new Map() };
      this.#pending.set(info.chunkId, pending);
    }
    return pending;
  }
}

function stronger(left: LabelVerdict | null, right: LabelVerdict): LabelVerdict {
  if (left === "applied" || right === "applied") return "applied";
  return left === "superseded" ? left : right;
}

function* placesInGroup(
  plan: GroupPlan,
  infos: readonly ChunkInfo[],
  modelId: number,
  lo: number,
  hi: number,
  ids: TextColumn,
  row: number,
): Generator<Place> {
  const { added, chunks } = plan;
  for (let entry = added.first(lo, hi); entry >= 0; entry = added.next(entry, lo, hi)) {
    const slot = added.slotOf(entry);
    const chunk = chunks[slot];
    const info = infos[slot];
    const position = added.positionOf(entry);
    if (!chunk || !info || chunk.modelId !== modelId) continue;
    if (sameText(chunk.rows.ids, position, ids, row)) yield { info, position };
  }
}
