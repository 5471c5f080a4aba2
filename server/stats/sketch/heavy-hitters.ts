/** The heaviest values of a stream, value → a count that is never above the true one. */
export type HeavyHitters = ReadonlyMap<string, number>;

/** Counters kept where nothing else bounds them. */
export const HEAVY_HITTERS_KEPT = 256;

/**
 * Two lists of heaviest values as one (Misra and Gries 1982; Agarwal et al. 2012 for the merge).
 *
 * Counts add, then the list is bounded again. Every value kept has at most its true count and at least that less
 * n ÷ (kept + 1), n being all rows that were counted; so every value with more than that share is in the list.
 * Commutative. Merging in another order may keep other counts, all within the same bound.
 *
 * @example mergeHeavyHitters(new Map([["a", 2]]), new Map([["a", 1], ["b", 1]])).get("a") // 3
 */
export function mergeHeavyHitters(a: HeavyHitters, b: HeavyHitters, kept = HEAVY_HITTERS_KEPT): HeavyHitters {
  const merged = new Map(a);
  for (const [value, count] of b) merged.set(value, (merged.get(value) ?? 0) + count);
  return boundHeavyHitters(merged, kept);
}

/**
 * Keeps the heaviest values, less what the first one left out weighs; equal weights are decided by the value and not
 * by arrival, so that a replay answers the same. A list that is short enough is answered as it is.
 *
 * @example boundHeavyHitters(new Map([["a", 5], ["b", 3], ["c", 1]]), 2).get("a") // 4
 */
export function boundHeavyHitters(values: HeavyHitters, kept = HEAVY_HITTERS_KEPT): HeavyHitters {
  if (values.size <= kept) return values;
  const heaviest = [...values].sort(([a, aCount], [b, bCount]) => bCount - aCount || (a < b ? -1 : 1));
  const cut = heaviest[kept]?.[1] ?? 0;
  const bounded = new Map<string, number>();
  for (const [value, count] of heaviest.slice(0, kept)) {
    if (count > cut) bounded.set(value, count - cut);
  }
  return bounded;
}
