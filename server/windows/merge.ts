import { combineOutputs, type OutputAlgebra } from "#server/windows/combine-outputs.ts";
import { mergeMoments, mergeSpread } from "#server/windows/moments.ts";
import { mergeNewValues } from "#server/windows/new-values.ts";
import type { FeatureSummary, Summary } from "#server/windows/summary.ts";

/**
 * Two summaries of one layout together. Associative and commutative (counts exactly, floats to rounding);
 * `emptySummary(layout)` is the identity. Counts of different length come of a list that grew: the longer one stays.
 */
export function mergeTwo(a: Summary, b: Summary): Summary {
  return {
    predictions: a.predictions + b.predictions,
    labelled: a.labelled + b.labelled,
    labelAges: addCounts(a.labelAges, b.labelAges),
    firstTs: Math.min(a.firstTs, b.firstTs),
    lastTs: Math.max(a.lastTs, b.lastTs),
    features: a.features.map((feature, index) => mergeFeature(feature, b.features[index])),
    output: combineOutputs(a.output, b.output, ADDED),
    latency: {
      counts: addCounts(a.latency.counts, b.latency.counts),
      moments: mergeMoments(a.latency.moments, b.latency.moments),
    },
  };
}

function addCounts(a: Float64Array, b: Float64Array): Float64Array {
  const [longer, shorter] = a.length >= b.length ? [a, b] : [b, a];
  const sum = longer.slice();
  for (let index = 0; index < shorter.length; index += 1)
    sum[index] = (sum[index] ?? 0) + (shorter[index] ?? 0);
  return sum;
}

function mergeFeature(a: FeatureSummary, b: FeatureSummary | undefined): FeatureSummary {
  if (b === undefined) return a;
  return {
    counts: addCounts(a.counts, b.counts),
    absent: a.absent + b.absent,
    nulls: a.nulls + b.nulls,
    invalid: a.invalid + b.invalid,
    coerced: a.coerced + b.coerced,
    outOfRange: a.outOfRange + b.outOfRange,
    moments: mergeMoments(a.moments, b.moments),
    newValues: mergeNewValues(a.newValues, b.newValues),
  };
}

const ADDED: OutputAlgebra = {
  number: (a, b) => a + b,
  counts: addCounts,
  spread: mergeSpread,
  moments: mergeMoments,
};
