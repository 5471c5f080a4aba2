import { type ClassicalDetector, classicalDetector } from "./classical-detector.ts";

export interface DriftDetectionOptions {
  readonly warmStart?: number;
  readonly warnAt?: number;
  readonly driftAt?: number;
}

export interface DriftDetectionState {
  rows: number;
  errors: number;
  /** p and s where p + s was least. */
  leastRate: number;
  leastDeviation: number;
}

const DEFAULTS = { warmStart: 30, warnAt: 2, driftAt: 3 };

/**
 * DDM (Gama and others 2004): says when an error rate has risen above its own lowest level.
 *
 * Values are 0 or 1. With p the mean so far and s = √(p(1 − p)/i): warning when p + s > p_min + 2 s_min, drift when it is
 * > p_min + 3 s_min. The mean of everything so far reacts ever more slowly, and after a drift the new rate is the
 * level: it says "rises", never "too high". All 0: quiet. No false-alarm rate follows from the limits.
 *
 * @example createDriftDetection().alarms([...new Array(100).fill(0), 1, 1, 1]) // [100]
 */
export function createDriftDetection(
  options: DriftDetectionOptions = {},
): ClassicalDetector<DriftDetectionState> {
  const { warmStart, warnAt, driftAt } = { ...DEFAULTS, ...options };
  return classicalDetector(
    () => ({ rows: 0, errors: 0, leastRate: Number.POSITIVE_INFINITY, leastDeviation: 0 }),
    (state, value) => {
      state.rows++;
      state.errors += value;
      if (state.rows <= warmStart) return "quiet";
      const rate = state.errors / state.rows;
      const deviation = Math.sqrt((rate * (1 - rate)) / state.rows);
      if (rate + deviation <= state.leastRate + state.leastDeviation) {
        state.leastRate = rate;
        state.leastDeviation = deviation;
      }
      if (rate + deviation > state.leastRate + driftAt * state.leastDeviation) return "drift";
      return rate + deviation > state.leastRate + warnAt * state.leastDeviation ? "warning" : "quiet";
    },
  );
}
