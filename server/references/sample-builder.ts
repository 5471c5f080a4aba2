import { encodeSample, SAMPLE_ROWS, type SampledColumn } from "#server/references/reference-sample.ts";
import { selectRows } from "#server/references/selected-rows.ts";
import { bottomK, rowHash } from "#server/stats/sketch/bottom-k.ts";
import type { Column, ColumnName } from "#server/store/columns.ts";

/** Which rows of a table are kept, ascending. The same content gives the same rows. */
export function samplePositions(rowCount: number, size = SAMPLE_ROWS): Uint32Array {
  const sample = bottomK(size);
  for (let row = 0; row < rowCount; row++) sample.offer(rowHash(row), row);
  return Uint32Array.from(sample.taken()).sort();
}

/** Collects a profile's sample while its columns pass one by one. */
export class SampleBuilder {
  readonly #ofRows: number;
  readonly #positions: Uint32Array;
  readonly #columns = new Map<ColumnName, Column>();

  constructor(rowCount: number) {
    this.#ofRows = rowCount;
    this.#positions = samplePositions(rowCount);
  }

  add(name: ColumnName, column: Column): void {
    this.#columns.set(name, selectRows(column, this.#positions));
  }

  encode(ts: Float64Array): Uint8Array<ArrayBuffer> {
    const times = Float64Array.from(this.#positions, (row) => ts[row] ?? 0);
    const columns: SampledColumn[] = [...this.#columns];
    return encodeSample(times, columns, this.#ofRows);
  }
}
