/** Which changes a bet looks for: the figure rising, falling, or either. */
export type Side = "above" | "below" | "both";

const TWO_SIDED = [-3, -2, -1, -0.5, 0.5, 1, 2, 3];
const ONE_SIDED = [0.5, 1, 1.5, 2, 3, 4];
/** Where evidence stops growing: far beyond any patience, far below overflow. */
const EVIDENCE_MAX = 1e200;

/**
 * The sizes μ of the bets on a standard normal z: ±½ to ±3 for both sides, ½ to 4 (or −½ to −4) for one.
 *
 * @example conformalBets("above") // [0.5, 1, 1.5, 2, 3, 4]
 */
export function conformalBets(side: Side): Float64Array {
  if (side === "both") return Float64Array.from(TWO_SIDED);
  return Float64Array.from(ONE_SIDED, (bet) => (side === "above" ? bet : -bet));
}

/**
 * Takes one z into the evidence of its bets, in place, from place `at` on: M_μ ← (1 + M_μ) e^(μz − μ²/2), capped at 10²⁰⁰.
 *
 * Each M_μ is an e-SR detector: while z is a standard normal independent of the past, E[M_τ] ≤ E[τ].
 *
 * @example advanceBets(new Float64Array(1), 0, new Float64Array([1]), 2) // e^1.5 = [4.481689]
 */
export function advanceBets(evidence: Float64Array, at: number, bets: Float64Array, z: number): Float64Array {
  for (let k = 0; k < bets.length; k++) {
    const bet = bets[k] ?? 0;
    const grown = (1 + (evidence[at + k] ?? 0)) * Math.exp(bet * (z - bet / 2));
    evidence[at + k] = Math.min(grown, EVIDENCE_MAX);
  }
  return evidence;
}

/**
 * ln of the mean evidence over the bets from place `at` on.
 *
 * @example logMeanEvidence(new Float64Array([9, 1, 3]), 1, 2) // ln 2 = 0.6931471805599453
 */
export function logMeanEvidence(evidence: Float64Array, at: number, bets: number): number {
  let sum = 0;
  for (let k = at; k < at + bets; k++) sum += evidence[k] ?? 0;
  return Math.log(sum / bets);
}
