import type { AppendGroup, AppendRequest, RequestSlice } from "#server/store/append.ts";
import type { ChunkInfo, Place } from "#server/store/index/chunk-info.ts";
import { hashIds, type IdHashes } from "#server/store/index/id-hash.ts";
import type { IdIndex } from "#server/store/index/id-index.ts";
import { IdTable } from "#server/store/index/id-table.ts";
import { batchRows, type ChunkRows } from "#server/store/rows/chunk-rows.ts";
import { gatherRows } from "#server/store/rows/gather-rows.ts";
import { sameContent } from "#server/store/rows/same-content.ts";
import { sameText } from "#server/store/rows/text-column.ts";

type SliceRow = readonly [slice: number, row: number];

export interface RequestOutcome {
  readonly request: AppendRequest;
  accepted: number;
  readonly duplicates: SliceRow[];
  readonly conflicts: SliceRow[];
}

/** The new rows of one model × version: one chunk. */
export interface PlannedChunk {
  readonly modelId: number;
  readonly version: string;
  readonly rows: ChunkRows;
  readonly hashes: IdHashes;
  /** New rows whose id another version has already: position here, and where that one is. */
  readonly siblings: ReadonlyArray<{ readonly position: number; readonly place: Place }>;
}

export interface GroupPlan {
  readonly chunks: readonly PlannedChunk[];
  readonly outcomes: readonly RequestOutcome[];
  /** Finds the group's own new rows by id: slot is the index in `chunks`. */
  readonly added: IdTable;
  readonly refused: ReadonlyArray<{
    modelId: number;
    version: string;
    duplicates: number;
    conflicts: number;
  }>;
}

/** Says of every row of a group: new, duplicate or conflict, against what is stored and against the group itself. */
export function planGroup(
  group: AppendGroup,
  requests: readonly AppendRequest[],
  index: IdIndex,
  rowsOf: (info: ChunkInfo) => ChunkRows,
  seq: number,
): GroupPlan {
  const planner = new Planner(group, index, rowsOf, seq);
  const outcomes = requests.map((request) => planner.request(request));
  const { chunks, refused } = planner.finish();
  return { chunks, outcomes, added: planner.added, refused };
}

interface Draft {
  readonly modelId: number;
  readonly version: string;
  readonly parts: ChunkRows[];
  readonly partHashes: IdHashes[];
  readonly sources: Uint32Array;
  readonly rows: Uint32Array;
  readonly siblings: Array<{ position: number; place: Place }>;
  count: number;
  duplicates: number;
  conflicts: number;
}

interface BatchDraft {
  readonly draft: Draft;
  readonly slot: number;
  readonly part: number;
  readonly rows: ChunkRows;
  readonly hashes: IdHashes;
}

class Planner {
  readonly added: IdTable;
  readonly #group: AppendGroup;
  readonly #index: IdIndex;
  readonly #rowsOf: (info: ChunkInfo) => ChunkRows;
  readonly #seq: number;
  readonly #drafts: Draft[] = [];
  readonly #batches = new Map<number, BatchDraft>();

  constructor(group: AppendGroup, index: IdIndex, rowsOf: (info: ChunkInfo) => ChunkRows, seq: number) {
    this.#seq = seq;
    this.#group = group;
    this.#index = index;
    this.#rowsOf = rowsOf;
    this.added = new IdTable(group.predictions.reduce((sum, batch) => sum + batch.count, 0));
  }

  request(request: AppendRequest): RequestOutcome {
    const outcome: RequestOutcome = { request, accepted: 0, duplicates: [], conflicts: [] };
    request.predictions.forEach((slice, number) => {
      this.#slice(slice, number, outcome);
    });
    return outcome;
  }

  finish(): Pick<GroupPlan, "chunks" | "refused"> {
    return {
      chunks: this.#drafts.map(chunkOf),
      refused: this.#drafts.map(({ modelId, version, duplicates, conflicts }) => ({
        modelId,
        version,
        duplicates,
        conflicts,
      })),
    };
  }

  #slice(slice: RequestSlice, number: number, outcome: RequestOutcome): void {
    const batch = this.#batchOf(slice.batch);
    for (let row = slice.from; row < slice.to; row++) {
      const verdict = this.#row(batch, row);
      if (verdict === "new") outcome.accepted++;
      else outcome[verdict === "duplicate" ? "duplicates" : "conflicts"].push([number, row - slice.from]);
    }
  }

  #row(batch: BatchDraft, row: number): "new" | "duplicate" | "conflict" {
    const { draft, hashes, rows } = batch;
    const lo = hashes.lo[row] ?? 0;
    const hi = hashes.hi[row] ?? 0;
    const earlier = this.#earlierInGroup(batch, row, lo, hi);
    if (earlier !== null) return count(draft, sameContent(rows, row, earlier.rows, earlier.row));
    const places = this.#index.find(draft.modelId, lo, hi, rows.ids, row);
    for (const { info, position } of places) {
      if (info.version !== draft.version) continue;
      return count(draft, sameContent(rows, row, this.#rowsOf(info), position));
    }
    for (const place of places) draft.siblings.push({ position: draft.count, place });
    draft.sources[draft.count] = batch.part;
    draft.rows[draft.count] = row;
    this.added.add(lo, hi, batch.slot, draft.count);
    draft.count++;
    return "new";
  }

  #earlierInGroup(
    batch: BatchDraft,
    row: number,
    lo: number,
    hi: number,
  ): { rows: ChunkRows; row: number } | null {
    const { added } = this;
    for (let entry = added.first(lo, hi); entry >= 0; entry = added.next(entry, lo, hi)) {
      if (added.slotOf(entry) !== batch.slot) continue;
      const position = added.positionOf(entry);
      const rows = batch.draft.parts[batch.draft.sources[position] ?? 0];
      const known = batch.draft.rows[position] ?? 0;
      if (rows && sameText(rows.ids, known, batch.rows.ids, row)) return { rows, row: known };
    }
    return null;
  }

  #batchOf(index: number): BatchDraft {
    const known = this.#batches.get(index);
    if (known) return known;
    const batch = this.#group.predictions[index];
    if (batch === undefined) throw new RangeError(`A request names batch ${index}, which its group lacks.`);
    const { draft, slot } = this.#draftOf(batch.modelId, batch.version);
    const rows = batchRows(batch, this.#group.receivedAt, this.#seq);
    const hashes = hashIds(batch.modelId, batch.ids, batch.count);
    const made = { draft, slot, part: draft.parts.length, rows, hashes };
    draft.parts.push(rows);
    draft.partHashes.push(hashes);
    this.#batches.set(index, made);
    return made;
  }

  #draftOf(modelId: number, version: string): { draft: Draft; slot: number } {
    const known = this.#drafts.findIndex((draft) => draft.modelId === modelId && draft.version === version);
    const draft = this.#drafts[known];
    if (draft) return { draft, slot: known };
    let most = 0;
    for (const batch of this.#group.predictions) {
      if (batch.modelId === modelId && batch.version === version) most += batch.count;
    }
    const made: Draft = {
      modelId,
      version,
      parts: [],
      partHashes: [],
      sources: new Uint32Array(most),
      rows: new Uint32Array(most),
      siblings: [],
      count: 0,
      duplicates: 0,
      conflicts: 0,
    };
    return { draft: made, slot: this.#drafts.push(made) - 1 };
  }
}

function count(draft: Draft, isSame: boolean): "duplicate" | "conflict" {
  if (isSame) draft.duplicates++;
  else draft.conflicts++;
  return isSame ? "duplicate" : "conflict";
}

function chunkOf(draft: Draft): PlannedChunk {
  const { modelId, version, siblings } = draft;
  const only = draft.parts.length === 1 ? draft.parts[0] : undefined;
  const onlyHashes = draft.partHashes[0];
  // The usual case, one batch and every row of it new, needs no copy.
  if (only && onlyHashes && only.count === draft.count) {
    return { modelId, version, rows: only, hashes: onlyHashes, siblings };
  }
  const sources = draft.sources.subarray(0, draft.count);
  const rows = draft.rows.subarray(0, draft.count);
  const gathered = materialised(gatherRows(draft.parts, { sources, rows }));
  return { modelId, version, rows: gathered, hashes: gatherHashes(draft, sources, rows), siblings };
}

/** The rows are read by the encoder, the folder and later label joins: gather each column once. */
function materialised(rows: ChunkRows): ChunkRows {
  const columns = new Map(rows.columnNames.map((name) => [name, rows.column(name)]));
  return { ...rows, column: (name) => columns.get(name) ?? null };
}

function gatherHashes(draft: Draft, sources: Uint32Array, rows: Uint32Array): IdHashes {
  const lo = new Uint32Array(rows.length);
  const hi = new Uint32Array(rows.length);
  for (let at = 0; at < rows.length; at++) {
    const part = draft.partHashes[sources[at] ?? 0];
    lo[at] = part?.lo[rows[at] ?? 0] ?? 0;
    hi[at] = part?.hi[rows[at] ?? 0] ?? 0;
  }
  return { lo, hi };
}
