import { lowerIncompleteGamma } from "./incomplete-gamma.ts";
import { noncentralityAt } from "./noncentral-chi-squared.ts";

/** Steps a unit of √x: halving them changes the answer by less than a millionth. */
const STEPS = 32;
/** Up to x = 1,600; beyond, the exact answer is cheap. */
const KNOTS = 40 * STEPS;
/** Just above the point where it starts the curve bends too much for a cubic. */
const BENT = STEPS / 2;
const TABLES_MAX = 256;

interface Table {
  /** √ of the largest x whose noncentrality is 0. */
  readonly start: number;
  /** Noncentrality at start + k ÷ STEPS; NaN where nobody asked yet. */
  readonly knots: Float64Array;
}

/** By degrees and p. */
const tables = new Map<number, Map<number, Table>>();

/**
 * noncentralityAt by a table that fills itself: for charts of thousands of points, whose limits need this twice each.
 *
 * Between knots 1/32 apart in √x by the cubic through the nearest four; within 1e-6 · (1 + λ) of the exact answer.
 * Same inputs, range and edge cases as noncentralityAt: 0 where the central law explains x, NaN for degrees ≤ 0,
 * x < 0 or p outside (0, 1).
 *
 * @example noncentralityNear(30, 9, 0.025) // 45.9505
 */
export function noncentralityNear(x: number, degrees: number, p: number): number {
  if (!(degrees > 0) || !(x >= 0) || !(p > 0 && p < 1)) return Number.NaN;
  const table = tableFor(degrees, p);
  const position = (Math.sqrt(x) - table.start) * STEPS;
  if (position <= 0) return 0;
  if (position < BENT || position >= KNOTS - 2) return noncentralityAt(x, degrees, p);
  const first = Math.floor(position) - 1;
  const t = position - first;
  const a = knotAt(table, first, degrees, p);
  const b = knotAt(table, first + 1, degrees, p);
  const c = knotAt(table, first + 2, degrees, p);
  const d = knotAt(table, first + 3, degrees, p);
  const outer = (t - 1) * (t - 2);
  const ends = (outer * (d * t - a * (t - 3))) / 6;
  return Math.max(0, ends + (t * (t - 3) * (b * (t - 2) - c * (t - 1))) / 2);
}

function knotAt({ start, knots }: Table, index: number, degrees: number, p: number): number {
  const known = knots[index] ?? Number.NaN;
  if (!Number.isNaN(known)) return known;
  const made = noncentralityAt((start + index / STEPS) ** 2, degrees, p);
  knots[index] = made;
  return made;
}

function tableFor(degrees: number, p: number): Table {
  const known = tables.get(degrees)?.get(p);
  if (known !== undefined) return known;
  const made = {
    start: Math.sqrt(centralQuantile(degrees, p)),
    knots: new Float64Array(KNOTS).fill(Number.NaN),
  };
  if (tables.size >= TABLES_MAX) tables.clear();
  tables.set(degrees, (tables.get(degrees) ?? new Map()).set(p, made));
  return made;
}

/** The x that the central law stays below with probability p, by bisection: once a table. */
function centralQuantile(degrees: number, p: number): number {
  let low = 0;
  let high = degrees + 10;
  while (lowerIncompleteGamma(degrees / 2, high / 2) < p) high *= 2;
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (lowerIncompleteGamma(degrees / 2, middle / 2) <= p) low = middle;
    else high = middle;
  }
  return low;
}
