import type { Unit } from "#components/fairness/fairness-words.ts";
import { sharedDomain } from "#components/ui/dot-interval.tsx";
import type { FairnessGap } from "#server/api/contracts/fairness.ts";

const FOUR_FIFTHS = 0.8;
/** Beyond this a ratio is drawn at the edge: one tiny group must not squeeze all others. */
const RATIO_MAX = 5;

/** One axis for all rows: ratios by their logarithm, so that half and double are equally far from 1. */
export interface GapAxis {
  readonly domain: [number, number];
  readonly zone: [number, number] | null;
  readonly marks: { at: number; tone?: "page" | "plain" }[];
  place(value: number): number;
}

export function gapAxis(unit: Unit, gaps: readonly FairnessGap[], tolerance: number | null): GapAxis {
  const place =
    unit === "ratio"
      ? (value: number) => Math.log(Math.min(RATIO_MAX, Math.max(1 / RATIO_MAX, value)))
      : (value: number) => value;
  const reach = unit === "ratio" ? -Math.log(FOUR_FIFTHS) : tolerance;
  const zone: [number, number] | null = reach === null ? null : [-reach, reach];
  const placed = gaps.map(({ value, ci }) => ({
    value: value === null ? null : place(value),
    ci: ci === null ? null : { lo: place(ci.lo), hi: place(ci.hi) },
  }));
  return {
    domain: sharedDomain(placed, [0, ...(zone ?? [])]),
    zone,
    marks: [{ at: 0 }, ...(unit === "ratio" ? [{ at: Math.log(FOUR_FIFTHS), tone: "page" as const }] : [])],
    place,
  };
}
