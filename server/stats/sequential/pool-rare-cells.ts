import { type Counts, totalOf } from "../drift/shares.ts";

const RARE_SHARE = 0.01;

/** A fixed map from cells to fewer, fuller ones. */
export interface CellPooling {
  /** The pooled cell of each cell. */
  readonly cellOf: readonly number[];
  readonly cells: number;
}

/**
 * Which cells to pool because the reference has hardly any rows in them: nearly empty cells raise false alarms.
 *
 * Unordered: all cells below 1 % of the reference become one, the last. Ordered: neighbours are joined from the left
 * until each run holds 1 %, a short run at the end joining its neighbour, so that the order stays. Nothing rare: the
 * identity. Decide from the reference alone and keep it until the next one. No rows: one cell (unordered, ordered).
 *
 * @example rareCellPooling([500, 3, 490, 7], { ordered: false }) // { cellOf: [0, 2, 1, 2], cells: 3 }
 */
export function rareCellPooling(
  reference: Counts,
  options: { ordered: boolean; share?: number },
): CellPooling {
  const least = (options.share ?? RARE_SHARE) * totalOf(reference);
  return options.ordered ? poolNeighbours(reference, least) : poolRare(reference, least);
}

function poolRare(reference: Counts, least: number): CellPooling {
  let common = 0;
  const places = Array.from(reference, (count) => ((count || 0) > 0 && count >= least ? common++ : -1));
  const cells = places.includes(-1) ? common + 1 : common;
  return { cellOf: places.map((place) => (place === -1 ? common : place)), cells };
}

function poolNeighbours(reference: Counts, least: number): CellPooling {
  let run = 0;
  let cell = 0;
  const cellOf = Array.from(reference, (count) => {
    if (run > 0 && run >= least) {
      cell++;
      run = 0;
    }
    run += count || 0;
    return cell;
  });
  const short = cell > 0 && !(run > 0 && run >= least);
  return short
    ? { cellOf: cellOf.map((place) => Math.min(place, cell - 1)), cells: cell }
    : { cellOf, cells: cellOf.length === 0 ? 0 : cell + 1 };
}

/**
 * Counts by pooled cell.
 *
 * @example pooledCounts([500, 3, 490, 7], { cellOf: [0, 2, 1, 2], cells: 3 }) // [500, 490, 10]
 */
export function pooledCounts(counts: Counts, pooling: CellPooling): Float64Array {
  const pooled = new Float64Array(pooling.cells);
  for (const [cell, place] of pooling.cellOf.entries()) {
    pooled[place] = (pooled[place] ?? 0) + (counts[cell] || 0);
  }
  return pooled;
}
