/** Numbers to places and back, and ticks that people would choose. */

export type Span = readonly [number, number];

export interface NumberTick {
  value: number;
  label: string;
}

const NICE = [1, 2, 2.5, 5, 10];

/** The smallest nice step (1, 2, 2.5, 5 × 10ⁿ) that is at least `raw`. */
export function niceStep(raw: number): number {
  if (!(raw > 0) || !Number.isFinite(raw)) return 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = NICE.find((one) => one * power >= raw * (1 - 1e-9)) ?? 10;
  return factor * power;
}

export interface NiceAxis {
  domain: [number, number];
  ticks: number[];
  step: number;
}

/** Whole steps around the data, at most `most` ticks. A constant gets room on both sides. */
export function niceAxis(lo: number, hi: number, most = 5): NiceAxis {
  const size = Math.max(Math.abs(lo), Math.abs(hi));
  const pad = hi - lo > size * 1e-9 ? 0 : size > 0 ? size * 0.1 : 0.5;
  const low = lo - pad;
  const high = hi + pad;
  let step = niceStep((high - low) / Math.max(1, most - 1));
  let [first, last] = stepsAround(low, high, step);
  while (last - first + 1 > most) {
    step = niceStep(step * 1.01);
    [first, last] = stepsAround(low, high, step);
  }
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => tidy((first + index) * step, step));
  return { domain: [tidy(first * step, step), tidy(last * step, step)], ticks, step };
}

function stepsAround(low: number, high: number, step: number): [number, number] {
  return [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
}

/** 0.30000000000000004 is 0.3 on an axis. */
function tidy(value: number, step: number): number {
  return Number(value.toFixed(Math.max(0, stepDigits(step) + 2)));
}

/** Digits after the point that tell neighbouring ticks apart. */
export function stepDigits(step: number): number {
  for (let digits = 0; digits < 8; digits++) {
    const scaled = step * 10 ** digits;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6) return digits;
  }
  return 8;
}

export function clamp(value: number, [lo, hi]: Span): number {
  return Math.min(hi, Math.max(lo, value));
}

export function linear([d0, d1]: Span, [r0, r1]: Span): (value: number) => number {
  const slope = d1 === d0 ? 0 : (r1 - r0) / (d1 - d0);
  return (value) => r0 + (value - d0) * slope;
}

export function extent(values: Iterable<number>): [number, number] | null {
  let lo = Number.POSITIVE_INFINITY;
  let hi = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < lo) lo = value;
    if (value > hi) hi = value;
  }
  return lo <= hi ? [lo, hi] : null;
}
