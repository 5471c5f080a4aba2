import { logGamma } from "../distributions/log-gamma.ts";

/** n rows drawn without replacement from N, of which K are marked. */
export interface Urn {
  readonly population: number;
  readonly marked: number;
  readonly drawn: number;
}

/**
 * The hypergeometric distribution around k: P(X < k), P(X = k) and P(X > k) for the marked rows among those drawn.
 *
 * Answers where a window's errors stand among all ways to draw it from the pool. The smaller tail is summed term by term
 * from k outwards, so it keeps its relative precision (about 1e-9 in a pool of 10⁶ rows); the other follows. Whole numbers
 * with drawn ≤ population, marked ≤ population; k outside the support has `at` 0.
 *
 * @example hypergeometricSplit(1, { population: 4, marked: 2, drawn: 2 }) // { below: 0.166666667, at: 0.666666667, above: 0.166666667 }
 */
export function hypergeometricSplit(k: number, urn: Urn): { below: number; at: number; above: number } {
  const { population, marked, drawn } = urn;
  const least = Math.max(0, drawn - (population - marked));
  const most = Math.min(drawn, marked);
  if (k < least) return { below: 0, at: 0, above: 1 };
  if (k > most) return { below: 1, at: 0, above: 0 };
  const at = Math.exp(logMass(k, urn));
  if (k * population <= drawn * marked) {
    const below = at * lowerSum(k, urn, least);
    return { below, at, above: Math.max(0, 1 - below - at) };
  }
  const above = at * upperSum(k, urn, most);
  return { below: Math.max(0, 1 - above - at), at, above };
}

function logMass(k: number, { population, marked, drawn }: Urn): number {
  return logChoose(marked, k) + logChoose(population - marked, drawn - k) - logChoose(population, drawn);
}

function logChoose(n: number, k: number): number {
  return k === 0 || k === n ? 0 : logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

/** Σ_{i < k} P(i) ÷ P(k). */
function lowerSum(k: number, { population, marked, drawn }: Urn, least: number): number {
  const unmarked = population - marked;
  let term = 1;
  let sum = 0;
  for (let i = k; i > least && term > sum * 1e-17; i--) {
    term *= (i * (unmarked - drawn + i)) / ((marked - i + 1) * (drawn - i + 1));
    sum += term;
  }
  return sum;
}

/** Σ_{i > k} P(i) ÷ P(k). */
function upperSum(k: number, { population, marked, drawn }: Urn, most: number): number {
  const unmarked = population - marked;
  let term = 1;
  let sum = 0;
  for (let i = k; i < most && term > sum * 1e-17; i++) {
    term *= ((marked - i) * (drawn - i)) / ((i + 1) * (unmarked - drawn + i + 1));
    sum += term;
  }
  return sum;
}
