import { type ClassicalDetector, classicalDetector } from "./classical-detector.ts";

export interface PageHinkleyOptions {
  /** δ: how far above the mean a value must be to count, in its own unit. */
  readonly slack?: number;
  /** λ, in the value's unit. */
  readonly threshold?: number;
  /** α: how much of the sum is kept from value to value. */
  readonly fading?: number;
  readonly rowsMin?: number;
  readonly sides?: "up" | "both";
  /** What a sum is measured from: zero, at which it is held, or its own lowest point. */
  readonly from?: "zero" | "extreme";
}

export interface PageHinkleyState {
  rows: number;
  mean: number;
  up: number;
  down: number;
  lowest: number;
  highest: number;
}

const DEFAULTS = {
  slack: 0.005,
  threshold: 50,
  fading: 0.9999,
  rowsMin: 30,
  sides: "both",
  from: "zero",
} as const;

/**
 * Says when values leave their own running mean: Page's test with Hinkley's mean, S ← max(0, α S + x − x̄ − δ), drift
 * when S > λ.
 *
 * x̄ is the mean of all values so far, this one included. `from: "extreme"` lets S fall freely and measures it from its
 * lowest point, as river 0.26 does; with α < 1 the two differ, because fading pulls a negative sum back up. Constant values: quiet.
 * δ and λ are in the value's unit: the defaults (δ = 0.005, λ = 50, α = 0.9999, 30 values, both sides) suit values near 1.
 * No false-alarm rate follows from λ.
 *
 * @example createPageHinkley({ threshold: 1.5, rowsMin: 1 }).alarms([0, 0, 1, 1, 1]) // [4]
 */
export function createPageHinkley(options: PageHinkleyOptions = {}): ClassicalDetector<PageHinkleyState> {
  const kept = { ...DEFAULTS, ...options };
  return classicalDetector(
    () => ({
      rows: 0,
      mean: 0,
      up: 0,
      down: 0,
      lowest: Number.POSITIVE_INFINITY,
      highest: Number.NEGATIVE_INFINITY,
    }),
    (state, value) => {
      state.rows++;
      state.mean += (value - state.mean) / state.rows;
      const gap = value - state.mean;
      state.up = kept.fading * state.up + gap - kept.slack;
      state.down = kept.fading * state.down + gap + kept.slack;
      if (kept.from === "zero") hold(state);
      state.lowest = Math.min(state.lowest, state.up);
      state.highest = Math.max(state.highest, state.down);
      const { rise, fall } = pageHinkleySums(state, kept.from);
      const beyond = rise > kept.threshold || (kept.sides === "both" && fall > kept.threshold);
      return beyond && state.rows >= kept.rowsMin ? "drift" : "quiet";
    },
  );
}

function hold(state: PageHinkleyState): void {
  state.up = Math.max(0, state.up);
  state.down = Math.min(0, state.down);
}

/**
 * The sums that are compared with λ: evidence of a rise and of a fall, both ≥ 0.
 *
 * @example pageHinkleySums({ rows: 3, mean: 1, up: 2, down: -1, lowest: 0.5, highest: 3 }, "extreme") // { rise: 1.5, fall: 4 }
 */
export function pageHinkleySums(
  state: PageHinkleyState,
  from: "zero" | "extreme",
): { rise: number; fall: number } {
  if (from === "zero") return { rise: state.up, fall: -state.down };
  return { rise: state.up - state.lowest, fall: state.highest - state.down };
}
