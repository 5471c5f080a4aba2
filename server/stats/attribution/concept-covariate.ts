/** Rows of one cell (a score bin, a leaf, a crossing of features) and their mean loss, on both sides. */
export interface LossCell {
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  /** Mean loss of the rows; not read where there are none. */
  readonly lossBefore: number;
  readonly lossAfter: number;
}

export interface ConceptCovariate {
  readonly change: number;
  /** Because rows moved to cells that were harder (or easier) all along. */
  readonly covariate: number;
  /** Because rows of the same cell are now predicted worse (or better). */
  readonly concept: number;
  /** From cells in which the reference has no rows: nobody can say which of the two it is. */
  readonly newRegion: number;
  /** Share of the later rows in such cells. */
  readonly newShare: number;
}

/**
 * Splits a change in mean loss into moved inputs (covariate), changed truth (concept) and regions never seen before.
 *
 * With shares w, w′, mean losses L, L′ and the earlier mean R = Σ w L: covariate = Σ (w′ − w)(L − R) and concept =
 * Σ w′(L′ − L) over cells that had rows before, newRegion = Σ w′(L′ − R) over those that had none. The three sum to
 * R′ − R. The same logic as DISDE (Cai, Namkoong and Yadlowsky 2023) with cells in place of a shared density. One-sided
 * by intent: "as of the reference". A cell that lost its rows is in the covariate part. Null when a side is empty.
 *
 * @example conceptCovariate([{ rowsBefore: 60, rowsAfter: 30, lossBefore: 0.1, lossAfter: 0.15 }, { rowsBefore: 40, rowsAfter: 70, lossBefore: 0.2, lossAfter: 0.3 }]) // { change: 0.115, covariate: 0.03, concept: 0.085, newRegion: 0, newShare: 0 }
 */
export function conceptCovariate(cells: readonly LossCell[]): ConceptCovariate | null {
  const before = sideOf(cells, "rowsBefore", "lossBefore");
  const after = sideOf(cells, "rowsAfter", "lossAfter");
  if (!(before.rows > 0) || !(after.rows > 0)) return null;
  const sum = { covariate: 0, concept: 0, newRegion: 0, newShare: 0 };
  for (const { rowsBefore, rowsAfter, lossBefore, lossAfter } of cells) {
    const share = { before: rowsBefore / before.rows, after: rowsAfter / after.rows };
    if (rowsBefore > 0) sum.covariate += (share.after - share.before) * (lossBefore - before.mean);
    if (rowsBefore > 0 && rowsAfter > 0) sum.concept += share.after * (lossAfter - lossBefore);
    if (rowsBefore > 0 || !(rowsAfter > 0)) continue;
    sum.newRegion += share.after * (lossAfter - before.mean);
    sum.newShare += share.after;
  }
  return { change: after.mean - before.mean, ...sum };
}

function sideOf(
  cells: readonly LossCell[],
  rowsOf: "rowsBefore" | "rowsAfter",
  lossOf: "lossBefore" | "lossAfter",
): { rows: number; mean: number } {
  let rows = 0;
  let loss = 0;
  for (const cell of cells) {
    if (!(cell[rowsOf] > 0)) continue;
    rows += cell[rowsOf];
    loss += cell[rowsOf] * cell[lossOf];
  }
  return { rows, mean: loss / rows };
}
