import type { LabelValue, TextColumn } from "#server/store/columns.ts";
import { hashIds } from "#server/store/index/id-hash.ts";
import { IdTable } from "#server/store/index/id-table.ts";
import { type IncomingLabel, judgeLabel, type LabelVerdict } from "#server/store/labels/label-rules.ts";
import { packTexts, sameText } from "#server/store/rows/text-column.ts";
import type { Connection } from "#server/store/sqlite/open-database.ts";

interface OrphanRow {
  orphanId: number;
  modelId: number;
  predictionId: string;
  ts: number;
  receivedAt: number;
  value: LabelValue;
}

const COLUMNS =
  "orphan_id AS orphanId, model_id AS modelId, prediction_id AS predictionId, ts, received_at AS receivedAt, value";

/** Labels that came before their prediction. Found by hash in memory, confirmed on the row. */
export class OrphanTable {
  readonly #index = new IdTable();
  /** What this transaction did to the index, undone when it rolls back. */
  #undo: Array<() => void> = [];
  readonly #all;
  readonly #get;
  readonly #insert;
  readonly #update;
  readonly #remove;
  readonly #old;

  constructor(db: Connection) {
    this.#all = db.prepare<[], OrphanRow>(`SELECT ${COLUMNS} FROM orphan_labels`);
    this.#get = db.prepare<[number], OrphanRow>(`SELECT ${COLUMNS} FROM orphan_labels WHERE orphan_id = ?`);
    this.#insert = db.prepare<[number, string, number, number, LabelValue]>(
      "INSERT INTO orphan_labels (model_id, prediction_id, ts, received_at, value) VALUES (?, ?, ?, ?, ?)",
    );
    this.#update = db.prepare<[number, number, LabelValue, number]>(
      "UPDATE orphan_labels SET ts = ?, received_at = ?, value = ? WHERE orphan_id = ?",
    );
    this.#remove = db.prepare<[number]>("DELETE FROM orphan_labels WHERE orphan_id = ?");
    this.#old = db.prepare<[number, number], OrphanRow>(
      `SELECT ${COLUMNS} FROM orphan_labels WHERE received_at < ? LIMIT ?`,
    );
    for (const row of this.#all.iterate()) {
      const { lo, hi } = hashOf(row);
      this.#index.add(lo, hi, 0, row.orphanId);
    }
  }

  get size(): number {
    return this.#index.size;
  }

  offer(modelId: number, id: string, lo: number, hi: number, label: IncomingLabel): LabelVerdict {
    const known = this.#find(modelId, packTexts([id]), 0, lo, hi);
    const verdict = judgeLabel(known, label);
    if (verdict !== "applied") return verdict;
    if (known) {
      this.#update.run(label.ts, label.receivedAt, label.value, known.orphanId);
      return verdict;
    }
    const { lastInsertRowid } = this.#insert.run(modelId, id, label.ts, label.receivedAt, label.value);
    this.#learn(lo, hi, Number(lastInsertRowid));
    return verdict;
  }

  /** Takes out the label that waited for this prediction. */
  take(modelId: number, ids: TextColumn, row: number, lo: number, hi: number): OrphanRow | null {
    if (this.#index.size === 0) return null;
    const found = this.#find(modelId, ids, row, lo, hi);
    if (found !== null) this.#drop(lo, hi, found.orphanId);
    return found;
  }

  /** Removes at most `most` labels that came in before a time; how many. */
  expire(beforeMs: number, most: number): number {
    const rows = this.#old.all(beforeMs, most);
    for (const row of rows) {
      const { lo, hi } = hashOf(row);
      this.#drop(lo, hi, row.orphanId);
    }
    return rows.length;
  }

  committed(): void {
    this.#undo = [];
  }

  rolledBack(): void {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo = [];
  }

  #find(modelId: number, ids: TextColumn, row: number, lo: number, hi: number): OrphanRow | null {
    for (let entry = this.#index.first(lo, hi); entry >= 0; entry = this.#index.next(entry, lo, hi)) {
      const orphan = this.#get.get(this.#index.positionOf(entry));
      if (orphan === undefined || orphan.modelId !== modelId) continue;
      if (sameText(packTexts([orphan.predictionId]), 0, ids, row)) return orphan;
    }
    return null;
  }

  #learn(lo: number, hi: number, orphanId: number): void {
    this.#index.add(lo, hi, 0, orphanId);
    this.#undo.push(() => this.#index.remove(lo, hi, 0, orphanId));
  }

  #drop(lo: number, hi: number, orphanId: number): void {
    this.#remove.run(orphanId);
    this.#index.remove(lo, hi, 0, orphanId);
    this.#undo.push(() => this.#index.add(lo, hi, 0, orphanId));
  }
}

function hashOf(row: OrphanRow): { lo: number; hi: number } {
  const { lo, hi } = hashIds(row.modelId, packTexts([row.predictionId]), 1);
  return { lo: lo[0] ?? 0, hi: hi[0] ?? 0 };
}
