import { type ClassicalDetector, classicalDetector } from "./classical-detector.ts";

export interface EarlyDriftOptions {
  /** Errors before it judges. */
  readonly warmStart?: number;
  readonly warnBelow?: number;
  readonly driftBelow?: number;
}

export interface EarlyDriftState {
  rows: number;
  lastError: number;
  errors: number;
  /** Mean of the distances between errors and the sum of their squared deviations. */
  mean: number;
  m2: number;
  highest: number;
}

const DEFAULTS = { warmStart: 30, warnBelow: 0.95, driftBelow: 0.9 };

/**
 * EDDM (Baena-García and others 2006): says when errors come closer together than they ever came.
 *
 * With p′ and s′ the mean and the standard deviation (n − 1) of the rows between errors: warning when (p′ + 2s′) ÷ its
 * maximum < 0.95, drift when < 0.9. Values are 0 or 1. The maximum of a noisy figure is a moving goal: without any
 * change about 11 of 1,000 windows of 1,000 rows alarm (errors of 10 %). No errors: quiet.
 *
 * @example createEarlyDrift().alarms(Array.from({ length: 600 }, (_, row) => Number(row >= 400 || row % 10 === 9))) // [448]
 */
export function createEarlyDrift(options: EarlyDriftOptions = {}): ClassicalDetector<EarlyDriftState> {
  const { warmStart, warnBelow, driftBelow } = { ...DEFAULTS, ...options };
  return classicalDetector(
    () => ({ rows: 0, lastError: 0, errors: 0, mean: 0, m2: 0, highest: -1 }),
    (state, value) => {
      state.rows++;
      if (value !== 1) return "quiet";
      takeDistance(state);
      if (state.rows <= warmStart) return "quiet";
      const deviation = state.errors > 1 ? Math.sqrt(state.m2 / (state.errors - 1)) : 0;
      const reach = state.mean + 2 * deviation;
      if (reach > state.highest) {
        state.highest = reach;
        return "quiet";
      }
      if (state.errors <= warmStart) return "quiet";
      if (reach < driftBelow * state.highest) return "drift";
      return reach < warnBelow * state.highest ? "warning" : "quiet";
    },
  );
}

function takeDistance(state: EarlyDriftState): void {
  const distance = state.rows - state.lastError;
  state.lastError = state.rows;
  state.errors++;
  const before = state.mean;
  state.mean += (distance - before) / state.errors;
  state.m2 += (distance - before) * (distance - state.mean);
}
