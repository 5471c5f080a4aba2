/**
 * A number of 53 bits from two words of 32: what a row is drawn by. Equal words give equal numbers, and words that
 * are themselves a hash give numbers that are uniform in [0, 2⁵³).
 *
 * @example hash53(1, 0) // 2097152
 */
export function hash53(high: number, low: number): number {
  return (high >>> 0) * 2_097_152 + ((low >>> 0) >>> 11);
}

/**
 * The hash of a row that has no name but its place in a table: both words by MurmurHash3's finaliser, seeded apart.
 *
 * In [0, 2⁵³). Deterministic, so the same table always gives the same sample.
 *
 * @example rowHash(0) === rowHash(0) // true
 */
export function rowHash(row: number): number {
  return hash53(finalise(row ^ 0x51ed270b), finalise(row ^ 0x2545f491));
}

/** A sample that grows; see bottomK. */
export interface BottomK {
  readonly size: number;
  /** Rows offered so far. */
  offered(): number;
  /** True while the row may still be one of the sample. */
  offer(hash: number, item: number): boolean;
  /** Takes in another sample, as if its rows had been offered here. */
  merge(other: BottomK): void;
  /** Hash and item of the k smallest hashes, smallest first. */
  pairs(): ReadonlyArray<{ readonly hash: number; readonly item: number }>;
  /** The items alone. */
  taken(): number[];
}

/**
 * A uniform sample without replacement from a stream of unknown length: the k rows of the smallest hashes.
 *
 * Deterministic and mergeable, unlike Vitter's reservoir: the sample of a union is the bottom k of both samples, in
 * whatever order rows come. Memory: 2k pairs. Rows of equal hash are kept by the order of their items. Each row's
 * chance is min(1, k/n) when hashes are uniform and distinct; a row that is offered twice counts twice. A size below
 * 1 throws a RangeError.
 *
 * Source: Cohen and Kaplan 2007 (bottom-k sketches).
 *
 * @example bottomK(2).taken().length // 0
 */
export function bottomK(size: number): BottomK {
  if (!(size >= 1)) throw new RangeError("A sample holds at least one row.");
  let pairs: Array<{ readonly hash: number; readonly item: number }> = [];
  let limit = Number.POSITIVE_INFINITY;
  let offered = 0;
  const cut = () => {
    pairs = pairs.sort((a, b) => a.hash - b.hash || a.item - b.item).slice(0, size);
    if (pairs.length === size) limit = pairs[size - 1]?.hash ?? limit;
    return pairs;
  };
  const offer = (hash: number, item: number): boolean => {
    offered++;
    if (hash > limit) return false;
    pairs.push({ hash, item });
    if (pairs.length >= 2 * size) cut();
    return hash <= limit;
  };
  return {
    size,
    offered: () => offered,
    offer,
    merge: (other) => {
      const all = offered + other.offered();
      for (const { hash, item } of other.pairs()) offer(hash, item);
      offered = all;
    },
    pairs: cut,
    taken: () => cut().map(({ item }) => item),
  };
}

function finalise(seed: number): number {
  let word = seed | 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}
