/** Distinct values of two samples together, ascending, with how often each occurs on either side. */
export interface PooledValues {
  readonly values: Float64Array;
  readonly reference: Float64Array;
  readonly current: Float64Array;
}

/**
 * Two samples as one list of distinct values with their counts: what tests on raw values (a reservoir, not bins) are
 * computed from, ties and all. Numbers only; −0 is 0. Empty samples: empty lists.
 *
 * @example pooledValues([1, 2, 2], [2, 3]).current // [0, 1, 1]
 */
export function pooledValues(reference: ArrayLike<number>, current: ArrayLike<number>): PooledValues {
  const a = Float64Array.from(reference, (value) => value + 0).sort();
  const b = Float64Array.from(current, (value) => value + 0).sort();
  const values = Float64Array.from(new Set([...a, ...b])).sort();
  return { values, reference: countsAt(values, a), current: countsAt(values, b) };
}

function countsAt(values: Float64Array, sorted: Float64Array): Float64Array {
  let next = 0;
  return values.map((value) => {
    const first = next;
    while (next < sorted.length && (sorted[next] ?? 0) <= value) next += 1;
    return next - first;
  });
}
