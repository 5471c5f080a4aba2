import { MAD_TO_SD, median, medianAbsoluteDeviation } from "./robust-z.ts";

/** One window this far out is an alarm by itself. */
export const VOLUME_Z_ALONE = 5;
/** Three in a row this far out are one (Iglewicz and Hoaglin 1993 for the figure). */
export const VOLUME_Z_IN_A_ROW = 3.5;
export const VOLUME_ROW_LENGTH = 3;
/** Standard deviation of √x for a Poisson count: no history may claim less noise than that. */
const ROOT_SD_MIN = 0.5;

/** What counts of like windows were: on the scale of square roots, where the spread does not grow with the level. */
export interface UsualVolume {
  /** Median of √count. */
  readonly centre: number;
  /** max(1.4826 MAD of √count, ½). */
  readonly spread: number;
  /** Windows it is told from. */
  readonly windows: number;
}

/**
 * Median and spread of √counts of windows that are like one another; null without any.
 *
 * Medians do not follow a few windows that went wrong. √ makes a Poisson count's spread ½ whatever its mean.
 *
 * @example usualVolume([100, 121, 81, 100, 90000]) // { centre: 10, spread: 1.4826, windows: 5 }
 */
export function usualVolume(counts: ArrayLike<number>): UsualVolume | null {
  if (counts.length === 0) return null;
  const roots = Float64Array.from(counts, Math.sqrt);
  const centre = median(roots);
  const spread = Math.max(ROOT_SD_MIN, MAD_TO_SD * medianAbsoluteDeviation(roots, centre));
  return { centre, spread, windows: counts.length };
}

/**
 * How far a count lies from its season: z = (√x − median) ÷ spread; negative where rows are missing.
 *
 * @example volumeZ({ centre: 10, spread: 0.5, windows: 8 }, 64) // -4
 */
export function volumeZ(usual: UsualVolume, count: number): number {
  return (Math.sqrt(count) - usual.centre) / usual.spread;
}

/**
 * Counts within z of the season, as rows: ((centre ± z·spread))², from 0 up.
 *
 * @example expectedVolume({ centre: 10, spread: 0.5, windows: 8 }, 4) // { lo: 64, mid: 100, hi: 144 }
 */
export function expectedVolume(
  usual: UsualVolume,
  z = VOLUME_Z_IN_A_ROW,
): { lo: number; mid: number; hi: number } {
  const reach = z * usual.spread;
  return {
    lo: Math.max(0, usual.centre - reach) ** 2,
    mid: usual.centre ** 2,
    hi: (usual.centre + reach) ** 2,
  };
}

/**
 * Which windows of a run of z values are out of season: |z| > 5 alone, or |z| > 3.5 on the same side three times in a
 * row (all three are marked). null where nothing can be told; it breaks a run.
 *
 * @example volumeVerdicts([0, -4, -4, -4, null, 6]) // ["usual", "low", "low", "low", null, "high"]
 */
export function volumeVerdicts(scores: readonly (number | null)[]): ("usual" | "low" | "high" | null)[] {
  const sides = scores.map((z) => (z !== null && Math.abs(z) > VOLUME_Z_IN_A_ROW ? Math.sign(z) : 0));
  return scores.map((z, index) => {
    if (z === null) return null;
    const side = sides[index] ?? 0;
    if (Math.abs(z) <= VOLUME_Z_ALONE && !isInRow(sides, index)) return "usual";
    return side < 0 ? "low" : "high";
  });
}

function isInRow(sides: readonly number[], index: number): boolean {
  const side = sides[index] ?? 0;
  if (side === 0) return false;
  let length = 1;
  for (let before = index - 1; sides[before] === side; before--) length += 1;
  for (let after = index + 1; sides[after] === side; after++) length += 1;
  return length >= VOLUME_ROW_LENGTH;
}
