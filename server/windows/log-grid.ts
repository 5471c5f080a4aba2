import type { NumberBins } from "#server/windows/layout.ts";

/**
 * The grid for numbers of unknown scale (features before a reference, residuals): 20 bins a decade from 1e-6 to
 * 1e12 on both sides of zero, and a bin for zero alone.
 */
const BINS_A_DECADE = 20;
const FIRST_EXPONENT = -6;
const LAST_EXPONENT = 12;
const STEPS = (LAST_EXPONENT - FIRST_EXPONENT) * BINS_A_DECADE;

function magnitudes(): number[] {
  return Array.from({ length: STEPS + 1 }, (_, step) => 10 ** (FIRST_EXPONENT + step / BINS_A_DECADE));
}

const positive = magnitudes();
const negative = [...positive].reverse().map((magnitude) => -magnitude);

/** Inner edges, ascending; [0, smallest double) is the bin of zero. */
export const LOG_GRID_EDGES: readonly number[] = [...negative, 0, Number.MIN_VALUE, ...positive];

/** One coarse bin a decade and sign, one for zero. */
function coarseOf(bin: number): number {
  const lower = LOG_GRID_EDGES[bin - 1];
  const decades = LAST_EXPONENT - FIRST_EXPONENT;
  if (lower === undefined) return 0;
  const position = bin - 1;
  if (position < STEPS) return 1 + Math.floor(position / BINS_A_DECADE);
  if (position === STEPS) return decades + 1;
  if (lower === 0) return decades + 2;
  if (lower === Number.MIN_VALUE) return decades + 3;
  return decades + 4 + Math.floor((position - STEPS - 3) / BINS_A_DECADE);
}

const coarse = Array.from({ length: LOG_GRID_EDGES.length + 1 }, (_, bin) => coarseOf(bin));

export const LOG_GRID: NumberBins = {
  kind: "number",
  edges: LOG_GRID_EDGES,
  coarse,
  coarseCount: (coarse.at(-1) ?? 0) + 1,
  origin: "grid",
};
