import { clopperPearsonUpper } from "../uncertainty/clopper-pearson.ts";
import {
  advanceBank,
  type BankState,
  bankLogEvidence,
  copyBank,
  equalLogWeights,
  leadingOf,
  restartBank,
  skipWindow,
  startBank,
} from "./component-bank.ts";
import type { EvidenceDetector, LeadingComponent } from "./evidence-detector.ts";
import { DEFAULT_REFERENCE_MISS } from "./finite-reference-margin.ts";

/** k of n rows of a window. Fractions are fine: counts divided by their over-dispersion. */
export interface RateWindow {
  readonly successes: number;
  readonly trials: number;
}

const ODDS_RATIOS = [1.1, 1.2, 1.35, 1.6, 2, 3, 6, 20];
const NO_BET_FROM = 0.999;
/** A limit of exactly 0 would make the first success infinite evidence; this makes it only very strong. */
const LIMIT_MIN = 1e-9;

/**
 * One window's evidence that a rate is a rather than at most b: ln e = k ln(a/b) + (n − k) ln((1 − a)/(1 − b)).
 *
 * For a > b an e-value under every rate ≤ b, since its mean grows with the rate and is 1 at b. a and b in (0, 1).
 *
 * @example logBernoulliFactor({ successes: 20, trials: 100 }, { alternative: 0.15, limit: 0.1 }) // 3.5366290549673973
 */
export function logBernoulliFactor(
  window: RateWindow,
  rates: { alternative: number; limit: number },
): number {
  const { alternative: a, limit: b } = rates;
  return (
    window.successes * Math.log(a / b) + (window.trials - window.successes) * Math.log((1 - a) / (1 - b))
  );
}

/**
 * The rate that a baseline of k₀ successes in N₀ trials still allows: b = BetaInv(1 − α; k₀ + 1, N₀ − k₀) + δ, the exact
 * upper limit and a tolerance. For a lower limit ask for the failures: 1 − rateLimit({ successes: N₀ − k₀, … }).
 *
 * k₀ = N₀ gives 1 + δ: nothing to watch. No trials: NaN.
 *
 * @example rateLimit({ successes: 500, trials: 5000 }, { tolerance: 0.01 }) // 0.12028902384286902
 */
export function rateLimit(
  baseline: RateWindow,
  options: { tolerance: number; referenceMiss?: number },
): number {
  const miss = options.referenceMiss ?? DEFAULT_REFERENCE_MISS;
  return clopperPearsonUpper(baseline.successes, baseline.trials, miss) + options.tolerance;
}

export interface RateOptions {
  /** The null hypothesis: the rate is at most `upper` and at least `lower`. Leave out a side to not watch it. */
  readonly upper?: number;
  readonly lower?: number;
  /** Rows that count as one (≥ 1). */
  readonly overDispersion?: number;
}

export interface RateComponent {
  readonly side: "above" | "below";
  /** The rate that it bets on. */
  readonly alternative: number;
}

export interface RateDetector extends EvidenceDetector<RateWindow, BankState> {
  readonly components: readonly RateComponent[];
  leading(state: BankState): LeadingComponent;
}

/**
 * Evidence that a rate (errors, nulls, violations, new categories) is beyond a limit, from k of n per window.
 *
 * Null: at every step the conditional rate is within [lower, upper], wherever it moves in there. ln M is the mean of
 * eight e-CUSUMs a side, with odds ratios 1.1 to 20 beyond the limit (two sides: the mean of both). Mean run to a
 * false alarm at ln M ≥ ln A: at least A windows, exactly, for every n. Precision is (FP, TP + FP), recall (FN, TP + FN).
 *
 * n = 0 changes nothing. A limit ≥ 0.999 (or ≤ 0.001 from below) leaves nothing to bet on: ln M stays 0. No limit, or one that
 * is NaN, throws a RangeError, and so does a window with k outside [0, n].
 *
 * @example createRateDetector({ upper: 0.1 }).components.length // 8
 */
export function createRateDetector(options: RateOptions): RateDetector {
  const bets = [
    ...(options.upper === undefined ? [] : betsOf("above", options.upper)),
    ...(options.lower === undefined ? [] : betsOf("below", 1 - options.lower)),
  ];
  if (bets.length === 0) throw new RangeError("A rate detector needs an upper or a lower limit, or both.");
  const scale = 1 / Math.max(1, options.overDispersion ?? 1);
  const logWeights = equalLogWeights(bets.length);
  const scratch = new Float64Array(bets.length);
  const stepInto = (state: BankState, { successes, trials }: RateWindow): void => {
    if (!(successes >= 0 && successes <= trials && trials < Number.POSITIVE_INFINITY)) {
      throw new RangeError("A window's successes must be between 0 and its trials.");
    }
    if (trials === 0) {
      skipWindow(state);
      return;
    }
    for (const [k, bet] of bets.entries()) {
      scratch[k] = scale * (successes * bet.success + (trials - successes) * bet.failure);
    }
    advanceBank(state, scratch);
  };
  return {
    components: bets.map(({ component }) => component),
    start: () => startBank(bets.length),
    stepInto,
    step: (state, window) => {
      const next = copyBank(state);
      stepInto(next, window);
      return next;
    },
    logEvidence: (state) => bankLogEvidence(state, logWeights),
    leading: (state) => leadingOf(state, logWeights),
    restart: restartBank,
  };
}

interface RateBet {
  component: RateComponent;
  /** ln factor of one success and of one failure. */
  success: number;
  failure: number;
}

function betsOf(side: "above" | "below", given: number): RateBet[] {
  if (Number.isNaN(given)) throw new RangeError("A rate's limit must be a number.");
  const limit = Math.max(LIMIT_MIN, given);
  return ODDS_RATIOS.map((odds) => {
    const bets = limit < NO_BET_FROM;
    const alternative = bets ? (odds * limit) / (1 - limit + odds * limit) : limit;
    const more = bets ? Math.log(alternative / limit) : 0;
    const less = bets ? Math.log((1 - alternative) / (1 - limit)) : 0;
    const above = side === "above";
    return {
      component: { side, alternative: above ? alternative : 1 - alternative },
      success: above ? more : less,
      failure: above ? less : more,
    };
  });
}
