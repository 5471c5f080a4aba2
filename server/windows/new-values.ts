/** The heaviest values that no reference knew, value → count (Misra–Gries; Agarwal et al. 2012 for the merge). */
export type NewValues = ReadonlyMap<string, number>;

const MAX_NEW_VALUES = 16;

/** Every value kept has at most its true count, and at least that less 1/17 of all that were counted. */
export function mergeNewValues(a: NewValues, b: NewValues): NewValues {
  const merged = new Map(a);
  for (const [value, count] of b) merged.set(value, (merged.get(value) ?? 0) + count);
  return boundNewValues(merged);
}

/** Keeps the 16 heaviest, less what the 17th weighs; equal weights are decided by the value, not by arrival. */
export function boundNewValues(values: NewValues): NewValues {
  if (values.size <= MAX_NEW_VALUES) return values;
  const heaviest = [...values].sort(([a, aCount], [b, bCount]) => bCount - aCount || (a < b ? -1 : 1));
  const cut = heaviest[MAX_NEW_VALUES]?.[1] ?? 0;
  const kept = new Map<string, number>();
  for (const [value, count] of heaviest.slice(0, MAX_NEW_VALUES)) {
    if (count > cut) kept.set(value, count - cut);
  }
  return kept;
}
