import type { BacktestSlot, MetricDefinition } from "#server/api/contract.ts";

export interface LimitRange {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** Digits after the point that a step needs. */
  readonly digits: number;
}

/** 1, 2 or 5 times a power of ten, at or below `rough`. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = rough / power;
  return (factor >= 5 ? 5 : factor >= 2 ? 2 : 1) * power;
}

function values(slots: readonly BacktestSlot[], extra: readonly (number | null)[]): number[] {
  const all: number[] = [];
  for (const slot of slots) {
    for (const value of [slot.value, slot.lo, slot.hi]) {
      if (value !== null && Number.isFinite(value)) all.push(value);
    }
  }
  for (const value of extra) if (value !== null && Number.isFinite(value)) all.push(value);
  return all;
}

const STEPS_ABOUT = 100;

/**
 * Where the slider runs: everything the metric did, with room on both sides, inside what it can be.
 * The limit itself is always on it.
 */
export function limitRange(
  slots: readonly BacktestSlot[],
  definition: Pick<MetricDefinition, "range" | "unit">,
  limits: readonly (number | null)[],
): LimitRange {
  const known = values(slots, []).length > 0;
  // Without history the slider runs over all that the metric can be, where that has two ends.
  const seen = known ? values(slots, limits) : [...values([], limits), ...values([], definition.range)];
  const low = seen.length > 0 ? Math.min(...seen) : 0;
  const high = seen.length > 0 ? Math.max(...seen) : 1;
  const room = (high - low || Math.abs(high) || 1) * 0.15;
  const step =
    definition.unit === "count"
      ? Math.max(1, niceStep((high - low + 2 * room) / STEPS_ABOUT))
      : niceStep((high - low + 2 * room) / STEPS_ABOUT);
  const [least, most] = definition.range;
  const min = Math.max(least ?? Number.NEGATIVE_INFINITY, Math.floor((low - room) / step) * step);
  const max = Math.min(most ?? Number.POSITIVE_INFINITY, Math.ceil((high + room) / step) * step);
  const digits = Math.max(0, Math.min(8, -Math.floor(Math.log10(step) + 1e-9)));
  return { min: round(min, digits), max: round(max, digits), step: round(step, digits), digits };
}

/**
 * A limit that the history would have crossed about once in twenty windows: a place to start moving from where no
 * usual limit is known. Null with too little history.
 */
export function startingLimit(
  slots: readonly BacktestSlot[],
  op: "above" | "below",
  range: LimitRange,
): number | null {
  const seen = slots
    .filter((slot) => slot.value !== null && slot.status !== "LOW_N")
    .map((slot) => slot.value ?? 0)
    .sort((a, b) => a - b);
  if (seen.length < WINDOWS_TO_START) return null;
  const rank = Math.floor(0.05 * (seen.length - 1));
  const value = op === "below" ? seen[rank] : seen[seen.length - 1 - rank];
  if (value === undefined) return null;
  const steps = (value - range.min) / range.step;
  return round(
    range.min + (op === "below" ? Math.floor(steps + DUST) : Math.ceil(steps - DUST)) * range.step,
    range.digits,
  );
}
const WINDOWS_TO_START = 5;
const DUST = 1e-6;

/** Takes the dust of binary fractions off a number that was reached by adding steps. */
export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** About `count` limits over the slider's range, each a whole number of steps. */
export function limitGrid(range: LimitRange, count: number): number[] {
  const steps = Math.round((range.max - range.min) / range.step);
  const stride = Math.max(1, Math.ceil(steps / count));
  const grid: number[] = [];
  for (let at = 0; at <= steps; at += stride) grid.push(round(range.min + at * range.step, range.digits));
  return grid;
}
