import { DEFAULT_LEVEL } from "../estimate.ts";
import { type FoldedSum, foldedSumLimits } from "../uncertainty/folded-sum.ts";
import { type BinnedNumbers, type CumulativeGap, cumulativeGap } from "./cumulative-gap.ts";
import { totalOf } from "./shares.ts";

/**
 * Wasserstein-1 distance from bins: ∫ |F − G| dx, how far values were moved on average, in the feature's own unit.
 *
 * F and G are straight within bins, so each bin adds a triangle or a trapezoid, exactly. Against the distance of
 * the raw values the error is at most half of Σ width_j (p_j + q_j). Divide by the reference's standard deviation to
 * compare features. ≥ 0; null without rows on both sides.
 *
 * @example wassersteinDistance({ edges: [1], reference: [1, 0], current: [0, 1], referenceRange: { min: 0, max: 1 }, currentRange: { min: 1, max: 2 }, atoms: false }) // 1
 */
export function wassersteinDistance(data: BinnedNumbers): number | null {
  const gap = cumulativeGap(data);
  if (gap === null) return null;
  return data.atoms ? areaOfSteps(gap) : areaOfSlopes(gap);
}

function areaOfSteps({ knots, current, reference }: CumulativeGap): number {
  let area = 0;
  for (let knot = 0; knot + 1 < knots.length; knot++) {
    area += Math.abs(at(current, knot) - at(reference, knot)) * (at(knots, knot + 1) - at(knots, knot));
  }
  return area;
}

function areaOfSlopes({ knots, current, reference }: CumulativeGap): number {
  let area = 0;
  for (let knot = 0; knot + 1 < knots.length; knot++) {
    const width = at(knots, knot + 1) - at(knots, knot);
    const a = at(current, knot) - at(reference, knot);
    const b = at(current, knot + 1) - at(reference, knot + 1);
    area += width * meanSize(a, b);
  }
  return area;
}

/** Mean of |·| along the straight line from a to b. */
function meanSize(a: number, b: number): number {
  if (a * b >= 0) return Math.abs(a + b) / 2;
  return (a * a + b * b) / (2 * (Math.abs(a) + Math.abs(b)));
}

/**
 * The distance with limits for the true one, the part that noise adds taken off (see foldedSumLimits).
 *
 * The gap at a knot has variance F(1 − F)/n + G(1 − G)/N; the whole area's comes from the delta method: the
 * variance of the potential whose slope is the sign of F − G. Null without rows on both sides.
 *
 * @example wassersteinWithLimits({ edges: [1], reference: [1, 1], current: [1, 1], referenceRange: { min: 0, max: 2 }, currentRange: { min: 0, max: 2 }, atoms: false })?.lo // 0
 */
export function wassersteinWithLimits(
  data: BinnedNumbers,
  level = DEFAULT_LEVEL,
): { value: number; lo: number; hi: number } | null {
  const gap = cumulativeGap(data);
  if (gap === null) return null;
  const value = data.atoms ? areaOfSteps(gap) : areaOfSlopes(gap);
  return { value, ...foldedSumLimits(measuredArea(data, gap), value, level) };
}

function measuredArea(data: BinnedNumbers, { knots, current, reference }: CumulativeGap): FoldedSum {
  const nRef = totalOf(data.reference);
  const nCur = totalOf(data.current);
  const gaps = new Float64Array(knots.length);
  const errors = new Float64Array(knots.length);
  for (let knot = 0; knot < knots.length; knot++) {
    const f = at(current, knot);
    const g = at(reference, knot);
    gaps[knot] = f - g;
    errors[knot] = Math.sqrt((f * (1 - f)) / nCur + (g * (1 - g)) / nRef);
  }
  const weights = knotWeights(knots, data.atoms);
  const potential = potentialAt(gaps, weights);
  const variance = varianceOf(potential, current) / nCur + varianceOf(potential, reference) / nRef;
  return { gaps, errors, weights, standardError: Math.sqrt(variance) };
}

function knotWeights(knots: Float64Array, atoms: boolean): Float64Array {
  const weights = new Float64Array(knots.length);
  for (let knot = 0; knot < knots.length; knot++) {
    const after = knot + 1 < knots.length ? at(knots, knot + 1) - at(knots, knot) : 0;
    const before = knot > 0 ? at(knots, knot) - at(knots, knot - 1) : 0;
    weights[knot] = atoms ? after : (before + after) / 2;
  }
  return weights;
}

/** h(knot) = Σ over later knots of weight · sign: the area changes by h when one row moves there. */
function potentialAt(gaps: Float64Array, weights: Float64Array): Float64Array {
  const potential = new Float64Array(gaps.length);
  let sum = 0;
  for (let knot = gaps.length - 1; knot >= 0; knot--) {
    sum += at(weights, knot) * Math.sign(at(gaps, knot));
    potential[knot] = sum;
  }
  return potential;
}

function varianceOf(potential: Float64Array, cumulative: Float64Array): number {
  let mean = 0;
  let square = 0;
  let below = 0;
  for (let knot = 0; knot < potential.length; knot++) {
    const share = at(cumulative, knot) - below;
    below = at(cumulative, knot);
    mean += share * at(potential, knot);
    square += share * at(potential, knot) ** 2;
  }
  return Math.max(0, square - mean * mean);
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0;
}

/**
 * By how much the Wasserstein distance from bins may miss that of the raw values: ½ Σ width_j (p_j + q_j), the open
 * ends closed at both ranges. In the values' unit. Atoms are where they are: 0. Null without rows on both sides.
 *
 * @example wassersteinBinningError({ edges: [1], reference: [1, 1], current: [1, 1], referenceRange: { min: 0, max: 2 }, currentRange: { min: 0, max: 2 }, atoms: false }) // 1
 */
export function wassersteinBinningError(data: BinnedNumbers): number | null {
  const nRef = totalOf(data.reference);
  const nCur = totalOf(data.current);
  if (!(nRef > 0) || !(nCur > 0)) return null;
  if (data.atoms) return 0;
  const low = Math.min(data.referenceRange.min, data.currentRange.min);
  const high = Math.max(data.referenceRange.max, data.currentRange.max);
  let sum = 0;
  for (let bin = 0; bin <= data.edges.length; bin++) {
    const width = Math.max(0, (data.edges[bin] ?? high) - (data.edges[bin - 1] ?? low));
    sum += width * ((data.reference[bin] || 0) / nRef + (data.current[bin] || 0) / nCur);
  }
  return sum / 2;
}
