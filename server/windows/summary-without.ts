import { combineOutputs, type OutputAlgebra } from "#server/windows/combine-outputs.ts";
import type { FeatureSummary, Moments, OutputSummary, Spread, Summary } from "#server/windows/summary.ts";

/** As outputWithout, for everything that a share is told from; latencies, moments and new values stay those of the sum. */
export function summaryWithout(total: Summary, part: Summary): Summary {
  return {
    ...total,
    predictions: total.predictions - part.predictions,
    labelled: total.labelled - part.labelled,
    labelAges: countsWithout(total.labelAges, part.labelAges),
    features: total.features.map((feature, index) => featureWithout(feature, part.features[index])),
    output: outputWithout(total.output, part.output),
  };
}

function featureWithout(total: FeatureSummary, part: FeatureSummary | undefined): FeatureSummary {
  if (part === undefined) return total;
  return {
    ...total,
    counts: countsWithout(total.counts, part.counts),
    absent: total.absent - part.absent,
    nulls: total.nulls - part.nulls,
    invalid: total.invalid - part.invalid,
    coerced: total.coerced - part.coerced,
    outOfRange: total.outOfRange - part.outOfRange,
  };
}

/**
 * What is left of a sum of outputs without one of its parts: leaving out each of many blocks costs one sum and a
 * subtraction each, where merging all the others anew would cost their square. Least and greatest values stay.
 */
export function outputWithout(total: OutputSummary, part: OutputSummary): OutputSummary {
  return combineOutputs(total, part, TAKEN_OFF);
}

function countsWithout(total: Float64Array, part: Float64Array): Float64Array {
  const left = total.slice();
  for (let index = 0; index < part.length; index += 1) left[index] = (left[index] ?? 0) - (part[index] ?? 0);
  return left;
}

/** The merge of Chan, Golub and LeVeque read backwards. */
export function spreadWithout(total: Spread, part: Spread): Spread {
  const n = total.n - part.n;
  if (!(n > 0)) return { n: 0, mean: 0, m2: 0 };
  const mean = (total.mean * total.n - part.mean * part.n) / n;
  const delta = part.mean - mean;
  return { n, mean, m2: Math.max(0, total.m2 - part.m2 - delta * delta * ((n * part.n) / total.n)) };
}

function momentsWithout(total: Moments, part: Moments): Moments {
  return { ...spreadWithout(total, part), min: total.min, max: total.max };
}

const TAKEN_OFF: OutputAlgebra = {
  number: (total, part) => total - part,
  counts: countsWithout,
  spread: spreadWithout,
  moments: momentsWithout,
};
