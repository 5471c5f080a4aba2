import { type Counts, sharesOf, totalOf } from "../drift/shares.ts";
import { cellNormalScores } from "./cell-normal-scores.ts";
import type { Side } from "./conformal-bets.ts";
import type { EvidenceDetector } from "./evidence-detector.ts";
import { logSumExp } from "./log-sum.ts";
import type { RateWindow } from "./rate-detector.ts";
import { staysWhenThinned } from "./thinning.ts";
import {
  type Alternatives,
  alternativeLogLikelihood,
  type CandidateTerms,
  candidateTerms,
  jeffreysLogLikelihood,
  maximisedLogLikelihood,
} from "./two-sample-evidence.ts";

/** What is taken for the rows when nothing has changed: Jeffreys' average, or the best of all fixed shares. */
export type TwoSampleNull = "jeffreys" | "every";

export interface TwoSampleState {
  windows: number;
  /** Every row so far by cell, the reference included. */
  total: Float64Array;
  /** Windows (from 0) before which a change may have happened, ascending. */
  candidates: number[];
  /** Counts before each candidate. Never written to after they are made, so that copies may share them. */
  before: Float64Array[];
}

export interface ChangeCandidate {
  /** The first window after the possible change. */
  readonly window: number;
  readonly logEvidence: number;
}

export interface TwoSampleAssessment {
  readonly logEvidence: number;
  readonly candidates: readonly ChangeCandidate[];
  /** The first window after the change, most probably; null before the first window. */
  readonly onset: number | null;
  /** The fewest candidates that hold the wanted share of the evidence, ascending. */
  readonly credible: readonly number[];
  /**
   * Where a new baseline should begin: the last credible window. Rows from before the change would raise the next
   * false alarm; a few left out after it cost nothing.
   */
  readonly newBaseline: number | null;
}

export interface TwoSampleDetector<Window> extends EvidenceDetector<Window, TwoSampleState> {
  /** Evidence by candidate, with the onset and its credible set (95 % unless told otherwise). */
  assess(state: TwoSampleState, level?: number): TwoSampleAssessment;
  /** Counts by cell before and since the candidate nearest to a window; null without candidates. */
  split(state: TwoSampleState, window: number): { before: Float64Array; after: Float64Array } | null;
  /** A new beginning whose reference is the data since the candidate nearest to `window`: pass `newBaseline`. */
  rebaseline(state: TwoSampleState, window: number): TwoSampleState;
}

export interface TwoSampleOptions {
  /** Rows of the reference by cell, rare cells pooled (rareCellPooling). May be small: it needs no margin. */
  readonly reference: Counts;
  readonly ordered: boolean;
  /** η ≥ 1 of overDispersion: all counts are divided by it. */
  readonly overDispersion?: number;
  readonly null?: TwoSampleNull;
  /** Change candidates kept per doubling of their age: 4 unless told otherwise. */
  readonly candidatesPerDoubling?: number;
}

const CANDIDATES_PER_DOUBLING = 4;
const CONCENTRATIONS = [20, 60, 200, 600];
const SHIFT_TILTS = [-0.5, -0.25, -0.12, 0.12, 0.25, 0.5];
const SPREAD_TILTS = [-0.25, 0.25];
const LOG_ODDS = [-1, -0.5, -0.25, -0.12, 0.12, 0.25, 0.5, 1];
const LEVEL = 0.95;

/**
 * "Has it changed, and when?" for counts over cells: two-sample Bayes evidence summed over change candidates.
 *
 * ln E_j = DM(pre; ½) + ln Alt(post | pre) − DM(pre + post; ½) for each candidate j, M = Σ_j E_j. Alt: half the mean over
 * Dirichlet priors of concentration 20 to 600 around the shares before; for ordered cells half the mean over eight tilts
 * of the normal scores. Every window starts a candidate; one of age a lives on while its index is divisible by
 * max(1, 2^(⌊log₂ a⌋ − 2)), so four stay per doubling of the age, evenly (dropping terms keeps the guarantee).
 *
 * Guarantee: E[M_τ] ≤ E[τ] when the unknown shares are averaged over Jeffreys' prior; `null: "every"` replaces DM(pre + post; ½)
 * by the maximised likelihood, valid for every fixed distribution and a little slower. Learns before and after at once, so
 * a small reference needs no margin. Divide dependence out (overDispersion), or clusters and seasons raise false alarms.
 *
 * Windows without rows only count. Other numbers of cells, negative or non-finite totals throw a RangeError.
 *
 * @example createTwoSampleBayesDetector({ reference: [5, 5], ordered: false }).assess({ windows: 0, total: new Float64Array([5, 5]), candidates: [], before: [] }).onset // null
 */
export function createTwoSampleBayesDetector(options: TwoSampleOptions): TwoSampleDetector<Counts> {
  return detectorOf({
    reference: Float64Array.from(options.reference),
    alternatives: options.ordered ? orderedAlternatives(options.reference) : UNORDERED,
    eta: Math.max(1, options.overDispersion ?? 1),
    null: options.null ?? "jeffreys",
    perDoubling: options.candidatesPerDoubling ?? CANDIDATES_PER_DOUBLING,
    countsOf: (window) => window,
  });
}

export interface TwoSampleRateOptions {
  readonly reference: RateWindow;
  readonly side: Side;
  readonly overDispersion?: number;
  readonly null?: TwoSampleNull;
  readonly candidatesPerDoubling?: number;
}

/**
 * The same for a rate, from k of n per window: alternatives are shifts of the log-odds before by ±0.12, ±0.25, ±0.5, ±1, only
 * the positive ones for "above". Cells are [failures, successes]. k outside [0, n] throws a RangeError.
 *
 * @example createTwoSampleRateDetector({ reference: { successes: 50, trials: 500 }, side: "above" }).start().total // [450, 50]
 */
export function createTwoSampleRateDetector(options: TwoSampleRateOptions): TwoSampleDetector<RateWindow> {
  const shifts = LOG_ODDS.filter(
    (shift) => options.side === "both" || (options.side === "above" ? shift > 0 : shift < 0),
  );
  return detectorOf({
    reference: Float64Array.from(failuresAndSuccesses(options.reference)),
    alternatives: {
      concentrations: [],
      omnibus: 0,
      tilts: shifts.map((shift) => Float64Array.of(0, shift)),
    },
    eta: Math.max(1, options.overDispersion ?? 1),
    null: options.null ?? "jeffreys",
    perDoubling: options.candidatesPerDoubling ?? CANDIDATES_PER_DOUBLING,
    countsOf: failuresAndSuccesses,
  });
}

function failuresAndSuccesses({ successes, trials }: RateWindow): number[] {
  if (!(successes >= 0 && successes <= trials)) {
    throw new RangeError("A window's successes must be between 0 and its trials.");
  }
  return [trials - successes, successes];
}

const UNORDERED: Alternatives = { concentrations: CONCENTRATIONS, omnibus: 1, tilts: [] };

function orderedAlternatives(reference: Counts): Alternatives {
  const { location, scale } = cellNormalScores(sharesOf(reference));
  const tilts = [
    ...SHIFT_TILTS.map((tilt) => location.map((score) => tilt * score)),
    ...SPREAD_TILTS.map((tilt) => scale.map((score) => tilt * score)),
  ];
  return { concentrations: CONCENTRATIONS, omnibus: 0.5, tilts };
}

interface Prepared<Window> {
  readonly reference: Float64Array;
  readonly alternatives: Alternatives;
  readonly eta: number;
  readonly null: TwoSampleNull;
  readonly perDoubling: number;
  readonly countsOf: (window: Window) => Counts;
}

function detectorOf<Window>(kept: Prepared<Window>): TwoSampleDetector<Window> {
  const logsOf = candidateLogs(kept);
  const stepInto = (state: TwoSampleState, window: Window): void =>
    addWindow(state, kept.countsOf(window), kept.perDoubling);
  return {
    start: () => beginning(0, kept.reference.slice()),
    stepInto,
    step: (state, window) => {
      const next = {
        windows: state.windows,
        total: state.total.slice(),
        candidates: state.candidates.slice(),
        before: state.before.slice(),
      };
      stepInto(next, window);
      return next;
    },
    logEvidence: (state) => logSumExp(logsOf(state)),
    assess: (state, level = LEVEL) => assessmentOf(state, logsOf(state), level),
    split: splitAt,
    restart: (state) => beginning(state.windows, state.total.slice()),
    rebaseline: (state, window) =>
      beginning(state.windows, splitAt(state, window)?.after ?? state.total.slice()),
  };
}

function beginning(windows: number, total: Float64Array): TwoSampleState {
  return { windows, total, candidates: [], before: [] };
}

function addWindow(state: TwoSampleState, counts: Counts, perDoubling: number): void {
  const cells = state.total.length;
  if (counts.length !== cells) {
    throw new RangeError(`A window of ${counts.length} cells cannot be compared with ${cells} cells.`);
  }
  const rows = totalOf(counts);
  if (!(rows >= 0 && rows < Number.POSITIVE_INFINITY)) {
    throw new RangeError("The counts of a window must be finite and not negative.");
  }
  const window = state.windows++;
  if (rows > 0) {
    state.candidates.push(window);
    state.before.push(state.total.slice());
    for (let cell = 0; cell < cells; cell++)
      state.total[cell] = (state.total[cell] ?? 0) + (counts[cell] || 0);
  }
  thin(state, perDoubling);
}

function thin(state: TwoSampleState, perDoubling: number): void {
  const { candidates, before, windows } = state;
  let kept = 0;
  for (let place = 0; place < candidates.length; place++) {
    const window = candidates[place] ?? 0;
    const counts = before[place];
    if (counts === undefined || !staysWhenThinned(window, windows - window, perDoubling)) continue;
    candidates[kept] = window;
    before[kept] = counts;
    kept++;
  }
  candidates.length = kept;
  before.length = kept;
}

/** ln E_j of a state's candidates. What depends on the rows before alone is computed once per candidate. */
function candidateLogs<Window>(kept: Prepared<Window>): (state: TwoSampleState) => Float64Array {
  const known = new WeakMap<Float64Array, CandidateTerms>();
  const scale = 1 / kept.eta;
  const termsOf = (before: Float64Array): CandidateTerms => {
    const found = known.get(before);
    if (found !== undefined) return found;
    const terms = candidateTerms(
      before.map((count) => count * scale),
      kept.alternatives,
    );
    known.set(before, terms);
    return terms;
  };
  const after = new Float64Array(kept.reference.length);
  const logOf = (total: Float64Array, before: Float64Array): number => {
    for (let cell = 0; cell < after.length; cell++) {
      after[cell] = ((total[cell] ?? 0) - (before[cell] ?? 0)) * scale;
    }
    const terms = termsOf(before);
    return terms.logBefore + alternativeLogLikelihood(after, terms, kept.alternatives);
  };
  return (state) => {
    const all = state.total.map((count) => count * scale);
    const none = kept.null === "jeffreys" ? jeffreysLogLikelihood(all) : maximisedLogLikelihood(all);
    const logs = new Float64Array(state.before.length);
    let place = 0;
    for (const before of state.before) logs[place++] = logOf(state.total, before) - none;
    return logs;
  };
}

function assessmentOf(state: TwoSampleState, logs: Float64Array, level: number): TwoSampleAssessment {
  return assessCandidates(
    state.candidates.map((window, place) => ({ window, logEvidence: logs[place] ?? 0 })),
    level,
  );
}

/**
 * Onset and credible set of change candidates: the likeliest one, and the fewest that hold `level` of the evidence together.
 *
 * Ties keep the order given. No candidates: ln M = −∞, onset null.
 *
 * @example assessCandidates([{ window: 3, logEvidence: 5 }, { window: 4, logEvidence: 1 }]) // { onset: 3, credible: [3] }
 */
export function assessCandidates(candidates: readonly ChangeCandidate[], level = LEVEL): TwoSampleAssessment {
  const logEvidence = logSumExp(candidates.map((candidate) => candidate.logEvidence));
  const ranked = candidates.toSorted((a, b) => b.logEvidence - a.logEvidence);
  const credible: number[] = [];
  let held = 0;
  for (const candidate of ranked) {
    if (held >= level) break;
    held += Math.exp(candidate.logEvidence - logEvidence);
    credible.push(candidate.window);
  }
  credible.sort((a, b) => a - b);
  const onset = ranked[0]?.window ?? null;
  return { logEvidence, candidates, onset, credible, newBaseline: credible.at(-1) ?? null };
}

/**
 * One assessment of several streams over the same windows (partitions into joint cells, features): the mean of their
 * evidence, candidate by candidate. A mean of e-detectors is one. Candidates that some lack count as none there.
 *
 * @example meanAssessment([assessCandidates([{ window: 3, logEvidence: 5 }]), assessCandidates([{ window: 3, logEvidence: 5 }])]).logEvidence // 5
 */
export function meanAssessment(
  assessments: readonly TwoSampleAssessment[],
  level = LEVEL,
): TwoSampleAssessment {
  const byWindow = new Map<number, number[]>();
  for (const { window, logEvidence } of assessments.flatMap(({ candidates }) => candidates)) {
    byWindow.set(window, [...(byWindow.get(window) ?? []), logEvidence]);
  }
  const mean = Array.from(byWindow, ([window, logs]) => ({
    window,
    logEvidence: logSumExp(logs) - Math.log(assessments.length),
  }));
  return assessCandidates(mean, level);
}

function splitAt(
  state: TwoSampleState,
  window: number,
): { before: Float64Array; after: Float64Array } | null {
  let nearest: Float64Array | null = null;
  let gap = Number.POSITIVE_INFINITY;
  for (const [place, candidate] of state.candidates.entries()) {
    const counts = state.before[place];
    if (counts === undefined || Math.abs(candidate - window) >= gap) continue;
    gap = Math.abs(candidate - window);
    nearest = counts;
  }
  if (nearest === null) return null;
  const before = nearest;
  return { before: before.slice(), after: state.total.map((count, cell) => count - (before[cell] ?? 0)) };
}
