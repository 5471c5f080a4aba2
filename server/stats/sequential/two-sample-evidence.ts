import { logGamma } from "../distributions/log-gamma.ts";

/** What may come after a change, as alternatives to the shares before it. */
export interface Alternatives {
  /** Concentrations c of Dirichlet(c p̂) priors around the shares before; their mean has weight `omnibus`. */
  readonly concentrations: readonly number[];
  readonly omnibus: number;
  /** Exponents t_k per cell of tilts q_k ∝ p̂_k e^(t_k); their mean has the rest of the weight. */
  readonly tilts: readonly Float64Array[];
}

/** What of a change candidate depends on the rows before it alone. */
export interface CandidateTerms {
  /** ln DM(pre; ½). */
  readonly logBefore: number;
  readonly logShares: Float64Array;
  /** c p̂_k, concentration by cell, and what ln DM(·; c p̂) takes off. */
  readonly priors: Float64Array;
  readonly priorLogs: Float64Array;
  /** ln Σ p̂_k e^(t_k) of each tilt. */
  readonly tiltLogs: Float64Array;
}

/**
 * Prepares a change candidate from the counts before it (already divided by their over-dispersion).
 *
 * p̂ = (pre + ½) ÷ Σ. Everything later evidence needs that does not depend on the rows after.
 *
 * @example candidateTerms([1, 0], { concentrations: [20], omnibus: 1, tilts: [] }).logBefore // ln ½ = -0.6931471805599453
 */
export function candidateTerms(before: ArrayLike<number>, alternatives: Alternatives): CandidateTerms {
  const cells = before.length;
  let rows = 0;
  for (let cell = 0; cell < cells; cell++) rows += before[cell] ?? 0;
  const shares = Float64Array.from(before, (count) => (count + 0.5) / (rows + cells / 2));
  const priors = new Float64Array(alternatives.concentrations.length * cells);
  const priorLogs = Float64Array.from(alternatives.concentrations, (concentration, row) => {
    let sum = logGamma(concentration);
    for (let cell = 0; cell < cells; cell++) {
      const prior = concentration * (shares[cell] ?? 0);
      priors[row * cells + cell] = prior;
      sum -= logGamma(prior);
    }
    return sum;
  });
  const tiltLogs = Float64Array.from(alternatives.tilts, (tilt) => {
    let sum = 0;
    for (let cell = 0; cell < cells; cell++) sum += (shares[cell] ?? 0) * Math.exp(tilt[cell] ?? 0);
    return Math.log(sum);
  });
  const logShares = shares.map((share) => Math.log(share));
  return { logBefore: jeffreysLogLikelihood(before), logShares, priors, priorLogs, tiltLogs };
}

/**
 * ln DM(c; ½): what Jeffreys' prior predicts for rows with these counts, whole or fractional. No rows: 0.
 *
 * @example jeffreysLogLikelihood([1, 0]) // ln ½ = -0.6931471805599453
 */
export function jeffreysLogLikelihood(counts: ArrayLike<number>): number {
  const cells = counts.length;
  let rows = 0;
  let sum = 0;
  for (let cell = 0; cell < cells; cell++) {
    const count = counts[cell] ?? 0;
    rows += count;
    if (count > 0) sum += logGamma(count + 0.5) - HALF_LOG_PI;
  }
  return sum + logGamma(cells / 2) - logGamma(cells / 2 + rows);
}

/** ln Γ(½). */
const HALF_LOG_PI = 0.5723649429247001;

/**
 * Σ c ln(c/n): the largest log-likelihood of any fixed shares. With it in place of Jeffreys' mixture the two-sample
 * evidence is valid for every fixed distribution (universal inference), at some loss of speed. No rows: 0.
 *
 * @example maximisedLogLikelihood([1, 3]) // ln ¼ + 3 ln ¾ = -2.2493405784752336
 */
export function maximisedLogLikelihood(counts: ArrayLike<number>): number {
  let rows = 0;
  let sum = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    const count = counts[cell] ?? 0;
    rows += count;
    if (count > 0) sum += count * Math.log(count);
  }
  return rows > 0 ? sum - rows * Math.log(rows) : 0;
}

/**
 * ln Alt(post | pre): how well the rows after a candidate are told by alternatives around the shares before it; the mean
 * over Dirichlet priors and over tilts, each with its weight. `after` = counts since the candidate, over-dispersion divided out.
 *
 * @example alternativeLogLikelihood([0, 0], candidateTerms([5, 5], { concentrations: [20], omnibus: 1, tilts: [] }), { concentrations: [20], omnibus: 1, tilts: [] }) // 0
 */
export function alternativeLogLikelihood(
  after: ArrayLike<number>,
  terms: CandidateTerms,
  alternatives: Alternatives,
): number {
  const { omnibus } = alternatives;
  const any = omnibus > 0 ? Math.log(omnibus) + dirichletPart(after, terms, alternatives.concentrations) : 0;
  if (omnibus >= 1) return any;
  const tilted = Math.log1p(-omnibus) + tiltPart(after, terms, alternatives.tilts);
  if (omnibus <= 0) return tilted;
  return any > tilted
    ? any + Math.log1p(Math.exp(tilted - any))
    : tilted + Math.log1p(Math.exp(any - tilted));
}

function dirichletPart(
  after: ArrayLike<number>,
  terms: CandidateTerms,
  concentrations: readonly number[],
): number {
  const cells = after.length;
  let rows = 0;
  for (let cell = 0; cell < cells; cell++) rows += after[cell] ?? 0;
  let high = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let row = 0; row < concentrations.length; row++) {
    let log = (terms.priorLogs[row] ?? 0) - logGamma((concentrations[row] ?? 0) + rows);
    for (let cell = 0; cell < cells; cell++) {
      log += logGamma((terms.priors[row * cells + cell] ?? 0) + (after[cell] ?? 0));
    }
    // A running log-sum-exp: one pass and no array.
    if (log > high) {
      sum = sum * Math.exp(high - log) + 1;
      high = log;
    } else sum += Math.exp(log - high);
  }
  return high + Math.log(sum / concentrations.length);
}

function tiltPart(after: ArrayLike<number>, terms: CandidateTerms, tilts: readonly Float64Array[]): number {
  const cells = after.length;
  let rows = 0;
  let plain = 0;
  for (let cell = 0; cell < cells; cell++) {
    const count = after[cell] ?? 0;
    rows += count;
    plain += count * (terms.logShares[cell] ?? 0);
  }
  let high = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let row = 0; row < tilts.length; row++) {
    const tilt = tilts[row];
    let log = plain - rows * (terms.tiltLogs[row] ?? 0);
    for (let cell = 0; cell < cells; cell++) log += (after[cell] ?? 0) * (tilt?.[cell] ?? 0);
    if (log > high) {
      sum = sum * Math.exp(high - log) + 1;
      high = log;
    } else sum += Math.exp(log - high);
  }
  return high + Math.log(sum / tilts.length);
}
