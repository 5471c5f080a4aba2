import { windowStart, windowStartAfter } from "#server/windows/levels.ts";

/** One read of stored windows of one width. */
export interface PlannedRead {
  readonly levelMs: number;
  readonly from: number;
  readonly to: number;
}

/** Covers a range with as few stored windows as can be: wide ones inside, the model's own at ragged ends. */
export function planReads(range: { from: number; to: number }, levels: readonly number[]): PlannedRead[] {
  const [widest, ...finer] = [...levels].sort((a, b) => b - a);
  if (widest === undefined || range.from >= range.to) return [];
  const from = finer.length === 0 ? windowStart(range.from, widest) : windowStartAfter(range.from, widest);
  const to = finer.length === 0 ? windowStartAfter(range.to, widest) : windowStart(range.to, widest);
  if (from >= to) return planReads(range, finer);
  return [
    ...planReads({ from: range.from, to: from }, finer),
    { levelMs: widest, from, to },
    ...planReads({ from: to, to: range.to }, finer),
  ];
}
