import { quantity } from "#components/ui/format.ts";
import type { Distribution, DistributionBin, RegressionCurves } from "#server/api/contract.ts";

const NO_NUMBERS = {
  n: 0,
  missing: 0,
  invalid: 0,
  mean: null,
  sd: null,
  min: null,
  max: null,
  p5: null,
  p25: null,
  p50: null,
  p75: null,
  p95: null,
};

function label(from: number | null, to: number | null): string {
  if (from === null && to === null) return "all";
  if (from === null) return `under ${quantity(to ?? 0)}`;
  return to === null ? `from ${quantity(from)}` : `${quantity(from)} – ${quantity(to)}`;
}

function bin(
  from: number | null,
  to: number | null,
  current: number,
  reference: number | null,
): DistributionBin {
  return {
    label: label(from, to),
    from,
    to,
    category: null,
    kind: "value",
    reference,
    current,
    contribution: null,
  };
}

interface Counted {
  readonly from: number | null;
  readonly to: number | null;
  readonly count: number;
}

/** The value below which a share of the counts lies, straight through the bin that holds it. */
function quantileOf(bins: readonly Counted[], share: number): number | null {
  const bounded = bins.filter((one) => one.from !== null && one.to !== null);
  const wanted = share * bounded.reduce((sum, one) => sum + one.count, 0);
  let seen = 0;
  for (const { from, to, count } of bounded) {
    if (from === null || to === null) continue;
    if (seen + count >= wanted && count > 0) return from + ((wanted - seen) / count) * (to - from);
    seen += count;
  }
  return null;
}

const BINS_ABOUT = 32;
const TAIL = 0.005;

/**
 * Bins of one width over all but the outermost errors, with open ends. Kept bins grow with the size of the error, and
 * bars of different widths drawn alike would show two humps where there is one.
 */
export function evenBins(bins: readonly Counted[]): Counted[] {
  const low = quantileOf(bins, TAIL);
  const high = quantileOf(bins, 1 - TAIL);
  if (low === null || high === null || high <= low) return [...bins];
  const step = niceStep((high - low) / BINS_ABOUT);
  const start = Math.floor(low / step) * step;
  const count = Math.max(1, Math.ceil((high - start) / step));
  const inner = new Array<number>(count).fill(0);
  let [under, over] = [0, 0];
  for (const one of bins) {
    const from = one.from ?? Number.NEGATIVE_INFINITY;
    const to = one.to ?? Number.POSITIVE_INFINITY;
    if (!Number.isFinite(from) || !Number.isFinite(to)) {
      if (Number.isFinite(to)) under += one.count;
      else over += one.count;
      continue;
    }
    const perUnit = one.count / (to - from || 1);
    under += perUnit * Math.max(0, Math.min(to, start) - from);
    over += perUnit * Math.max(0, to - Math.max(from, start + count * step));
    for (let at = 0; at < count; at++) {
      const part = Math.min(to, start + (at + 1) * step) - Math.max(from, start + at * step);
      if (part > 0) inner[at] = (inner[at] ?? 0) + perUnit * part;
    }
  }
  const edge = (at: number) => Number((start + at * step).toPrecision(10));
  return [
    { from: null, to: edge(0), count: Math.round(under) },
    ...inner.map((value, at) => ({ from: edge(at), to: edge(at + 1), count: Math.round(value) })),
    { from: edge(count), to: null, count: Math.round(over) },
  ];
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = rough / power;
  return (factor > 5 ? 10 : factor > 2 ? 5 : factor > 1 ? 2 : 1) * power;
}

/** Errors as a distribution of their own, so that the distribution chart can draw them. */
export function residualDistribution(curves: RegressionCurves): Distribution {
  const bins = evenBins(curves.residuals).map((one) => bin(one.from, one.to, one.count, null));
  const n = curves.residuals.reduce((sum, one) => sum + one.count, 0);
  return {
    feature: "prediction less label",
    type: "number",
    bins,
    reference: null,
    current: { ...NO_NUMBERS, n },
    newValues: [],
    refId: null,
    version: null,
  };
}

export function predictedDistribution(curves: RegressionCurves): Distribution {
  const bins = curves.predicted.map((one) => bin(one.from, one.to, one.current, one.reference));
  const n = curves.predicted.reduce((sum, one) => sum + one.current, 0);
  const known = curves.predicted.some((one) => one.reference !== null);
  const referenceN = curves.predicted.reduce((sum, one) => sum + (one.reference ?? 0), 0);
  return {
    feature: "prediction",
    type: "number",
    bins,
    reference: known ? { ...NO_NUMBERS, n: referenceN } : null,
    current: { ...NO_NUMBERS, n },
    newValues: [],
    refId: null,
    version: null,
  };
}

/** Of all errors, the shares that were too high and too low; the bin that holds zero counts for neither. */
export function residualSides(curves: RegressionCurves): { high: number; low: number; near: number } {
  const total = curves.residuals.reduce((sum, one) => sum + one.count, 0) || 1;
  const share = (test: (one: RegressionCurves["residuals"][number]) => boolean) =>
    curves.residuals.filter(test).reduce((sum, one) => sum + one.count, 0) / total;
  const high = share((one) => one.from !== null && one.from >= 0);
  const low = share((one) => one.to !== null && one.to <= 0);
  return { high, low, near: Math.max(0, 1 - high - low) };
}
