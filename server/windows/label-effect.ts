import type { LabelValue } from "#server/store/columns.ts";
import type { CellScratch } from "#server/windows/cell-scratch.ts";
import { BLOCK, cellKey } from "#server/windows/cells.ts";

/** Where one label's effect goes. */
export interface Effect {
  readonly cells: CellScratch;
  readonly sums: Float64Array;
}

/** What a row's label does to a window; `sign` −1 takes it out again. */
export type LabelEffect = (effect: Effect, row: number, label: LabelValue, sign: number) => void;

export function count(effect: Effect, counter: number, sign: number): void {
  effect.cells.add(cellKey(BLOCK.counters, counter), sign);
}
