import type { Estimate } from "../estimate.ts";

/** Gaps of rates up to this are within tolerance unless told otherwise. */
export const RATE_TOLERANCE = 0.05;

/** Gaps of calibration up to this are. */
export const CALIBRATION_TOLERANCE = 0.02;

/** Four fifths: the ratio of selection rates below which the EEOC's guideline (29 CFR 1607.4 D, 1978) sees adverse impact. */
export const FOUR_FIFTHS = 0.8;

/**
 * `below`, `above`: the data support a gap beyond tolerance, in that direction. `within`: they support that there is
 * none. `inconclusive`: they support neither. `too-small`: too few rows to ask.
 */
export type GapVerdict = "below" | "above" | "within" | "inconclusive" | "too-small";

/**
 * What a difference and its interval say about a tolerance: `below` or `above` only where the whole interval lies
 * beyond it, `within` only where the whole interval lies inside.
 *
 * A gap that is not supported is not the same as no gap: with few rows the answer is `inconclusive`. No value, no
 * interval or `LOW_N`: `too-small`. Tolerance in the unit of the value, 0 or more.
 *
 * @example toleranceVerdict({ value: -0.15, interval: { lo: -0.26, hi: -0.03, level: 0.95, method: "newcombe" }, status: "OK" }, 0.05) // "inconclusive"
 */
export function toleranceVerdict(gap: Estimate, tolerance: number): GapVerdict {
  if (gap.status !== "OK" || gap.value === null || gap.interval === null) return "too-small";
  const { lo, hi } = gap.interval;
  if (hi < -tolerance) return "below";
  if (lo > tolerance) return "above";
  return lo >= -tolerance && hi <= tolerance ? "within" : "inconclusive";
}

/**
 * The four-fifths rule with its certainty. `below`: the ratio is under 0.8 and its upper limit under 1, adverse
 * impact that the data support. `above`: the mirror image, the reference group is selected at under four fifths of
 * this group's rate, and the lower limit is over 1. `within`: the whole interval lies in [0.8, 1.25]. Everything
 * else is `inconclusive`.
 *
 * @example fourFifthsVerdict({ value: 0.7, interval: { lo: 0.52, hi: 0.94, level: 0.95, method: "katz" }, status: "OK" }) // "below"
 */
export function fourFifthsVerdict(ratio: Estimate): GapVerdict {
  if (ratio.status !== "OK" || ratio.value === null || ratio.interval === null) return "too-small";
  const { lo, hi } = ratio.interval;
  if (ratio.value < FOUR_FIFTHS && hi < 1) return "below";
  if (ratio.value > 1 / FOUR_FIFTHS && lo > 1) return "above";
  return lo >= FOUR_FIFTHS && hi <= 1 / FOUR_FIFTHS ? "within" : "inconclusive";
}
