import { normalQuantile } from "../distributions/normal.ts";
import { eBenjaminiHochberg } from "../sequential/e-benjamini-hochberg.ts";
import type { MeanMoments } from "../uncertainty/mean-interval.ts";
import { effectVariance, shrunkenEffect } from "./shrunken-effects.ts";
import { logExcessEvidence } from "./slice-evidence.ts";

/** Losses of the rows of one slice. Higher is worse. */
export interface Slice {
  readonly loss: MeanMoments;
  /** Standard error of (slice − complement) from blocks of rows, where it could be had; the larger one is used. */
  readonly blockError?: number | null;
  /** For a crossing of two slices: the indexes of both. */
  readonly parents?: readonly [number, number];
}

export interface SliceFinding {
  /** Index among the slices that were given. */
  readonly slice: number;
  readonly rows: number;
  readonly mean: number;
  readonly complement: number;
  /** mean − complement: above 0 the slice is worse than everything else. */
  readonly excess: number;
  readonly standardError: number;
  /** One-sided 95 % lower limit of the excess. */
  readonly lower: number;
  /** excess ÷ √((s² + s_c²)/2): 0.2 is small, 0.5 plain to see. */
  readonly effectSize: number;
  /** The excess with the winner's curse taken off. */
  readonly shrunken: number;
  readonly logEvidence: number;
  /** Passed e-BH: among all that pass, at most a tenth are expected to be false. */
  readonly isSupported: boolean;
}

export interface SliceSearch {
  /** Largest lower limit first. */
  readonly findings: readonly SliceFinding[];
  /** Slices with too few rows to be looked at, and crossings that say no more than a parent. */
  readonly tooSmall: readonly number[];
  readonly pruned: readonly number[];
  /** Variance of the true excesses over the slices that were looked at. */
  readonly effectVariance: number | null;
}

export interface SliceSearchOptions {
  /** Rows that a slice must have; default: 100, or 1 % of all, whichever is more. */
  readonly rowsMin?: number;
  /** Excess that does not count. */
  readonly tolerance?: number;
  readonly falseDiscoveryRate?: number;
}

const ROWS_MIN = 100;
const SHARE_MIN = 0.01;
const FALSE_DISCOVERY_RATE = 0.1;
const ONE_SIDED = normalQuantile(0.95);

/**
 * Where is the model worst? Each slice against everything outside it, ranked by what is sure.
 *
 * Excess = slice mean − complement mean of a loss, the complement being all rows less the slice; error √(s²/n +
 * s_c²/n_c), s² = (m2 + the whole's variance)/n, or the one from blocks if larger; score = its one-sided 95 % lower limit. ψ is the excess in pooled standard
 * deviations (Slice Finder: Chung and others 2019). Evidence is an e-value (logExcessEvidence) that the excess is above
 * the tolerance; e-BH over all slices is right however they overlap. The shown excess is shrunken by DerSimonian–Laird.
 * A crossing is kept only if its lower limit is above both parents' means. Slices of fewer than max(100, 1 %) rows, and
 * those that hold every row, are not looked at and never ranked. No slices: nothing found.
 *
 * @example worstSlices({ n: 2000, mean: 0.15, m2: 255 }, [{ loss: { n: 400, mean: 0.35, m2: 91 } }, { loss: { n: 20, mean: 0.9, m2: 1.8 } }]).findings[0] // { slice: 0, rows: 400, mean: 0.35, complement: 0.1, excess: 0.25 }
 */
export function worstSlices(
  all: MeanMoments,
  slices: readonly Slice[],
  options: SliceSearchOptions = {},
): SliceSearch {
  const rowsMin = options.rowsMin ?? Math.max(ROWS_MIN, SHARE_MIN * all.n);
  const tooSmall: number[] = [];
  const looked: Omit<SliceFinding, "shrunken" | "isSupported">[] = [];
  slices.forEach((slice, index) => {
    const found = slice.loss.n >= rowsMin ? compared(all, slice, index, options.tolerance ?? 0) : null;
    if (found === null) tooSmall.push(index);
    else looked.push(found);
  });
  const supported = supportedOnes(looked, options.falseDiscoveryRate ?? FALSE_DISCOVERY_RATE);
  const variance = effectVariance(looked.map(asEffect));
  const findings = looked.map((found, place) => ({
    ...found,
    shrunken: shrunkenEffect(asEffect(found), variance),
    isSupported: supported.has(place),
  }));
  const pruned = findings.filter((found) => isRedundant(found, slices)).map(({ slice }) => slice);
  return {
    findings: findings
      .filter(({ slice }) => !pruned.includes(slice))
      .sort((a, b) => b.lower - a.lower || a.slice - b.slice),
    tooSmall,
    pruned,
    effectVariance: variance,
  };
}

function asEffect({ excess, standardError }: { excess: number; standardError: number }) {
  return { effect: excess, standardError };
}

function compared(
  all: MeanMoments,
  { loss, blockError }: Slice,
  slice: number,
  tolerance: number,
): Omit<SliceFinding, "shrunken" | "isSupported"> | null {
  const rest = complementOf(all, loss);
  if (rest === null) return null;
  const spread = all.n > 0 ? all.m2 / all.n : 0;
  const variance = varianceOf(loss, spread);
  const restVariance = varianceOf(rest, spread);
  const independent = Math.sqrt(variance / loss.n + restVariance / rest.n);
  const standardError = Math.max(independent, blockError ?? 0);
  const excess = loss.mean - rest.mean;
  const pooled = Math.sqrt((variance + restVariance) / 2);
  return {
    slice,
    rows: loss.n,
    mean: loss.mean,
    complement: rest.mean,
    excess,
    standardError,
    lower: excess - ONE_SIDED * standardError,
    effectSize: pooled > 0 ? excess / pooled : 0,
    logEvidence: standardError > 0 ? logExcessEvidence((excess - tolerance) / standardError) : 0,
  };
}

/**
 * All rows less some of them: count, mean and squared deviations of the rest. Null when nothing would be left.
 *
 * @example complementOf({ n: 4, mean: 2.5, m2: 5 }, { n: 2, mean: 1.5, m2: 0.5 }) // { n: 2, mean: 3.5, m2: 0.5 }
 */
export function complementOf(all: MeanMoments, part: MeanMoments): MeanMoments | null {
  const n = all.n - part.n;
  if (!(n >= 1)) return null;
  const mean = (all.n * all.mean - part.n * part.mean) / n;
  const m2 = all.m2 - part.m2 - ((n * part.n) / all.n) * (part.mean - mean) ** 2;
  return { n, mean, m2: Math.max(0, m2) };
}

/** One row of the whole's kind of spread is added, so that a slice of equal losses is not taken for certain. */
function varianceOf({ n, m2 }: MeanMoments, spread: number): number {
  return (Math.max(0, m2) + spread) / n;
}

function supportedOnes(found: ReadonlyArray<{ logEvidence: number }>, rate: number): Set<number> {
  return new Set(
    eBenjaminiHochberg(
      found.map(({ logEvidence }) => logEvidence),
      rate,
    ),
  );
}

/** A crossing that is not surely worse than either of its parents says nothing of its own. */
function isRedundant({ slice, lower, complement }: SliceFinding, slices: readonly Slice[]): boolean {
  const parents = slices[slice]?.parents;
  if (parents === undefined) return false;
  return parents.some(
    (parent) => complement + lower <= (slices[parent]?.loss.mean ?? Number.NEGATIVE_INFINITY),
  );
}
