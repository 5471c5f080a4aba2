import { type ComparedCounts, comparedCounts } from "#server/metrics/compared-counts.ts";
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

interface Side {
  readonly reference: readonly number[];
  readonly current: readonly number[];
  readonly ordered: boolean;
  readonly numbers: ComparedCounts["numbers"];
  readonly size: { bins: number; nRef: number; nCur: number };
  readonly status: EstimateStatus;
}

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
  const compared = comparedCounts(request);
  const method = `${request.metric}/v1`;
  if (compared === null) return metricValue(UNDEFINED, { nCur: 0, method });
  const { nRef, nCur } = compared;
  const about = { nCur, nRef: request.reference === null ? null : nRef, method };
  if (nCur === 0) return metricValue(EMPTY, about);
  if (nRef === 0) return metricValue(UNDEFINED, about);
  return metricValue(estimate(request.metric, compared), about);
}

function estimate(metric: string, compared: ComparedCounts): Estimate {
  const { nRef, nCur, ordered, numbers } = compared;
  const kept = occupiedBins(compared.reference, compared.current);
  const isOrdered = Object.hasOwn(ORDERED, metric);
  const bins = isOrdered ? BINS_OF_ORDERED : kept.reference.length;
  const status = driftStatus({ nRef, nCur, bins });
  const compute = ORDERED[metric] ?? BINNED[metric];
  if (compute === undefined) return UNDEFINED;
  return compute({ ...kept, ordered, numbers, size: { bins, nRef, nCur }, status });
}

function stabilityIndex({ reference, current, size, status }: Side): Estimate {
  const value = populationStability(reference, current);
  return limited(value, divergenceLimits(value, size), { status, method: "noncentral-chi2", min: 0 });
}

/** Eight times the divergence in nats follows the law of a squared distance; the distance is its root, base 2. */
function distance({ reference, current, size, status }: Side): Estimate {
  const divergence = jensenShannonDivergence(reference, current);
  const limits = divergenceLimits(8 * divergence, size);
  const toDistance = (eightfold: number): number => Math.sqrt(eightfold / (8 * Math.LN2));
  const bounds = limits === null ? null : { lo: toDistance(limits.lo), hi: toDistance(limits.hi) };
  return limited(toDistance(8 * divergence), bounds, { status, method: "noncentral-chi2", min: 0, max: 1 });
}

function variation({ reference, current, status }: Side): Estimate {
  const limits = totalVariationLimits(reference, current);
  const made = { status, method: "folded-normal", min: 0, max: 1 };
  return limited(totalVariation(reference, current), limits, made);
}

/** Limits of what the statistic is on average: degrees of freedom plus noncentrality. */
function homogeneity({ reference, current, ordered, size, status }: Side): Estimate {
  const test = chiSquaredHomogeneity(reference, current, { ordered });
  if (test === null) return UNDEFINED;
  const { statistic, degrees } = test;
  const scale = 1 / size.nRef + 1 / size.nCur;
  const limits = divergenceLimits(statistic * scale, { ...size, bins: degrees + 1 });
  const bounds =
    limits === null ? null : { lo: degrees + limits.lo / scale, hi: degrees + limits.hi / scale };
  return limited(statistic, bounds, { status, method: "noncentral-chi2", min: 0 });
}

function transport({ numbers, status }: Side): Estimate {
  if (numbers === null) return UNDEFINED;
  const raw = wassersteinWithLimits(numbers);
  if (raw === null) return UNDEFINED;
  const isConstant = !(numbers.referenceSd > 0);
  const unit = isConstant ? 1 : numbers.referenceSd;
  const bounds = { lo: raw.lo / unit, hi: raw.hi / unit };
  const made = { method: "folded-normal", min: 0, status: isConstant ? ("CONSTANT_REF" as const) : status };
  return limited(raw.value / unit, bounds, made);
}

function largestGap({ numbers, size, status }: Side): Estimate {
  const found = numbers === null ? null : kolmogorovSmirnov(numbers.reference, numbers.current);
  if (found === null) return UNDEFINED;
  const limits = kolmogorovSmirnovLimits(found.distance, size);
  return limited(found.distance, limits, { status, method: "dkw", min: 0, max: 1 });
}
