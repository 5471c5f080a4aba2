/**
 * p values adjusted for being many (Benjamini and Hochberg 1995): calling those at or below q changed keeps the
 * expected share of false calls among all calls at or below q, for independent or positively dependent tests.
 *
 * Step up: adjusted p of rank k is min over later ranks j ≥ k of p_(j) · m ÷ j, at most 1. Returned in the order of
 * the input; never below the p itself. Empty: empty. NaN counts as 1.
 *
 * @example benjaminiHochberg([0.01, 0.04, 0.03, 0.005]) // [0.02, 0.04, 0.04, 0.02]
 */
export function benjaminiHochberg(pValues: ArrayLike<number>): Float64Array {
  const m = pValues.length;
  const p = Float64Array.from(pValues, (value) => (value >= 0 && value <= 1 ? value : 1));
  const order = Array.from(p.keys()).sort((a, b) => (p[b] ?? 1) - (p[a] ?? 1));
  const adjusted = new Float64Array(m);
  let smallest = 1;
  order.forEach((index, position) => {
    smallest = Math.min(smallest, (p[index] ?? 1) * (m / (m - position)));
    adjusted[index] = smallest;
  });
  return adjusted;
}
