import { normalQuantile } from "../distributions/normal.ts";
import { advanceBets, conformalBets, logMeanEvidence, type Side } from "./conformal-bets.ts";
import type { EvidenceDetector } from "./evidence-detector.ts";
import { hypergeometricSplit } from "./hypergeometric.ts";
import type { RateWindow } from "./rate-detector.ts";

/** A window with its own uniform number in [0, 1), seeded by the window's identity and never by its data. */
export interface SeededRateWindow extends RateWindow {
  readonly uniform: number;
}

export interface ConformalRateState {
  windows: number;
  /** The pool: every row so far, the reference included. */
  successes: number;
  trials: number;
  /** M_μ of each bet (not its logarithm). */
  evidence: Float64Array;
  /** z of the last window that had rows, for showing. */
  z: number;
}

export interface ConformalRateOptions {
  /** k₀ of N₀ rows before the first window. */
  readonly reference: RateWindow;
  /** "above" where only a rise matters (errors, nulls). */
  readonly side: Side;
  /** Rows that count as one (≥ 1): z is divided by its root. */
  readonly overDispersion?: number;
}

export type ConformalRateDetector = EvidenceDetector<SeededRateWindow, ConformalRateState>;

const CHANCE_MIN = 1e-300;

/**
 * Evidence that a rate has changed since monitoring began, from k of n per window, whatever the rate was.
 *
 * Given the pool of all rows up to and including the window, the window's own k is hypergeometric while nothing has
 * changed; u = P(X < k) + U P(X = k) is then exactly uniform and independent of the past (Vovk et al. 2021, on window counts).
 * z = Φ⁻¹(u) is bet on, M_μ ← (1 + M_μ) e^(μz − μ²/2), and M is the mean over μ: E[M_τ] ≤ E[τ] for every rate, so the mean run to
 * a false alarm at ln M ≥ ln A is at least A windows. Needs no margin, prior or tolerance; answers "changed", not "harmful",
 * and a slow drift dilutes itself into the pool (watch rateDetector's limit as well).
 *
 * Whole counts. Windows without rows change nothing. A window with k outside [0, n] or a uniform outside [0, 1] throws a
 * RangeError. Without a reference the first window bets on chance alone, harmlessly.
 *
 * @example createConformalRateDetector({ reference: { successes: 501, trials: 5000 }, side: "above" }).start().trials // 5000
 */
export function createConformalRateDetector(options: ConformalRateOptions): ConformalRateDetector {
  const bets = conformalBets(options.side);
  const shrink = 1 / Math.sqrt(Math.max(1, options.overDispersion ?? 1));
  const stepInto = (state: ConformalRateState, window: SeededRateWindow): void => {
    checkWindow(window);
    state.windows++;
    if (window.trials === 0) return;
    state.successes += window.successes;
    state.trials += window.trials;
    state.z = shrink * conformalScore(window, state);
    advanceBets(state.evidence, 0, bets, state.z);
  };
  return {
    start: () => ({
      windows: 0,
      successes: options.reference.successes,
      trials: options.reference.trials,
      evidence: new Float64Array(bets.length),
      z: 0,
    }),
    stepInto,
    step: (state, window) => {
      const next = { ...state, evidence: state.evidence.slice() };
      stepInto(next, window);
      return next;
    },
    logEvidence: (state) => logMeanEvidence(state.evidence, 0, bets.length),
    restart: (state) => ({ ...state, evidence: new Float64Array(bets.length) }),
  };
}

function checkWindow({ successes, trials, uniform }: SeededRateWindow): void {
  if (!(successes >= 0 && successes <= trials && trials < Number.POSITIVE_INFINITY)) {
    throw new RangeError("A window's successes must be between 0 and its trials.");
  }
  if (!(uniform >= 0 && uniform <= 1)) {
    throw new RangeError("A window's uniform number must be between 0 and 1.");
  }
}

/**
 * Where a window's k stands among all ways to draw its rows from the pool that includes them, as a standard normal z.
 *
 * The smaller tail carries the precision. Finite: tails are cut at 10⁻³⁰⁰.
 *
 * @example conformalScore({ successes: 90, trials: 1000, uniform: 0.164507 }, { successes: 591, trials: 6000 }) // -1.02690026
 */
export function conformalScore(window: SeededRateWindow, pool: RateWindow): number {
  const { below, at, above } = hypergeometricSplit(Math.round(window.successes), {
    population: Math.round(pool.trials),
    marked: Math.round(pool.successes),
    drawn: Math.round(window.trials),
  });
  if (below < above) return normalQuantile(Math.max(CHANCE_MIN, below + window.uniform * at));
  return -normalQuantile(Math.max(CHANCE_MIN, above + (1 - window.uniform) * at));
}
