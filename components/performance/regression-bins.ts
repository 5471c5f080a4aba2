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

/** Errors as a distribution of their own, so that the distribution chart can draw them. */
export function residualDistribution(curves: RegressionCurves): Distribution {
  const bins = curves.residuals.map((one) => bin(one.from, one.to, one.count, null));
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
