import { logGamma } from "../distributions/log-gamma.ts";
import { type Counts, smoothedSharesOf, totalOf } from "../drift/shares.ts";
import { type BinDriftComponent, linearComponents } from "./bin-drift-components.ts";
import { clippedLikelihoodRatio } from "./clipped-likelihood-ratio.ts";
import {
  advanceBank,
  type BankState,
  bankLogEvidence,
  copyBank,
  leadingOf,
  restartBank,
  skipWindow,
  startBank,
} from "./component-bank.ts";
import type { EvidenceDetector, LeadingComponent } from "./evidence-detector.ts";
import { DEFAULT_REFERENCE_MISS, smallestCertifiableDrift } from "./finite-reference-margin.ts";
import { maxLogLikelihoodInBall } from "./universal-inference.ts";

export const DEFAULT_DRIFT_TOLERANCE = 0.05;
/** Windows after which the plug-in's memory of the data has halved: 3 for days, 72 for hours. */
export const DEFAULT_MEMORY_WINDOWS = 3;
const RECENT_WEIGHT = 0.2;
const ANY_WEIGHT = 0.2;
/** Rows of the reference that the plug-in mixes into its memory. */
const REFERENCE_PULL = 20;

export interface BinDriftOptions {
  /** Rows of the reference by bin. */
  readonly reference: Counts;
  /** Whether the bins have an order (numbers) or none (categories). */
  readonly ordered: boolean;
  /** δ: the total variation from the reference that nobody minds. 0.05 unless told otherwise. */
  readonly tolerance?: number;
  readonly memoryWindows?: number;
  /** Rows that count as one (≥ 1): the design effect of rows that repeat each other, see overDispersion. */
  readonly overDispersion?: number;
  readonly referenceMiss?: number;
}

/** Plain numbers: structuredClone and JSON of the arrays keep it. */
export interface BinDriftState extends BankState {
  /** Discounted counts of the past, by bin: the plug-in's memory. */
  memory: Float64Array;
}

export interface BinDriftDetector extends EvidenceDetector<Counts, BinDriftState> {
  readonly components: readonly BinDriftComponent[];
  readonly logWeights: Float64Array;
  /** d: drift below this is within the tolerance or cannot be told from an unlucky reference. */
  readonly smallestDrift: number;
  leading(state: BinDriftState): LeadingComponent;
}

/**
 * Evidence that a column has drifted further than δ (in total variation) from its reference, from counts by bin.
 *
 * Null: every window's shares are within δ of the true reference; they may wander inside that ball. ln M is a
 * weighted mean of e-CUSUMs: fixed tilts (0.2) and set rates (0.4), see linearComponents; a plug-in that bets on
 * the recent windows (0.2); universal inference (0.2), which reacts within the very window of the change. With
 * probability 1 − referenceMiss over the draw of the reference, the mean run to a false alarm at ln M ≥ ln A is
 * at least A windows. Numbers are unitless evidence; a window is an array of K counts ≥ 0, fractions allowed.
 *
 * A window without rows changes nothing. One bin, or d ≥ 1: never bets, ln M stays 0. A reference without rows
 * throws a RangeError, and so do windows with another number of bins or a negative or non-finite total. Methods
 * keep no hidden state: a checkpoint replays bit for bit.
 *
 * @example createBinDriftDetector({ reference: [1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000], ordered: true, tolerance: 0.02 }).smallestDrift // 0.0447283
 */
export function createBinDriftDetector(options: BinDriftOptions): BinDriftDetector {
  const kept = prepare(options);
  const stepInto = (state: BinDriftState, window: Counts): void => stepOf(kept, state, window);
  const start = (): BinDriftState => ({
    ...startBank(kept.components.length),
    memory: new Float64Array(kept.bins),
  });
  return {
    components: kept.components,
    logWeights: kept.logWeights,
    smallestDrift: kept.radius,
    start,
    stepInto,
    step: (state, window) => {
      const next = { ...copyBank(state), memory: state.memory.slice() };
      stepInto(next, window);
      return next;
    },
    logEvidence: (state) => bankLogEvidence(state, kept.logWeights),
    leading: (state) => leadingOf(state, kept.logWeights),
    restart: (state) => ({ ...restartBank(state), memory: state.memory.slice() }),
  };
}

interface Prepared {
  readonly bins: number;
  readonly scale: number;
  readonly decay: number;
  readonly radius: number;
  readonly shares: Float64Array;
  readonly components: readonly BinDriftComponent[];
  readonly linear: Float64Array;
  readonly logWeights: Float64Array;
  /** Work space, overwritten by every step before it is read. */
  readonly scratch: Scratch;
}

interface Scratch {
  readonly counts: Float64Array;
  readonly shares: Float64Array;
  readonly factors: Float64Array;
  readonly logFactors: Float64Array;
  readonly order: Int32Array;
}

function prepare(options: BinDriftOptions): Prepared {
  const scale = 1 / Math.max(1, options.overDispersion ?? 1);
  const reference = Float64Array.from(options.reference, (count) => count * scale);
  if (!(totalOf(reference) > 0)) {
    throw new RangeError("A drift detector needs a reference with rows; this one has none.");
  }
  const bins = reference.length;
  const tolerance = options.tolerance ?? DEFAULT_DRIFT_TOLERANCE;
  const referenceMiss = options.referenceMiss ?? DEFAULT_REFERENCE_MISS;
  const shares = smoothedSharesOf(reference);
  const radius = smallestCertifiableDrift(reference, { tolerance, referenceMiss });
  const setMiss = referenceMiss / 2;
  const linear = linearComponents({
    reference,
    shares,
    ordered: options.ordered,
    tolerance,
    radius,
    setMiss,
  });
  const components: BinDriftComponent[] = [...linear.components, { kind: "recent" }, { kind: "any" }];
  const logWeights = Float64Array.from([...linear.logWeights, Math.log(RECENT_WEIGHT), Math.log(ANY_WEIGHT)]);
  const decay = 2 ** (-1 / (options.memoryWindows ?? DEFAULT_MEMORY_WINDOWS));
  const scratch = {
    counts: new Float64Array(bins),
    shares: new Float64Array(bins),
    factors: new Float64Array(bins),
    logFactors: new Float64Array(components.length),
    order: new Int32Array(bins),
  };
  return { bins, scale, decay, radius, shares, components, linear: linear.logFactors, logWeights, scratch };
}

function stepOf(kept: Prepared, state: BinDriftState, window: Counts): void {
  const { counts, logFactors } = kept.scratch;
  if (window.length !== kept.bins) {
    throw new RangeError(`A window of ${window.length} bins cannot be compared with ${kept.bins} bins.`);
  }
  let rows = 0;
  for (let bin = 0; bin < kept.bins; bin++) {
    const count = (window[bin] || 0) * kept.scale;
    counts[bin] = count;
    rows += count;
  }
  if (!(rows >= 0 && rows < Number.POSITIVE_INFINITY)) {
    throw new RangeError("The counts of a window must be finite and not negative.");
  }
  if (rows === 0) {
    skipWindow(state);
    return;
  }
  linearFactors(kept, counts, logFactors);
  const last = logFactors.length - 1;
  logFactors[last - 1] = recentFactor(kept, state.memory, counts);
  logFactors[last] = anyFactor(kept, state.memory, counts);
  advanceBank(state, logFactors);
  for (let bin = 0; bin < kept.bins; bin++) {
    state.memory[bin] = kept.decay * ((state.memory[bin] ?? 0) + (counts[bin] ?? 0));
  }
}

function linearFactors(kept: Prepared, counts: Float64Array, out: Float64Array): void {
  const { linear, bins } = kept;
  for (let row = 0, at = 0; at < linear.length; row++) {
    let sum = 0;
    for (let bin = 0; bin < bins; bin++) sum += (linear[at++] ?? 0) * (counts[bin] ?? 0);
    out[row] = sum;
  }
}

/** Bets that the window looks like the recent ones, a little pulled towards the reference. */
function recentFactor(kept: Prepared, memory: Float64Array, counts: Float64Array): number {
  const { shares, factors, order } = kept.scratch;
  let total = REFERENCE_PULL;
  for (let bin = 0; bin < kept.bins; bin++) total += memory[bin] ?? 0;
  for (let bin = 0; bin < kept.bins; bin++) {
    shares[bin] = (REFERENCE_PULL * (kept.shares[bin] ?? 0) + (memory[bin] ?? 0)) / total;
  }
  clippedLikelihoodRatio(shares, kept.shares, kept.radius, factors, order);
  let sum = 0;
  for (let bin = 0; bin < kept.bins; bin++) {
    const factor = factors[bin] ?? 1;
    if (factor !== 1) sum += (counts[bin] ?? 0) * Math.log(factor);
  }
  return sum;
}

/** The urn's prediction from the memory, over the best explanation inside the ball. */
function anyFactor(kept: Prepared, memory: Float64Array, counts: Float64Array): number {
  let rows = 0;
  let mass = 0;
  let predicted = 0;
  for (let bin = 0; bin < kept.bins; bin++) {
    const count = counts[bin] ?? 0;
    const prior = 0.5 + (memory[bin] ?? 0);
    rows += count;
    mass += prior;
    if (count > 0) predicted += logGamma(prior + count) - logGamma(prior);
  }
  predicted += logGamma(mass) - logGamma(mass + rows);
  return predicted - maxLogLikelihoodInBall(counts, kept.shares, kept.radius, kept.scratch);
}
