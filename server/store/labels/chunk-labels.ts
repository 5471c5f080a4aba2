import type { LabelValue } from "#server/store/columns.ts";
import type { LabelPatch } from "#server/store/labels/label-patch.ts";
import type { StoredLabel } from "#server/store/labels/label-rules.ts";

/** The labels of one chunk's rows as they stand. */
export class ChunkLabels {
  readonly values: Array<LabelValue | null>;
  readonly #ts: Float64Array;
  readonly #receivedAt: Float64Array;
  #labelled = 0;

  constructor(count: number) {
    this.values = new Array<LabelValue | null>(count).fill(null);
    this.#ts = new Float64Array(count);
    this.#receivedAt = new Float64Array(count);
  }

  get labelled(): number {
    return this.#labelled;
  }

  get bytes(): number {
    return this.values.length * 24 + 256;
  }

  at(row: number): StoredLabel | null {
    const value = this.values[row];
    if (value === null || value === undefined) return null;
    return { value, ts: this.#ts[row] ?? 0, receivedAt: this.#receivedAt[row] ?? 0 };
  }

  set(row: number, label: StoredLabel): void {
    if (this.values[row] === null) this.#labelled++;
    this.values[row] = label.value;
    this.#ts[row] = label.ts;
    this.#receivedAt[row] = label.receivedAt;
  }

  apply(patch: LabelPatch): void {
    patch.positions.forEach((row, at) => {
      const value = patch.values[at];
      if (value === undefined) return;
      this.set(row, { value, ts: patch.ts[at] ?? 0, receivedAt: patch.receivedAt[at] ?? 0 });
    });
  }

  /** Everything known, as one patch. */
  toPatch(): LabelPatch {
    const positions = new Uint32Array(this.#labelled);
    let at = 0;
    this.values.forEach((value, row) => {
      if (value !== null) positions[at++] = row;
    });
    return this.patchOf(positions);
  }

  patchOf(positions: Uint32Array): LabelPatch {
    const values: LabelValue[] = [];
    for (const row of positions) values.push(this.values[row] ?? "");
    return {
      positions,
      values,
      ts: Float64Array.from(positions, (row) => this.#ts[row] ?? 0),
      receivedAt: Float64Array.from(positions, (row) => this.#receivedAt[row] ?? 0),
    };
  }
}
