import { type ComparedCounts, comparedCounts, currentCounts } from "#server/metrics/compared-counts.ts";
import type { MetricRequest } from "#server/metrics/compute-metric.ts";
import { limited, type MetricValue, metricValue } from "#server/metrics/metric-value.ts";
import { chiSquaredHomogeneity } from "#server/stats/drift/chi-squared-homogeneity.ts";
import { divergenceLimits } from "#server/stats/drift/divergence-interval.ts";
import { jensenShannonDivergence } from "#server/stats/drift/jensen-shannon.ts";
import { kolmogorovSmirnov, kolmogorovSmirnovLimits } from "#server/stats/drift/kolmogorov-smirnov.ts";
import { populationStability } from "#server/stats/drift/population-stability.ts";
import { driftStatus, occupiedBins } from "#server/stats/drift/shares.ts";
import { totalVariation, totalVariationLimits } from "#server/stats/drift/total-variation.ts";
import { wassersteinWithLimits } from "#server/stats/drift/wasserstein.ts";
import { EMPTY, type Estimate, type EstimateStatus, UNDEFINED } from "#server/stats/estimate.ts";
import { designEffect } from "#server/stats/uncertainty/design-effect.ts";

interface Side {
  readonly reference: readonly number[];
  readonly current: readonly number[];
  readonly ordered: boolean;
  readonly numbers: ComparedCounts["numbers"];
  /** nCur: as many independent rows as the current ones are worth. */
  readonly size: { bins: number; nRef: number; nCur: number };
  readonly dependence: Dependence;
  readonly status: EstimateStatus;
}

/** How much rows of one block have in common. */
interface Dependence {
  /** Rows that say as much as one independent row. */
  readonly effect: number;
  /** Added to the name of an interval that was made with it. */
  readonly text: string;
}

const INDEPENDENT: Dependence = { effect: 1, text: "" };

const BINNED: Readonly<Record<string, (side: Side) => Estimate>> = {
  "psi@10": stabilityIndex,
  js: distance,
  tv: variation,
  chi2: homogeneity,
};
const ORDERED: Readonly<Record<string, (side: Side) => Estimate>> = {
  wasserstein: transport,
  ks: largestGap,
};
/** Distances of whole cumulative shares do not thin out over bins: only the rows count. */
const BINS_OF_ORDERED = 10;

/** Drift of a feature, or of the output, against the reference. */
export function driftMetric(request: MetricRequest): MetricValue {
  const compared = comparedCounts(request, Object.hasOwn(ORDERED, request.metric));
  const method = `${request.metric}/v1`;
  if (compared === null) return metricValue(UNDEFINED, { nCur: 0, method });
  const { nRef, nCur } = compared;
  const about = { nCur, nRef: request.reference === null ? null : nRef, method };
  if (nCur === 0) return metricValue(EMPTY, about);
  if (nRef === 0) return metricValue(UNDEFINED, about);
  const alone = estimate(request.metric, compared, INDEPENDENT);
  const dependence = dependenceOf(request);
  if (dependence === INDEPENDENT) return metricValue(alone, about);
  return metricValue(hull(estimate(request.metric, compared, dependence), alone), about);
}

/** Fewer rows move both limits down where noise explains all of the distance: the upper one stays where it was. */
function hull(estimate: Estimate, { interval: alone }: Estimate): Estimate {
  const { interval } = estimate;
  if (interval === null || alone === null) return estimate;
  const lo = Math.min(interval.lo, alone.lo);
  return { ...estimate, interval: { ...interval, lo, hi: Math.max(interval.hi, alone.hi) } };
}

function dependenceOf(request: MetricRequest): Dependence {
  const { blocks } = request;
  if (blocks === undefined || blocks === null) return INDEPENDENT;
  const counts = blocks.parts().flatMap((summary) => {
    const own = currentCounts({ ...request, summary });
    return own === null ? [] : [own];
  });
  const effect = designEffect(counts);
  return effect === null || effect === 1
    ? INDEPENDENT
    : { effect, text: `/block-dispersion(${blocks.text})` };
}

function estimate(metric: string, compared: ComparedCounts, dependence: Dependence): Estimate {
  const { nRef, nCur, ordered, numbers } = compared;
  const kept = occupiedBins(compared.reference, compared.current);
  const isOrdered = Object.hasOwn(ORDERED, metric);
  const bins = isOrdered ? BINS_OF_ORDERED : kept.reference.length;
  const status = driftStatus({ nRef, nCur, bins });
  const compute = ORDERED[metric] ?? BINNED[metric];
  if (compute === undefined) return UNDEFINED;
  const size = { bins, nRef, nCur: nCur / dependence.effect };
  return compute({ ...kept, ordered, numbers, size, dependence, status });
}

function stabilityIndex({ reference, current, size, dependence, status }: Side): Estimate {
  const value = populationStability(reference, current);
  const method = `noncentral-chi2${dependence.text}`;
  return limited(value, divergenceLimits(value, size), { status, method, min: 0 });
}

/** Eight times the divergence in nats follows the law of a squared distance; the distance is its root, base 2. */
function distance({ reference, current, size, dependence, status }: Side): Estimate {
  const divergence = jensenShannonDivergence(reference, current);
  const limits = divergenceLimits(8 * divergence, size);
  const toDistance = (eightfold: number): number => Math.sqrt(eightfold / (8 * Math.LN2));
  const bounds = limits === null ? null : { lo: toDistance(limits.lo), hi: toDistance(limits.hi) };
  const method = `noncentral-chi2${dependence.text}`;
  return limited(toDistance(8 * divergence), bounds, { status, method, min: 0, max: 1 });
}

function variation({ reference, current, dependence, status }: Side): Estimate {
  const limits = totalVariationLimits(reference, worth(current, dependence));
  const made = { status, method: `folded-normal${dependence.text}`, min: 0, max: 1 };
  return limited(totalVariation(reference, current), limits, made);
}

/** Counts of as many independent rows as these are worth. */
function worth(counts: ArrayLike<number>, { effect }: Dependence): ArrayLike<number> {
  return effect === 1 ? counts : Float64Array.from(counts, (count) => count / effect);
}

/** Limits of what the statistic is on average: degrees of freedom plus noncentrality. */
function homogeneity({ reference, current, ordered, size, dependence, status }: Side): Estimate {
  const test = chiSquaredHomogeneity(reference, current, { ordered });
  if (test === null) return UNDEFINED;
  const { statistic, degrees } = test;
  const scale = 1 / size.nRef + 1 / (size.nCur * dependence.effect);
  const noise = (degrees * (1 / size.nRef + 1 / size.nCur)) / scale;
  const limits = divergenceLimits(statistic * scale, { ...size, bins: degrees + 1 });
  const bounds = limits === null ? null : { lo: noise + limits.lo / scale, hi: noise + limits.hi / scale };
  return limited(statistic, bounds, { status, method: `noncentral-chi2${dependence.text}`, min: 0 });
}

function transport({ numbers, dependence, status }: Side): Estimate {
  if (numbers === null) return UNDEFINED;
  const raw = wassersteinWithLimits({ ...numbers, current: worth(numbers.current, dependence) });
  if (raw === null) return UNDEFINED;
  const isConstant = !(numbers.referenceSd > 0);
  const unit = isConstant ? 1 : numbers.referenceSd;
  const bounds = { lo: raw.lo / unit, hi: raw.hi / unit };
  const method = `folded-normal${dependence.text}`;
  const made = { method, min: 0, status: isConstant ? ("CONSTANT_REF" as const) : status };
  return limited(raw.value / unit, bounds, made);
}

function largestGap({ numbers, size, dependence, status }: Side): Estimate {
  const found = numbers === null ? null : kolmogorovSmirnov(numbers.reference, numbers.current);
  if (found === null) return UNDEFINED;
  const limits = kolmogorovSmirnovLimits(found.distance, size);
  return limited(found.distance, limits, { status, method: `dkw${dependence.text}`, min: 0, max: 1 });
}
