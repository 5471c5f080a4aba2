import { type BinnedNumbers, cumulativeGap } from "./cumulative-gap.ts";
import { pooledValues } from "./pooled-ranks.ts";

/**
 * Energy distance of raw values: √(2 ∫ (F − G)² dx) = √(2E|X−Y| − E|X−X′| − E|Y−Y′|) (Székely and Rizzo).
 *
 * ≥ 0, in the root of the values' unit: a limit for one column means nothing for another, so show
 * normalisedEnergyDistance. Null without rows on both sides.
 *
 * @example energyDistance([0], [8]) // √(2 · 8) = 4
 */
export function energyDistance(reference: ArrayLike<number>, current: ArrayLike<number>): number | null {
  if (reference.length === 0 || current.length === 0) return null;
  const pooled = pooledValues(reference, current);
  let gap = 0;
  let sum = 0;
  for (let index = 0; index + 1 < pooled.values.length; index++) {
    gap += (pooled.current[index] ?? 0) / current.length - (pooled.reference[index] ?? 0) / reference.length;
    sum += gap * gap * ((pooled.values[index + 1] ?? 0) - (pooled.values[index] ?? 0));
  }
  return Math.sqrt(2 * sum);
}

/**
 * Energy distance from bins, values spread evenly inside each (atoms where they are): exact at every edge.
 *
 * ≥ 0. Null without rows on both sides.
 *
 * @example energyDistanceBinned({ edges: [1], reference: [1, 0], current: [0, 1], referenceRange: { min: 0, max: 2 }, currentRange: { min: 0, max: 2 }, atoms: false }) // √(2 · 2/3) = 1.1547005383792515
 */
export function energyDistanceBinned(data: BinnedNumbers): number | null {
  const found = cumulativeGap(data);
  if (found === null) return null;
  const gapAt = (knot: number): number => (found.current[knot] ?? 0) - (found.reference[knot] ?? 0);
  let sum = 0;
  for (let knot = 0; knot + 1 < found.knots.length; knot++) {
    const width = (found.knots[knot + 1] ?? 0) - (found.knots[knot] ?? 0);
    const from = gapAt(knot);
    const to = data.atoms ? from : gapAt(knot + 1);
    sum += (width * (from * from + from * to + to * to)) / 3;
  }
  return Math.sqrt(2 * sum);
}

/**
 * Energy distance ÷ √(the reference's standard deviation): the same for metres and for miles. Null for a reference
 * without spread.
 *
 * @example normalisedEnergyDistance(4, 16) // 1
 */
export function normalisedEnergyDistance(distance: number, referenceSd: number): number | null {
  return referenceSd > 0 ? distance / Math.sqrt(referenceSd) : null;
}
