import { equalMassGroups } from "#server/metrics/calibration-bins.ts";
import { type MetricRequest, OUTPUT_FEATURE, type ReferenceProfile } from "#server/metrics/compute-metric.ts";
import { validCount } from "#server/metrics/quality-metrics.ts";
import type { BinnedNumbers, ValueRange } from "#server/stats/drift/cumulative-gap.ts";
import type { Bins, FeatureLayout, Layout, NumberBins, NumberRange } from "#server/windows/layout.ts";
import { SCORE_EDGES } from "#server/windows/score-grid.ts";
import type { BinaryOutput, Moments, OutputSummary, Summary } from "#server/windows/summary.ts";

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

/** Null when the layout has no such feature, or the output is of a kind that has no distribution. */
export function comparedCounts(request: MetricRequest): ComparedCounts | null {
  const { feature, layout, summary, reference } = request;
  if (feature === null || feature === OUTPUT_FEATURE) return outputCounts(layout, summary, reference);
  const index = layout.features.findIndex(({ name }) => name === feature);
  const layoutOf = layout.features[index];
  const current = summary.features[index];
  if (layoutOf === undefined || current === undefined) return null;
  const referenceFeature = reference?.summary.features[index];
  const counts = {
    nRef: referenceFeature === undefined ? 0 : validCount(referenceFeature),
    nCur: validCount(current),
  };
  const sides = { reference: referenceFeature?.counts ?? NOTHING, current: current.counts };
  const moments = reference?.moments[index] ?? null;
  return featureCounts(layoutOf, sides, { ...counts, current: current.moments, reference: moments });
}

function featureCounts(
  { bins, range }: FeatureLayout,
  sides: { reference: ArrayLike<number>; current: ArrayLike<number> },
  size: { nRef: number; nCur: number; current: Moments; reference: Moments | null },
): ComparedCounts {
  const { nRef, nCur } = size;
  if (bins.kind === "category") return { ...sides, ordered: false, numbers: null, nRef, nCur };
  const coarse = { reference: coarsen(sides.reference, bins), current: coarsen(sides.current, bins) };
  const numbers = numberSides(bins, range, sides, size);
  return { ...coarse, ordered: true, numbers, nRef, nCur };
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
  const currentRange = rangeOf(moments.current) ?? referenceRange;
  return { ...common, currentRange, atoms: bins.origin === "values" && !isConstant };
}

function rangeOf(moments: Moments | null): ValueRange | null {
  return moments === null || moments.n === 0 ? null : { min: moments.min, max: moments.max };
}

function outputCounts(
  layout: Layout,
  { output }: Summary,
  reference: ReferenceProfile | null,
): ComparedCounts | null {
  const other = reference?.summary.output ?? null;
  if (output.kind === "binary") return binaryCounts(output, other?.kind === "binary" ? other : null);
  if (output.kind === "multiclass") {
    const sides = {
      reference: other?.kind === "multiclass" ? other.predicted : NOTHING,
      current: output.predicted,
    };
    const size = { nRef: total(sides.reference), nCur: total(sides.current) };
    return { ...sides, ordered: false, numbers: null, ...size };
  }
  if (output.kind === "regression" && layout.output !== null)
    return regressionCounts(layout.output, output, other);
  return null;
}

function regressionCounts(
  { bins, range }: { bins: Bins & NumberBins; range: NumberRange | null },
  output: OutputSummary & { kind: "regression" },
  other: OutputSummary | null,
): ComparedCounts {
  const reference = other?.kind === "regression" ? other : null;
  const sides = { reference: reference?.predicted ?? NOTHING, current: output.predicted };
  const size = { nRef: total(sides.reference), nCur: total(sides.current) };
  return {
    reference: coarsen(sides.reference, bins),
    current: coarsen(sides.current, bins),
    ordered: true,
    numbers: numberSides(bins, range, sides, { current: output.value, reference: reference?.value ?? null }),
    ...size,
  };
}

/** Scores where both sides have them, else decisions. */
function binaryCounts(output: BinaryOutput, reference: BinaryOutput | null): ComparedCounts {
  const size = { nRef: total(reference?.scores ?? NOTHING), nCur: total(output.scores) };
  const groups = reference === null ? null : equalMassGroups(reference.scores, COARSE_SCORES);
  if (reference === null || groups === null || size.nCur === 0) return decisionCounts(output, reference);
  const sides = { reference: reference.scores, current: output.scores };
  const { n, m2 } = reference.probability;
  return {
    reference: grouped(sides.reference, groups),
    current: grouped(sides.current, groups),
    ordered: true,
    numbers: {
      edges: SCORE_EDGES,
      ...sides,
      referenceRange: PROBABILITIES,
      currentRange: PROBABILITIES,
      atoms: false,
      referenceSd: n > 0 ? Math.sqrt(m2 / n) : 0,
    },
    ...size,
  };
}

const COARSE_SCORES = 10;
const PROBABILITIES: ValueRange = { min: 0, max: 1 };

function decisionCounts(output: BinaryOutput, reference: BinaryOutput | null): ComparedCounts {
  const current = decisionsOf(output);
  const other = reference === null ? NOTHING : decisionsOf(reference);
  const size = { nRef: total(other), nCur: total(current) };
  return { reference: other, current, ordered: false, numbers: null, ...size };
}

function decisionsOf({ decisions }: BinaryOutput): number[] {
  return [decisions.negative, decisions.positive];
}

function grouped(counts: ArrayLike<number>, groups: Int32Array): Float64Array {
  const sums = new Float64Array(COARSE_SCORES);
  for (let bin = 0; bin < counts.length; bin++) {
    const group = groups[bin] ?? 0;
    sums[group] = (sums[group] ?? 0) + (counts[bin] ?? 0);
  }
  return sums;
}

function total(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let bin = 0; bin < counts.length; bin++) sum += counts[bin] ?? 0;
  return sum;
}
