import type { DecodedChunk } from "#server/store/codec/chunk-decoder.ts";
import type { ChunkHead } from "#server/store/codec/chunk-head.ts";
import type { RowCondition, RowPage, RowQuery, StoredPrediction } from "#server/store/event-store.ts";
import { hashIds } from "#server/store/index/id-hash.ts";
import type { ChunkLabels } from "#server/store/labels/chunk-labels.ts";
import { PageHeap } from "#server/store/rows/page-heap.ts";
import {
  comparePlaces,
  decodeCursor,
  encodeCursor,
  endOf,
  type RowPlace,
  startOf,
} from "#server/store/rows/row-cursor.ts";
import { canMeet, filterColumn, filterLabels, meets } from "#server/store/rows/row-filter.ts";
import { storedPrediction } from "#server/store/rows/stored-prediction.ts";
import { packTexts, textAt } from "#server/store/rows/text-column.ts";
import type { ChunkEntry, ChunkReads } from "#server/store/sqlite/chunk-reads.ts";

/**
 * One page, chunk by chunk from the page's end of time: a chunk is skipped by its bounds, opened column by column,
 * and the page is done when no chunk that is left can hold a row before its last one.
 */
export function searchRows(reads: ChunkReads, query: RowQuery, nowMs: () => number): RowPage {
  return new RowSearch(reads, query).run(nowMs);
}

class RowSearch {
  readonly #reads: ChunkReads;
  readonly #query: RowQuery;
  readonly #isNewestFirst: boolean;
  readonly #after: RowPlace | null;
  readonly #page: PageHeap<() => StoredPrediction>;
  #scanned = 0;

  constructor(reads: ChunkReads, query: RowQuery) {
    this.#reads = reads;
    this.#query = query;
    this.#isNewestFirst = query.order === "newest";
    this.#after = query.cursor === null ? null : decodeCursor(query.cursor);
    this.#page = new PageHeap(query.limit, query.order);
  }

  run(nowMs: () => number): RowPage {
    const chunks = this.#chunks();
    const until = nowMs() + this.#query.budgetMs;
    const start = this.#startOf(chunks[0]);
    let reached: number | null = null;
    for (const [at, chunk] of chunks.entries()) {
      const edge = this.#edgeOf(chunk);
      if (this.#isDone(edge)) return this.#answer(chunks.length, at, edge, false);
      // A page must get somewhere: the budget counts only once a moment of event time is wholly behind it.
      const hasMoved = this.#isNewestFirst ? edge < start : edge > start;
      if (reached !== null && hasMoved && nowMs() > until) return this.#answer(chunks.length, at, edge, true);
      this.#search(chunk);
      reached = edge;
    }
    return this.#answer(chunks.length, chunks.length, reached, false);
  }

  /** Chunks that may hold rows of the page, nearest to its start first. */
  #chunks(): ChunkEntry[] {
    const { modelId, versions, from, to } = this.#query;
    const cursorTs = this.#after?.ts ?? null;
    const chunks = this.#reads.list(modelId, versions, from, to).filter((chunk) => {
      if (cursorTs === null) return true;
      return this.#isNewestFirst ? chunk.fromTs <= cursorTs : chunk.toTs >= cursorTs;
    });
    return this.#isNewestFirst
      ? chunks.sort((left, right) => right.toTs - left.toTs || right.chunkId - left.chunkId)
      : chunks.sort((left, right) => left.fromTs - right.fromTs || left.chunkId - right.chunkId);
  }

  /** No row of this chunk or of any after it lies before this time in the page's order. */
  #edgeOf(chunk: ChunkEntry | undefined): number {
    if (chunk === undefined) return 0;
    return this.#isNewestFirst ? chunk.toTs : chunk.fromTs;
  }

  /** How far earlier pages came already. */
  #startOf(first: ChunkEntry | undefined): number {
    const edge = this.#edgeOf(first);
    if (this.#after === null) return edge;
    return this.#isNewestFirst ? Math.min(edge, this.#after.ts) : Math.max(edge, this.#after.ts);
  }

  #isDone(edge: number): boolean {
    const last = this.#page.last;
    if (last === null) return this.#query.limit === 0;
    return this.#isNewestFirst ? last.ts > edge : last.ts < edge;
  }

  #search(chunk: ChunkEntry): void {
    this.#scanned += chunk.count;
    const head = this.#reads.head(chunk);
    if (!this.#query.where.every((condition) => canMeetIn(head, condition))) return;
    const rows = this.#reads.open(chunk, head);
    const keep = this.#keepByTime(rows);
    for (const condition of this.#query.where) {
      if (isColumn(condition)) filterColumn(rows.column(condition.column), condition, keep);
    }
    this.#filterOwn(rows, keep);
    if (!keep.includes(1)) return;
    const labels = this.#reads.labels(chunk);
    this.#filterByLabel(labels, keep);
    this.#offer(chunk, rows, labels, keep);
  }

  #keepByTime(rows: DecodedChunk): Uint8Array {
    const { from, to } = this.#query;
    const keep = new Uint8Array(rows.count);
    const { ts } = rows;
    for (let row = 0; row < keep.length; row++) {
      const value = ts[row] ?? 0;
      keep[row] = value >= from && value < to ? 1 : 0;
    }
    return keep;
  }

  #filterOwn(rows: DecodedChunk, keep: Uint8Array): void {
    for (const condition of this.#query.where) {
      if (condition.column === "ts") {
        const column = { kind: "number", values: rows.ts, states: null, texts: null } as const;
        filterColumn(column, condition, keep);
      } else if (condition.column === "prediction_id") {
        for (let row = 0; row < keep.length; row++) {
          if (keep[row] === 1 && !meets(textAt(rows.ids, row), condition)) keep[row] = 0;
        }
      }
    }
  }

  #filterByLabel(labels: ChunkLabels, keep: Uint8Array): void {
    const { labelled, where } = this.#query;
    if (labelled !== undefined) {
      filterLabels(labels.values, { column: "label", op: labelled ? "not-null" : "null" }, keep);
    }
    for (const condition of where) {
      if (condition.column === "label") filterLabels(labels.values, condition, keep);
    }
  }

  #offer(chunk: ChunkEntry, rows: DecodedChunk, labels: ChunkLabels, keep: Uint8Array): void {
    const { version } = chunk;
    const { modelId } = this.#query;
    const last = () => this.#page.last;
    for (let row = keep.indexOf(1); row >= 0; row = keep.indexOf(1, row + 1)) {
      const ts = rows.ts[row] ?? 0;
      const end = last();
      // Most rows of a long range fall here, before their id is even looked at.
      if (end !== null && (this.#isNewestFirst ? ts < end.ts : ts > end.ts)) continue;
      const place = placeOf(rows, row, version);
      if (this.#after !== null && !this.#isAfterCursor(place, this.#after)) continue;
      this.#page.offer(place, () => storedPrediction(rows, row, { modelId, version, label: labels.at(row) }));
    }
  }

  #isAfterCursor(place: RowPlace, cursor: RowPlace): boolean {
    const order = comparePlaces(place, cursor);
    return this.#isNewestFirst ? order < 0 : order > 0;
  }

  #answer(chunks: number, done: number, edge: number | null, isOutOfTime: boolean): RowPage {
    const found = this.#page.rows();
    // Out of time, only rows that no unread chunk can come before are sure of their place.
    const sure =
      isOutOfTime && edge !== null ? found.filter(({ place }) => this.#isSure(place, edge)) : found;
    const last = sure.at(-1)?.place;
    let cursor: string | null = null;
    if (isOutOfTime && edge !== null) {
      cursor = encodeCursor(this.#isNewestFirst ? endOf(edge) : startOf(edge));
    } else if (last !== undefined && (this.#page.isFull || done < chunks)) {
      cursor = encodeCursor(last);
    }
    return {
      rows: sure.map(({ value }) => value()),
      cursor,
      partial: isOutOfTime,
      scanned: this.#scanned,
      reachedTs: edge,
    };
  }

  #isSure(place: RowPlace, edge: number): boolean {
    return this.#isNewestFirst ? place.ts > edge : place.ts < edge;
  }
}

function isColumn(condition: RowCondition): boolean {
  return condition.column !== "ts" && condition.column !== "prediction_id" && condition.column !== "label";
}

function canMeetIn(head: ChunkHead, condition: RowCondition): boolean {
  if (!isColumn(condition)) return true;
  const entry = head.entries.get(condition.column);
  return entry === undefined ? condition.op === "null" : canMeet(entry.zone, condition);
}

function placeOf(rows: DecodedChunk, row: number, version: string): RowPlace {
  const id = textAt(rows.ids, row);
  const { lo, hi } = hashIds(0, packTexts([id]), 1);
  return { ts: rows.ts[row] ?? 0, hash: ((hi[0] ?? 0) % 2 ** 20) * 2 ** 32 + (lo[0] ?? 0), id, version };
}
