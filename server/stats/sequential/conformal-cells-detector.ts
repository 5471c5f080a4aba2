import { chiSquaredTail } from "../distributions/chi-squared.ts";
import { normalQuantile } from "../distributions/normal.ts";
import { type Counts, sharesOf, totalOf } from "../drift/shares.ts";
import { cellNormalScores } from "./cell-normal-scores.ts";
import { advanceBets, conformalBets, logMeanEvidence, type Side } from "./conformal-bets.ts";
import type { EvidenceDetector } from "./evidence-detector.ts";

/** What a direction looks for: a shift, a change of spread, or any change at all. */
export type ConformalDirection = "location" | "scale" | "omnibus";

export interface ConformalCellsState {
  windows: number;
  /** The pool by cell: every row so far, the reference included. */
  pool: Float64Array;
  /** M_μ of each direction's bets, one direction after the other (not logarithms). */
  evidence: Float64Array;
  /** z of each direction in the last window that had rows. */
  z: Float64Array;
}

export interface ConformalCellsOptions {
  /** Rows of the reference by cell; pool rare cells first (rareCellPooling). */
  readonly reference: Counts;
  /** Ordered cells bet on location, scale and anything; unordered ones on anything. */
  readonly ordered: boolean;
  /** Which shifts matter; "above" or "below" bet on that location alone. "both" unless told otherwise. */
  readonly side?: Side;
  /** Rows that count as one (≥ 1). */
  readonly overDispersion?: number;
}

export interface ConformalCellsDetector extends EvidenceDetector<Counts, ConformalCellsState> {
  readonly directions: readonly ConformalDirection[];
  /** ln M of one direction. */
  directionLogEvidence(state: ConformalCellsState, direction: number): number;
}

interface Direction {
  readonly name: ConformalDirection;
  /** Null: the omnibus. */
  readonly scores: Float64Array | null;
  readonly bets: Float64Array;
  readonly at: number;
}

/** Φ⁻¹ of the omnibus' tail is cut here. */
const CHANCE_MIN = 1e-300;

/**
 * Evidence that the shares of cells (deciles of a number, scores, losses, categories) have changed since monitoring
 * began, whatever the distribution was.
 *
 * While nothing has changed, the window's rows are a random draw from the pool that includes them. Linear scores s:
 * z = (Σ c s − n m) ÷ √(v n (N − n)/(N − 1)) with the pool's mean m and variance v, exact permutation moments, normal from about 30
 * rows on. Omnibus: z = −Φ⁻¹(P(χ² > x)), x = Σ (c − e)²/e · (N − 1)/(N − n). Each is bet on, M_μ ← (1 + M_μ) e^(μz − μ²/2); a
 * direction's M is the mean over its bets, the detector's the mean over directions. Over-dispersion η: z/√η, and counts/η in
 * the omnibus.
 *
 * One direction: mean run to a false alarm at ln M ≥ ln A at least A windows, for every distribution. Directions live in
 * filtrations of their own, so a mean of several has A/2 at worst by the union bound (simulated: about 2A). Windows without
 * rows change nothing but the count. The first window without any reference joins the pool unjudged. Another number of
 * cells, or a negative or non-finite total, throws a RangeError. After Vovk et al. (2021), on window counts.
 *
 * @example createConformalCellsDetector({ reference: [10, 20, 10], ordered: true }).directions // ["location", "scale", "omnibus"]
 */
export function createConformalCellsDetector(options: ConformalCellsOptions): ConformalCellsDetector {
  const cells = options.reference.length;
  const eta = Math.max(1, options.overDispersion ?? 1);
  const directions = directionsOf(options);
  const places = directions.reduce((sum, { bets }) => sum + bets.length, 0);
  const stepInto = (state: ConformalCellsState, window: Counts): void => {
    const rows = checkedRows(window, cells);
    state.windows++;
    if (rows === 0) return;
    const before = addToPool(state.pool, window);
    if (!(before > 0)) return;
    for (let d = 0; d < directions.length; d++) {
      const direction = directions[d];
      if (direction === undefined) continue;
      const z =
        direction.scores === null
          ? omnibusScore(window, state.pool, rows, before, eta)
          : linearScore(window, state.pool, direction.scores, rows, before) / Math.sqrt(eta);
      state.z[d] = z;
      advanceBets(state.evidence, direction.at, direction.bets, z);
    }
  };
  const directionLogEvidence = (state: ConformalCellsState, index: number): number => {
    const direction = directions[index];
    if (direction === undefined) return Number.NEGATIVE_INFINITY;
    return logMeanEvidence(state.evidence, direction.at, direction.bets.length);
  };
  return {
    directions: directions.map(({ name }) => name),
    start: () => ({
      windows: 0,
      pool: Float64Array.from(options.reference),
      evidence: new Float64Array(places),
      z: new Float64Array(directions.length),
    }),
    stepInto,
    step: (state, window) => {
      const { windows, pool, evidence, z } = state;
      const next = { windows, pool: pool.slice(), evidence: evidence.slice(), z: z.slice() };
      stepInto(next, window);
      return next;
    },
    directionLogEvidence,
    logEvidence: (state) => meanOverDirections(state.evidence, directions),
    restart: (state) => ({
      ...state,
      pool: state.pool.slice(),
      evidence: new Float64Array(places),
      z: state.z.slice(),
    }),
  };
}

function directionsOf(options: ConformalCellsOptions): Direction[] {
  const above = conformalBets("above");
  if (!options.ordered) return [{ name: "omnibus", scores: null, bets: above, at: 0 }];
  const { location, scale } = cellNormalScores(sharesOf(options.reference));
  const side = options.side ?? "both";
  const shift = conformalBets(side);
  if (side !== "both") return [{ name: "location", scores: location, bets: shift, at: 0 }];
  const spread = conformalBets("both");
  return [
    { name: "location", scores: location, bets: shift, at: 0 },
    { name: "scale", scores: scale, bets: spread, at: shift.length },
    { name: "omnibus", scores: null, bets: above, at: shift.length + spread.length },
  ];
}

function checkedRows(window: Counts, cells: number): number {
  if (window.length !== cells) {
    throw new RangeError(`A window of ${window.length} cells cannot be compared with ${cells} cells.`);
  }
  const rows = totalOf(window);
  if (!(rows >= 0 && rows < Number.POSITIVE_INFINITY)) {
    throw new RangeError("The counts of a window must be finite and not negative.");
  }
  return rows;
}

/** Adds the window and answers how many rows were there before it. */
function addToPool(pool: Float64Array, window: Counts): number {
  let before = 0;
  for (let cell = 0; cell < pool.length; cell++) {
    const count = pool[cell] ?? 0;
    before += count;
    pool[cell] = count + (window[cell] || 0);
  }
  return before;
}

/** Permutation z of a linear score; 0 where the pool does not vary. `before` = N − n. */
function linearScore(
  window: Counts,
  pool: Float64Array,
  scores: Float64Array,
  rows: number,
  before: number,
): number {
  let sum = 0;
  let mean = 0;
  let square = 0;
  for (let cell = 0; cell < scores.length; cell++) {
    const score = scores[cell] ?? 0;
    const pooled = (pool[cell] ?? 0) * score;
    sum += (window[cell] || 0) * score;
    mean += pooled;
    square += pooled * score;
  }
  const population = rows + before;
  mean /= population;
  const variance = ((square / population - mean * mean) * rows * before) / (population - 1);
  return variance > 1e-12 ? (sum - rows * mean) / Math.sqrt(variance) : 0;
}

function omnibusScore(window: Counts, pool: Float64Array, rows: number, before: number, eta: number): number {
  const population = rows + before;
  const share = rows / population;
  let squares = 0;
  let degrees = -1;
  for (let cell = 0; cell < pool.length; cell++) {
    const pooled = pool[cell] ?? 0;
    if (!(pooled > 0)) continue;
    const expected = pooled * share;
    const gap = (window[cell] || 0) - expected;
    squares += (gap * gap) / expected;
    degrees++;
  }
  if (degrees < 1) return 0;
  const x = (squares * (population / eta - 1)) / before;
  return -normalQuantile(Math.max(CHANCE_MIN, Math.min(1 - 1e-12, chiSquaredTail(x, degrees))));
}

function meanOverDirections(evidence: Float64Array, directions: readonly Direction[]): number {
  let sum = 0;
  for (const { at, bets } of directions) {
    let direction = 0;
    for (let place = at; place < at + bets.length; place++) direction += evidence[place] ?? 0;
    sum += direction / bets.length;
  }
  return Math.log(sum / directions.length);
}
