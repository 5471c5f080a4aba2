import { equalMassGroups } from "#server/metrics/calibration-bins.ts";
import { type MetricRequest, OUTPUT_FEATURE, type ReferenceProfile } from "#server/metrics/compute-metric.ts";
import type { BinnedNumbers, ValueRange } from "#server/stats/drift/cumulative-gap.ts";
import { fittedRange } from "#server/stats/drift/fitted-range.ts";
import { totalOf } from "#server/stats/drift/shares.ts";
import type { Bins, CategoryBins, Layout, NumberBins, NumberRange } from "#server/windows/layout.ts";
import { SCORE_EDGES } from "#server/windows/score-grid.ts";
import type { BinaryOutput, Moments, Summary } from "#server/windows/summary.ts";

/** Both sides of a drift number in the same bins. */
export interface ComparedCounts {
  /** Ten-ish bins, or the categories. */
  readonly reference: ArrayLike<number>;
  readonly current: ArrayLike<number>;
  readonly ordered: boolean;
  /** Fine bins and the reference's spread, where the quantity is a number. */
  readonly numbers: (BinnedNumbers & { readonly referenceSd: number }) | null;
  readonly nRef: number;
  readonly nCur: number;
}

const NOTHING: ArrayLike<number> = [];

/** `asNumbers`: with what distances on a scale need. Null when the layout has no such feature, or the output is of a kind that has no distribution. */
export function comparedCounts(request: MetricRequest, asNumbers: boolean): ComparedCounts | null {
  const { feature, layout, summary, reference } = request;
  if (feature === null || feature === OUTPUT_FEATURE) {
    const found = outputBins(layout, summary, reference);
    return found === null ? null : outputCounts(found, asNumbers);
  }
  const index = indexOfFeature(layout, feature);
  const layoutOf = layout.features[index];
  const current = summary.features[index];
  if (layoutOf === undefined || current === undefined) return null;
  const referenceFeature = reference?.summary.features[index];
  const sides = { reference: referenceFeature?.counts ?? NOTHING, current: current.counts };
  const moments = reference?.moments[index] ?? null;
  return comparedIn(layoutOf.bins, layoutOf.range, sides, {
    current: current.moments,
    reference: moments,
    asNumbers,
  });
}

const indexes = new WeakMap<Layout, Map<string, number>>();

/** Layouts never change, and a page asks for each of its features at each of its windows. */
function indexOfFeature(layout: Layout, name: string): number {
  let known = indexes.get(layout);
  if (known === undefined) {
    known = new Map(layout.features.map((feature, index) => [feature.name, index]));
    indexes.set(layout, known);
  }
  return known.get(name) ?? -1;
}

function comparedIn(
  bins: Bins,
  range: NumberRange | null,
  sides: { reference: ArrayLike<number>; current: ArrayLike<number> },
  made: { current: Moments; reference: Moments | null; asNumbers: boolean },
): ComparedCounts {
  const isNumber = bins.kind === "number";
  const reference = isNumber ? coarsenReference(sides.reference, bins) : sides.reference;
  const current = isNumber ? coarsen(sides.current, bins) : sides.current;
  const numbers = isNumber && made.asNumbers ? numberSides(bins, range, sides, made) : null;
  return { reference, current, ordered: isNumber, numbers, nRef: totalOf(reference), nCur: totalOf(current) };
}

/** Counts of the current side alone, in the bins of comparedCounts: what blocks of it are told apart by. */
export function currentCounts({
  feature,
  layout,
  summary,
  reference,
}: MetricRequest): ArrayLike<number> | null {
  if (feature === null || feature === OUTPUT_FEATURE) {
    const found = outputBins(layout, summary, reference);
    return found === null ? null : countsIn(found.bins, found.current.counts);
  }
  const index = indexOfFeature(layout, feature);
  const layoutOf = layout.features[index];
  const current = summary.features[index];
  return layoutOf === undefined || current === undefined ? null : countsIn(layoutOf.bins, current.counts);
}

function countsIn(bins: Bins, counts: ArrayLike<number>): ArrayLike<number> {
  return bins.kind === "category" ? counts : coarsen(counts, bins);
}

/** Fine bins added up to the ten that drift numbers are named after. */
export function coarsen(counts: ArrayLike<number>, bins: NumberBins): Float64Array {
  const sums = new Float64Array(bins.coarseCount);
  for (let bin = 0; bin < counts.length; bin++) {
    const group = bins.coarse[bin] ?? 0;
    sums[group] = (sums[group] ?? 0) + (counts[bin] ?? 0);
  }
  return sums;
}

const coarseReferences = new WeakMap<object, Float64Array>();

/** The reference is the same for every window of a chart. */
function coarsenReference(counts: ArrayLike<number>, bins: NumberBins): Float64Array {
  const known = coarseReferences.get(counts);
  if (known !== undefined) return known;
  const made = coarsen(counts, bins);
  if (counts !== NOTHING) coarseReferences.set(counts, made);
  return made;
}

function numberSides(
  bins: NumberBins,
  range: NumberRange | null,
  sides: { reference: ArrayLike<number>; current: ArrayLike<number> },
  moments: { current: Moments; reference: Moments | null },
): ComparedCounts["numbers"] {
  const referenceRange = range ?? rangeOf(moments.reference);
  if (referenceRange === null) return null;
  const { reference } = moments;
  const referenceSd = reference !== null && reference.n > 0 ? Math.sqrt(reference.m2 / reference.n) : 0;
  const isConstant = referenceRange.min === referenceRange.max;
  const common = { edges: bins.edges, ...sides, referenceRange, referenceSd };
  const atoms = bins.origin === "values" && !isConstant;
  const own = rangeOf(moments.current);
  // Segments keep no moments of their own: the reference's range has to do.
  const currentRange =
    own === null
      ? referenceRange
      : fittedRange({
          edges: bins.edges,
          counts: sides.current,
          mean: moments.current.mean,
          own,
          usual: referenceRange,
          atoms,
        });
  return { ...common, currentRange, atoms };
}

function rangeOf(moments: Moments | null): ValueRange | null {
  return moments === null || moments.n === 0 ? null : { min: moments.min, max: moments.max };
}

/** The output's values as bins: scores, decisions, classes or predicted numbers. */
export interface OutputBins {
  readonly bins: Bins;
  readonly range: NumberRange | null;
  readonly current: OutputSide;
  readonly reference: OutputSide | null;
}

interface OutputSide {
  readonly counts: ArrayLike<number>;
  readonly moments: Moments;
}

export function outputBins(
  layout: Layout,
  { output }: Summary,
  reference: ReferenceProfile | null,
): OutputBins | null {
  const other = reference?.summary.output ?? null;
  if (output.kind === "binary") return binaryBins(layout, output, other?.kind === "binary" ? other : null);
  if (output.kind === "multiclass") {
    const bins: CategoryBins = { kind: "category", categories: layout.classes, tail: [], closed: false };
    const then = other?.kind === "multiclass" ? classSide(other.predicted) : null;
    return { bins, range: null, current: classSide(output.predicted), reference: then };
  }
  if (output.kind !== "regression" || layout.output === null) return null;
  return {
    ...layout.output,
    current: { counts: output.predicted, moments: output.value },
    reference: other?.kind === "regression" ? { counts: other.predicted, moments: other.value } : null,
  };
}

function classSide(counts: ArrayLike<number>): OutputSide {
  return { counts, moments: NO_MOMENTS };
}

/** Scores where both sides have them, else decisions. */
function binaryBins(layout: Layout, output: BinaryOutput, reference: BinaryOutput | null): OutputBins {
  const isScored = totalOf(output.scores) > 0 && (reference === null || totalOf(reference.scores) > 0);
  if (!isScored) return decisionBins(layout, output, reference);
  const groups = equalMassGroups((reference ?? output).scores, COARSE_SCORES) ?? new Int32Array();
  return {
    bins: {
      kind: "number",
      edges: SCORE_EDGE_LIST,
      ...renumbered(groups),
      origin: "reference",
    },
    range: PROBABILITIES,
    current: { counts: output.scores, moments: output.probability },
    reference: reference === null ? null : { counts: reference.scores, moments: reference.probability },
  };
}

/** Groups that no score bin fell into are passed over. */
function renumbered(groups: Int32Array): { coarse: number[]; coarseCount: number } {
  const used = [...new Set(groups)];
  const place = new Map(used.map((group, index) => [group, index]));
  return { coarse: Array.from(groups, (group) => place.get(group) ?? 0), coarseCount: used.length };
}

function decisionBins(layout: Layout, output: BinaryOutput, reference: BinaryOutput | null): OutputBins {
  const positive = layout.positiveClass ?? "1";
  const negative = positive === "1" ? "0" : `not ${positive}`;
  const bins: CategoryBins = { kind: "category", categories: [negative, positive], tail: [], closed: false };
  const sideOf = ({ decisions }: BinaryOutput): OutputSide =>
    classSide([decisions.negative, decisions.positive]);
  return {
    bins,
    range: null,
    current: sideOf(output),
    reference: reference === null ? null : sideOf(reference),
  };
}

const COARSE_SCORES = 10;
const PROBABILITIES: ValueRange = { min: 0, max: 1 };
const SCORE_EDGE_LIST: readonly number[] = Array.from(SCORE_EDGES);
const NO_MOMENTS: Moments = {
  n: 0,
  mean: 0,
  m2: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
};

function outputCounts(found: OutputBins, asNumbers: boolean): ComparedCounts {
  const { bins, range, current, reference } = found;
  const sides = { reference: reference?.counts ?? NOTHING, current: current.counts };
  return comparedIn(bins, range, sides, {
    current: current.moments,
    reference: reference?.moments ?? null,
    asNumbers,
  });
}
