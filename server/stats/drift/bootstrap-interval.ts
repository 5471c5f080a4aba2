import { DEFAULT_LEVEL, type Interval, shownInterval } from "../estimate.ts";
import { drawMultinomial } from "../random/multinomial.ts";
import { seededGenerator } from "../random/seeded-generator.ts";
import { type Counts, totalOf } from "./shares.ts";

const REPLICATES = 500;

/**
 * Interval of any distance between two binned samples by a seeded multinomial bootstrap: both sides drawn again 500
 * times from their own counts, basic interval [2D − q₉₇.₅, 2D − q₂.₅], D first freed of the bias that drawing adds
 * (2D − mean).
 *
 * For distances without a law of their own, and for PSI above 0.5 or expected counts below five. Costs 500 draws of K
 * binomials; the seed (of the question: method, reference, windows) makes it repeatable. Cut to `range`. Null without
 * rows on both sides.
 *
 * @example bootstrapInterval([50, 50], [50, 50], () => 0.2, { seed: "a", range: [0, 1] }) // 0.2 to 0.2
 */
export function bootstrapInterval(
  reference: Counts,
  current: Counts,
  distance: (reference: Counts, current: Counts) => number,
  asked: { seed: string; range: readonly [number, number | null]; level?: number },
): (Interval & { debiased: number }) | null {
  if (!(totalOf(reference) > 0) || !(totalOf(current) > 0)) return null;
  const next = seededGenerator(asked.seed);
  const value = distance(reference, current);
  const level = asked.level ?? DEFAULT_LEVEL;
  const drawn = Float64Array.from({ length: REPLICATES }, () =>
    distance(
      drawMultinomial(next, reference, new Float64Array(reference.length)),
      drawMultinomial(next, current, new Float64Array(current.length)),
    ),
  ).sort();
  const mean = drawn.reduce((sum, one) => sum + one, 0) / REPLICATES;
  const at = (share: number): number => drawn[Math.round(share * (REPLICATES - 1))] ?? value;
  const [min, max] = asked.range;
  const cut = (x: number): number => Math.max(min, Math.min(max ?? Number.POSITIVE_INFINITY, x));
  const debiased = cut(2 * value - mean);
  const bounds = { lo: 2 * value - at(0.5 + level / 2), hi: 2 * value - at(0.5 - level / 2) };
  const ends = { lo: cut(bounds.lo), hi: cut(bounds.hi) };
  return { ...shownInterval(debiased, ends, { level, method: "multinomial-bootstrap" }), debiased };
}
