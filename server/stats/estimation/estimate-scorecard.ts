import { logBernoulliFactor } from "../sequential/rate-detector.ts";

/** A window that was estimated before its labels came, and what they said. */
export interface JudgedEstimate {
  readonly estimate: number;
  readonly band: { readonly lo: number; readonly hi: number };
  readonly realised: number;
}

export interface EstimateScorecard {
  /** Judged windows: the last 30 at most. */
  readonly windows: number;
  /** Windows whose realised value lay inside the band. */
  readonly held: number;
  /** Mean of |estimate − realised|, in the metric's unit. */
  readonly meanAbsoluteError: number;
  /** Mean of estimate − realised: above 0, estimates were too high. */
  readonly meanError: number;
  /** Evidence that the band holds fewer than 80 %: an e-value, 20 is 20 to 1. */
  readonly evidence: number;
  /** Whether the estimate is to be shown struck out and never acted on. */
  readonly isStruckOut: boolean;
}

/** Windows that are looked back on. */
export const SCORECARD_WINDOWS = 30;
const MISS_LIMIT = 0.2;
const ODDS_RATIOS = [1.35, 1.6, 2, 3, 6, 20];
const STRUCK_FROM = 20;

/**
 * How an estimator has done where labels came later, oldest first: error, coverage of its 95 % band over the last 30
 * judged windows, and whether it is to be believed on.
 *
 * It is struck out when the misses give evidence of 20 to 1 that the band holds less than 80 %: the e-value is the mean over
 * odds ratios 1.35 to 20 of Π (likelihood of the misses under the higher rate ÷ under a rate of 0.2), at most 1 on average
 * while the rate is ≤ 0.2, so a sound estimator is struck out in fewer than one of 20 such looks. Null without a window.
 *
 * @example estimateScorecard([{ estimate: 0.7, band: { lo: 0.6, hi: 0.8 }, realised: 0.75 }])?.meanAbsoluteError // 0.05
 */
export function estimateScorecard(windows: readonly JudgedEstimate[]): EstimateScorecard | null {
  const last = windows.slice(-SCORECARD_WINDOWS);
  if (last.length === 0) return null;
  const held = last.filter(({ band, realised }) => band.lo <= realised && realised <= band.hi).length;
  const errors = last.map(({ estimate, realised }) => estimate - realised);
  const evidence = coverageEvidence(last.length - held, last.length);
  return {
    windows: last.length,
    held,
    meanAbsoluteError: mean(errors.map(Math.abs)),
    meanError: mean(errors),
    evidence,
    isStruckOut: evidence >= STRUCK_FROM,
  };
}

function coverageEvidence(misses: number, windows: number): number {
  const odds = MISS_LIMIT / (1 - MISS_LIMIT);
  const factors = ODDS_RATIOS.map((ratio) => {
    const alternative = (ratio * odds) / (1 + ratio * odds);
    return Math.exp(
      logBernoulliFactor({ successes: misses, trials: windows }, { alternative, limit: MISS_LIMIT }),
    );
  });
  return mean(factors);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
