import { normalCumulative, normalQuantile } from "../distributions/normal.ts";
import { DEFAULT_LEVEL, EMPTY, type Estimate, shownInterval, UNDEFINED } from "../estimate.ts";
import { benjaminiHochberg } from "./benjamini-hochberg.ts";
import { normalScores } from "./normal-scores.ts";

/** How two features move together on one side. */
export interface Correlation {
  /** In [−1, 1]. */
  readonly value: number;
  /** Rows that have both. */
  readonly n: number;
}

export interface CorrelationChange {
  /** Indices of the two features. */
  readonly pair: readonly [number, number];
  readonly reference: number;
  readonly current: number;
  /** Rows of either side that have both features. */
  readonly rows: { readonly reference: number; readonly current: number };
  /** Current minus reference, with an interval for this pair alone. */
  readonly difference: Estimate;
  /** Two-sided, adjusted over all pairs. */
  readonly adjustedP: number;
}

/** Below this many common rows a side, a pair is not tested. */
export const PAIR_ROWS_MIN = 30;
const R_MAX = 1 - 1e-12;

/**
 * Pearson's correlation of two columns over the rows that have both; of normal scores, a rank correlation.
 *
 * Null below three rows, or when either is constant there.
 *
 * @example correlationOf([1, 2, 3, NaN], [2, 4, 6, 1]) // { value: 1, n: 3 }
 */
export function correlationOf(a: ArrayLike<number>, b: ArrayLike<number>): Correlation | null {
  let n = 0;
  let meanA = 0;
  let meanB = 0;
  let squaresA = 0;
  let squaresB = 0;
  let products = 0;
  for (let row = 0; row < a.length; row++) {
    const x = a[row] ?? Number.NaN;
    const y = b[row] ?? Number.NaN;
    if (Number.isNaN(x + y)) continue;
    n++;
    const gapA = x - meanA;
    meanA += gapA / n;
    const gapB = y - meanB;
    meanB += gapB / n;
    squaresA += gapA * (x - meanA);
    squaresB += gapB * (y - meanB);
    products += gapA * (y - meanB);
  }
  if (n < 3 || !(squaresA > 0) || !(squaresB > 0)) return null;
  const value = products / Math.sqrt(squaresA) / Math.sqrt(squaresB);
  return { value: Math.min(1, Math.max(-1, value)), n };
}

/**
 * Two-sided p value of equal correlations: z = (artanh r₂ − artanh r₁) ÷ √(1/(n₁ − 3) + 1/(n₂ − 3)) (Fisher 1921).
 *
 * In [0, 1]; 1 below four rows a side. Made for normal pairs, so near enough for normal scores; rows are taken as
 * independent.
 *
 * @example fisherEqualityP({ value: 0.2, n: 103 }, { value: 0.2, n: 103 }) // 1
 */
export function fisherEqualityP(first: Correlation, second: Correlation): number {
  if (first.n < 4 || second.n < 4) return 1;
  const z = (artanh(second.value) - artanh(first.value)) / Math.sqrt(1 / (first.n - 3) + 1 / (second.n - 3));
  return Math.min(1, 2 * normalCumulative(-Math.abs(z)));
}

/**
 * r₂ − r₁ with Zou's interval (2007), which puts together the limits that Fisher's z gives for each correlation.
 *
 * In [−2, 2]. Below four rows a side: the value without an interval, `LOW_N`.
 *
 * @example correlationDifference({ value: 0.5, n: 100 }, { value: 0.5, n: 100 }).interval?.lo // -0.2114
 */
export function correlationDifference(
  first: Correlation,
  second: Correlation,
  level = DEFAULT_LEVEL,
): Estimate {
  const value = second.value - first.value;
  if (first.n < 4 || second.n < 4) return { value, interval: null, status: "LOW_N" };
  const [a, b] = [fisherLimits(first, level), fisherLimits(second, level)];
  const lo = value - Math.hypot(second.value - b.lo, a.hi - first.value);
  const hi = value + Math.hypot(b.hi - second.value, first.value - a.lo);
  const interval = shownInterval(value, { lo, hi, min: -2, max: 2 }, { level, method: "zou-fisher-z" });
  return { value, interval, status: "OK" };
}

/**
 * All pairs of columns whose correlation of normal scores can be compared, the largest change first.
 *
 * Scores are made on each side by itself: a feature that only shifts or stretches changes no correlation. Pairs with
 * fewer than 30 common rows a side, or a constant feature, are left out. `adjustedP` is over all pairs returned. Sees
 * pairs only: three features can change together while every pair stays. A generator that yields after every feature.
 *
 * @example correlationChanges([[1, 2]], [[1, 2]]).next().done // false
 * @example runToEnd(correlationChanges([[1, 2]], [[1, 2]])).length // 0
 */
export function* correlationChanges(
  reference: ReadonlyArray<ArrayLike<number>>,
  current: ReadonlyArray<ArrayLike<number>>,
  level = DEFAULT_LEVEL,
): Generator<undefined, CorrelationChange[]> {
  const then: Float64Array[] = [];
  const now: Float64Array[] = [];
  const found: Array<{ pair: readonly [number, number]; first: Correlation; second: Correlation }> = [];
  for (let i = 0; i < reference.length; i++) {
    then.push(normalScores(reference[i] ?? []));
    now.push(normalScores(current[i] ?? []));
    for (let j = 0; j < i; j++) {
      const first = correlationOf(then[i] ?? [], then[j] ?? []);
      const second = correlationOf(now[i] ?? [], now[j] ?? []);
      if (first === null || second === null || Math.min(first.n, second.n) < PAIR_ROWS_MIN) continue;
      found.push({ pair: [j, i], first, second });
    }
    yield;
  }
  const adjusted = benjaminiHochberg(found.map(({ first, second }) => fisherEqualityP(first, second)));
  return found
    .map(({ pair, first, second }, index) => ({
      pair,
      reference: first.value,
      current: second.value,
      rows: { reference: first.n, current: second.n },
      difference: correlationDifference(first, second, level),
      adjustedP: adjusted[index] ?? 1,
    }))
    .sort((a, b) => Math.abs(b.difference.value ?? 0) - Math.abs(a.difference.value ?? 0));
}

/**
 * The largest change of any correlation, ‖R_c − R_0‖_max, over pairs as correlationChanges orders them.
 *
 * In [0, 2]. The interval is for the largest of all pairs at once (Šidák's level for each), so it does not forget
 * that the pair was chosen for being the largest. No pair: `UNDEFINED`, as fewer than two features can be compared.
 *
 * @example largestCorrelationChange([]).status // "UNDEFINED"
 */
export function largestCorrelationChange(
  changes: readonly CorrelationChange[],
  level = DEFAULT_LEVEL,
): Estimate {
  const [largest] = changes;
  if (largest === undefined) return UNDEFINED;
  if (largest.difference.value === null) return EMPTY;
  const each = level ** (1 / changes.length);
  const limits = changes.map((change) =>
    correlationDifference(
      { value: change.reference, n: change.rows.reference },
      { value: change.current, n: change.rows.current },
      each,
    ),
  );
  const ends = limits.map(({ interval }) => ({ lo: interval?.lo ?? -2, hi: interval?.hi ?? 2 }));
  const lo = Math.max(...ends.map((end) => Math.max(0, end.lo, -end.hi)));
  const hi = Math.max(...ends.map((end) => Math.max(end.hi, -end.lo)));
  const value = Math.abs(largest.difference.value);
  const interval = shownInterval(value, { lo, hi, min: 0, max: 2 }, { level, method: "zou-sidak" });
  return { value, interval, status: "OK" };
}

function fisherLimits({ value, n }: Correlation, level: number): { lo: number; hi: number } {
  const reach = normalQuantile((1 + level) / 2) / Math.sqrt(n - 3);
  return { lo: Math.tanh(artanh(value) - reach), hi: Math.tanh(artanh(value) + reach) };
}

function artanh(r: number): number {
  return Math.atanh(Math.min(R_MAX, Math.max(-R_MAX, r)));
}
