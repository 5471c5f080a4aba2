import { type ClassicalDetector, classicalDetector } from "./classical-detector.ts";

export interface HoeffdingAverageOptions {
  readonly drift?: number;
  readonly warning?: number;
  readonly sides?: "up" | "both";
}

interface Part {
  rows: number;
  sum: number;
}

export interface HoeffdingAverageState {
  all: Part;
  /** The beginning of the stream up to where its mean was lowest, and highest, its bound included. */
  low: Part;
  high: Part;
}

const DEFAULTS = { drift: 0.001, warning: 0.005, sides: "up" } as const;

const meanOf = (part: Part): number => part.sum / part.rows;

/**
 * How far a mean of n values in [0, 1] may stray from its expectation with probability α: √(ln(1/α) ÷ 2n) (Hoeffding 1963).
 *
 * @example hoeffdingBound(50, 0.001) // 0.262826
 */
export function hoeffdingBound(rows: number, miss: number): number {
  return Math.sqrt(Math.log(1 / miss) / (2 * rows));
}

/**
 * HDDM-A (Frías-Blanco and others 2015): says when the mean of values in [0, 1] has risen since its lowest beginning.
 *
 * Drift when mean(all) − mean(beginning) ≥ √(½ (1/n_b − 1/n) ln(2/α)), warning at the weaker α. A bound at each row, so
 * none over all rows together. Values outside [0, 1] void it. Constant values: quiet.
 *
 * @example createHoeffdingAverage().alarms([...new Array(100).fill(0), ...new Array(100).fill(1)]) // [103]
 */
export function createHoeffdingAverage(
  options: HoeffdingAverageOptions = {},
): ClassicalDetector<HoeffdingAverageState> {
  const kept = { ...DEFAULTS, ...options };
  const moved = (state: HoeffdingAverageState, miss: number): boolean =>
    apart(state.all, state.low, miss) > 0 ||
    (kept.sides === "both" && apart(state.all, state.high, miss) < 0);
  return classicalDetector(
    () => ({ all: { rows: 0, sum: 0 }, low: { rows: 0, sum: 0 }, high: { rows: 0, sum: 0 } }),
    (state, value) => {
      state.all.rows++;
      state.all.sum += value;
      moveBeginnings(state, kept.drift);
      if (moved(state, kept.drift)) return "drift";
      return moved(state, kept.warning) ? "warning" : "quiet";
    },
  );
}

function moveBeginnings(state: HoeffdingAverageState, miss: number): void {
  const { all, low, high } = state;
  const reach = hoeffdingBound(all.rows, miss);
  if (low.rows === 0 || meanOf(low) + hoeffdingBound(low.rows, miss) >= meanOf(all) + reach) {
    state.low = { ...all };
  }
  if (high.rows === 0 || meanOf(high) - hoeffdingBound(high.rows, miss) <= meanOf(all) - reach) {
    state.high = { ...all };
  }
}

/** 1 or −1 when all rows are that way from their beginning, beyond chance; else 0. */
function apart(all: Part, beginning: Part, miss: number): number {
  if (beginning.rows === all.rows) return 0;
  const inverse = (all.rows - beginning.rows) / beginning.rows / all.rows;
  const gap = meanOf(all) - meanOf(beginning);
  return Math.abs(gap) >= Math.sqrt((inverse / 2) * Math.log(2 / miss)) ? Math.sign(gap) : 0;
}
