import { CELLS_A_BLOCK } from "#server/windows/cells.ts";
import type { Tally } from "#server/windows/tally.ts";

const OUTPUT_BLOCKS = 16;

/** Adds weights to cells of output blocks in any order and hands them out sorted. */
export class CellScratch {
  private readonly weights = new Float64Array(OUTPUT_BLOCKS * CELLS_A_BLOCK);
  private touched: number[] = [];

  add(key: number, weight: number): void {
    const before = this.weights[key] ?? 0;
    if (before === 0) this.touched.push(key);
    this.weights[key] = before + weight;
  }

  /** What was added since the last call; cells that came to zero are left out. */
  drain(): Pick<Tally, "cells" | "counts"> {
    const keys = Uint32Array.from(this.touched).sort();
    const cells: number[] = [];
    const counts: number[] = [];
    for (const key of keys) {
      const weight = this.weights[key] ?? 0;
      // A cell that passed through zero is listed twice: the first time clears it.
      if (weight === 0) continue;
      this.weights[key] = 0;
      cells.push(key);
      counts.push(weight);
    }
    this.touched = [];
    return { cells: Uint32Array.from(cells), counts: Float64Array.from(counts) };
  }
}
