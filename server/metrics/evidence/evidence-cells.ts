import type { EvidenceInput } from "#server/metrics/evidence/evidence-input.ts";
import type { EvidenceTest } from "#server/metrics/evidence/evidence-test.ts";
import { type CellPooling, pooledCounts, rareCellPooling } from "#server/stats/sequential/pool-rare-cells.ts";

/** A window's counts by cell, from which one tells how alike its rows are. */
export function evidenceCells(input: EvidenceInput, test: EvidenceTest): ArrayLike<number> {
  switch (input.kind) {
    case "cells":
      return pooledCells(input.counts, rareCellPooling(input.reference, { ordered: input.ordered }));
    case "rate": {
      const [draw] = input.draws;
      return draw === undefined ? [] : [draw.trials - draw.successes, draw.successes];
    }
    case "losses":
      return aroundBound(input, test.kind === "losses" ? test.bound : 0);
  }
}

/** Cells that came up after the reference (a new class) share the last cell. */
export function pooledCells(counts: ArrayLike<number>, pooling: CellPooling): Float64Array {
  const known = pooling.cellOf.length;
  const sums = pooledCounts(Array.from(counts).slice(0, known), pooling);
  for (let cell = known; cell < counts.length; cell++) {
    sums[pooling.cells - 1] = (sums[pooling.cells - 1] ?? 0) + (counts[cell] ?? 0);
  }
  return sums;
}

/** Rows with at most and with more than the limit: how windows scatter around it. */
function aroundBound({ values, counts }: EvidenceInput & { kind: "losses" }, bound: number): number[] {
  let above = 0;
  let all = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    all += counts[bucket] ?? 0;
    if ((values[bucket] ?? 0) > bound) above += counts[bucket] ?? 0;
  }
  return [all - above, above];
}
