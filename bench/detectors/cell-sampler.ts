import type { Generator } from "#server/stats/random/seeded-generator.ts";

/** Draws rows into cells one by one, exactly: Walker's (1977) alias table, one uniform number a row. */
export interface CellSampler {
  /** n rows in clusters of equal ones (1: independent), added to nothing: a fresh array. */
  draw(next: Generator, rows: number, cluster?: number): Float64Array;
}

export function cellSampler(shares: ArrayLike<number>): CellSampler {
  const { keep, other } = aliasTable(shares);
  const cells = shares.length;
  return {
    draw: (next, rows, cluster = 1) => {
      const counts = new Float64Array(cells);
      for (let row = 0; row < rows; row += cluster) {
        const place = next() * cells;
        const cell = Math.floor(place);
        const home = place - cell < (keep[cell] ?? 1) ? cell : (other[cell] ?? cell);
        counts[home] = (counts[home] ?? 0) + cluster;
      }
      return counts;
    },
  };
}

/** Every cell keeps part of an equal slice and lends the rest to one other cell. */
function aliasTable(shares: ArrayLike<number>): { keep: Float64Array; other: Int32Array } {
  const cells = shares.length;
  const left = Float64Array.from(shares, (share) => share * cells);
  const keep = new Float64Array(cells).fill(1);
  const other = Int32Array.from(shares, (_, cell) => cell);
  const poor = Array.from(left.keys()).filter((cell) => (left[cell] ?? 0) < 1);
  const rich = Array.from(left.keys()).filter((cell) => (left[cell] ?? 0) >= 1);
  for (let cell = poor.pop(); cell !== undefined; cell = poor.pop()) {
    const lender = rich.at(-1);
    if (lender === undefined) break;
    keep[cell] = left[cell] ?? 1;
    other[cell] = lender;
    left[lender] = (left[lender] ?? 0) - (1 - (left[cell] ?? 0));
    if ((left[lender] ?? 0) < 1) {
      rich.pop();
      poor.push(lender);
    }
  }
  return { keep, other };
}
