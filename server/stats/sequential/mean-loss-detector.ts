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

/** A window's losses: `counts[b]` rows at or above `values[b]` ≥ 0, the lower edge of their bucket. */
export interface LossWindow {
  readonly values: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
}

export const DEFAULT_LOSS_TOLERANCE = 0.1;
const BETS = 6;
const BASELINE_ROWS_MIN = 1000;
/** Φ⁻¹(0.99): the baseline's mean is trusted up to its one-sided 99 % limit. */
const BASELINE_Z = 2.3263478740408408;

/**
 * Evidence that rows x have a mean above m, for x ≥ 0 without upper bound: ln Π (1 + λ (x − m)), λ in [0, 1/m].
 *
 * Each factor is ≥ 0 and has mean ≤ 1 when the conditional mean is ≤ m. A value below its true one (a bucket's lower
 * edge) only lowers it. λ = 1/m and x = 0 give −∞. No rows: 0.
 *
 * @example logBettingFactor({ values: [0.2, 1.5, 3], counts: [1, 1, 1] }, { mean: 1, bet: 0.5 }) // ln 1.5 = 0.40546510810816433
 */
export function logBettingFactor(window: LossWindow, options: { mean: number; bet: number }): number {
  const { mean, bet } = options;
  let sum = 0;
  for (let bucket = 0; bucket < window.values.length; bucket++) {
    const count = window.counts[bucket] || 0;
    if (count > 0) sum += count * Math.log1p(bet * ((window.values[bucket] ?? 0) - mean));
  }
  return sum;
}

/**
 * The mean loss that a baseline still allows: m = (1 + τ)(x̄₀ + 2.326 s₀ ÷ √N₀), s₀ with N₀ − 1.
 *
 * The only step that is not exact for finite N₀, so null below 1,000 rows, and null when every loss was 0 (then watch
 * the share of losses above 0 instead). Inputs: rows, mean and Σ(x − x̄)² of the baseline; result in the loss's unit.
 *
 * @example meanLossLimit({ n: 10000, mean: 2, m2: 9999 }, { tolerance: 0.1 }) // 1.1 · 2.0232635 = 2.2255898
 */
export function meanLossLimit(
  baseline: { n: number; mean: number; m2: number },
  options: { tolerance?: number } = {},
): number | null {
  if (!(baseline.n >= BASELINE_ROWS_MIN)) return null;
  const deviation = Math.sqrt(baseline.m2 / (baseline.n - 1));
  const reach = baseline.mean + (BASELINE_Z * deviation) / Math.sqrt(baseline.n);
  const limit = (1 + (options.tolerance ?? DEFAULT_LOSS_TOLERANCE)) * reach;
  return limit > 0 ? limit : null;
}

export interface MeanLossOptions {
  /** m > 0: the mean that is still fine, in the loss's unit. */
  readonly limit: number;
  /** Rows that count as one (≥ 1). */
  readonly overDispersion?: number;
}

export interface MeanLossDetector extends EvidenceDetector<LossWindow, BankState> {
  /** λ of each component. */
  readonly components: readonly number[];
  leading(state: BankState): LeadingComponent;
}

/**
 * Evidence that the mean of a loss (absolute or squared error, log loss, latency) is above a limit, unbounded losses
 * included, from buckets of a mergeable sketch.
 *
 * Null: the conditional mean of every row is ≤ m. ln M is the mean of six e-CUSUMs with bets λ = 2^−(i+1) ÷ m, i = 0…5,
 * on the buckets' lower edges, which keeps validity and loses at most the buckets' width (2 % at α = 0.01). Mean run
 * to a false alarm at ln M ≥ ln A: at least A windows. Unit-free. Heavy tails (kurtosis above 50) are better watched
 * as the rate of losses above the reference's 90th percentile.
 *
 * No rows change nothing. A limit that is not above 0, negative values and arrays of different lengths throw a
 * RangeError.
 *
 * @example createMeanLossDetector({ limit: 2 }).components // [0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125]
 */
export function createMeanLossDetector(options: MeanLossOptions): MeanLossDetector {
  const { limit } = options;
  if (!(limit > 0 && limit < Number.POSITIVE_INFINITY)) {
    throw new RangeError("The limit of a mean loss must be a finite number above 0.");
  }
  const scale = 1 / Math.max(1, options.overDispersion ?? 1);
  const bets = Array.from({ length: BETS }, (_, i) => 2 ** -(i + 1) / limit);
  const logWeights = equalLogWeights(BETS);
  const scratch = new Float64Array(BETS);
  const stepInto = (state: BankState, window: LossWindow): void => {
    const rows = checkedRows(window);
    if (rows === 0) {
      skipWindow(state);
      return;
    }
    for (let k = 0; k < BETS; k++) {
      scratch[k] = scale * logBettingFactor(window, { mean: limit, bet: bets[k] ?? 0 });
    }
    advanceBank(state, scratch);
  };
  return {
    components: bets,
    start: () => startBank(BETS),
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

function checkedRows({ values, counts }: LossWindow): number {
  if (values.length !== counts.length) throw new RangeError("Every bucket of losses needs a count.");
  let rows = 0;
  for (let bucket = 0; bucket < values.length; bucket++) {
    const count = counts[bucket] || 0;
    if (count < 0 || (count > 0 && !((values[bucket] ?? 0) >= 0))) {
      throw new RangeError("Losses and their counts must not be negative.");
    }
    rows += count;
  }
  return rows;
}
