import { QUALITY_CHECKS, type QualityCheck } from "#server/api/contracts/quality.ts";
import type { ReferenceProfile } from "#server/metrics/compute-metric.ts";
import { validCount } from "#server/metrics/quality-metrics.ts";
import { hasTurnedConstant, rangeBaseline } from "#server/stats/quality/claims.ts";
import { type RateWindow, rateLimit } from "#server/stats/sequential/rate-detector.ts";
import type { FeatureLayout, Layout } from "#server/windows/layout.ts";
import type { FeatureQuality } from "#server/windows/quality-counts.ts";
import type { FeatureSummary } from "#server/windows/summary.ts";

/** What a rate may be worse than the reference before anyone should care. */
const TOLERANCE = 0.001;
/** A column that often lacks values may lack a few more. */
const TOLERANCE_OF_GAPPY = 0.01;
const GAPPY_FROM = 0.01;

/** What a reference allows of one check of one feature. */
export interface CheckRule {
  readonly check: QualityCheck;
  /** k of n in the reference; for ranges what is to be expected of the next rows. Null without a reference. */
  readonly baseline: RateWindow | null;
  readonly limit: number | null;
}

/** The checks that a feature has, by its type and its reference. */
export function rulesFor(layout: FeatureLayout, reference: FeatureSummary | null): CheckRule[] {
  return QUALITY_CHECKS.filter((check) => applies(check, layout)).map((check) => {
    const baseline = reference === null ? null : baselineOf(check, reference);
    if (baseline === null || baseline.trials === 0) return { check, baseline: null, limit: null };
    const rate = baseline.successes / baseline.trials;
    const tolerance = check === "missing" && rate > GAPPY_FROM ? TOLERANCE_OF_GAPPY : TOLERANCE;
    return { check, baseline, limit: Math.min(1, rateLimit(baseline, { tolerance })) };
  });
}

/** By feature of the layout. */
export function rulesOf(layout: Layout, reference: ReferenceProfile | null): CheckRule[][] {
  return layout.features.map((feature, index) => {
    const own = reference?.summary.features[index] ?? null;
    const knows = own !== null && validCount(own) + own.nulls + own.invalid > 0;
    return rulesFor(feature, knows ? own : null);
  });
}

function applies(check: QualityCheck, { type, bins, range }: FeatureLayout): boolean {
  if (check === "text") return type === "number";
  if (check === "range") return range !== null;
  if (check === "new") return bins.kind === "category" && bins.closed;
  return true;
}

/** Whether the reference varies so much that this many rows of one value are news. */
export function wouldBeConstant(
  rows: number,
  reference: FeatureSummary,
  range: FeatureLayout["range"],
): boolean {
  const filled = reference.counts.filter((count) => count > 0);
  const distinct = range !== null && range.max > range.min ? Math.max(2, filled.length) : filled.length;
  const top = filled.reduce((most, count) => Math.max(most, count), 0) / Math.max(1, validCount(reference));
  return hasTurnedConstant({
    rows,
    distinct: 1,
    referenceDistinct: distinct,
    referenceTopShare: top,
  });
}

function baselineOf(check: QualityCheck, reference: FeatureSummary): RateWindow {
  const valid = validCount(reference);
  const { absent, nulls, invalid, coerced } = reference;
  const rows = absent + nulls + invalid + valid;
  switch (check) {
    case "missing":
      return { successes: absent + nulls, trials: rows };
    case "type":
      return { successes: invalid, trials: rows };
    case "text":
      return { successes: coerced, trials: rows };
    case "range":
      return rangeBaseline(valid);
    case "new":
      return { successes: 0, trials: valid };
  }
}

/** Rows of a stretch that fail a check, and those that could have. */
export function countBad(
  check: QualityCheck,
  feature: FeatureQuality,
  rows: number,
): { bad: number; n: number } {
  switch (check) {
    case "missing":
      return { bad: Math.max(0, rows - feature.valid - feature.invalid), n: rows };
    case "type":
      return { bad: feature.invalid, n: rows };
    case "text":
      return { bad: feature.coerced, n: rows };
    case "range":
      return { bad: feature.outOfRange, n: feature.valid };
    case "new":
      return { bad: feature.unseen, n: feature.valid };
  }
}
