import type { EstimateReason } from "#server/api/contracts/estimates.ts";
import type { CalibrationLine } from "#server/stats/estimation/calibration-line.ts";
import type { ConceptMovement } from "#server/stats/estimation/concept-movement.ts";
import type { PerformanceEstimate } from "#server/stats/estimation/confidence-based-estimate.ts";
import type { Summary } from "#server/windows/summary.ts";

/** An estimate of one window, or the reason why there is none. */
export interface WindowEstimate extends PerformanceEstimate {
  readonly reason: EstimateReason | null;
  readonly unseen: number;
}

/** How far the concept is from the reference's in one labelled window. */
export type ConceptPlace = Pick<CalibrationLine, "intercept" | "slope">;

/** One version's way of estimating one metric, fitted on its reference. */
export interface Estimator {
  readonly method: string;
  readonly labelled: number;
  readonly assumptions: readonly string[];
  estimate(summary: Summary, movement: ConceptMovement): WindowEstimate;
  /** Null where the window's labels are too few to tell. */
  conceptOf(summary: Summary, realised: number): ConceptPlace | null;
}

export type EstimatorOrReason = { readonly estimator: Estimator } | { readonly reason: EstimateReason };

export function noEstimate(status: "EMPTY" | "UNDEFINED", reason: EstimateReason | null): WindowEstimate {
  return { value: null, interval: null, status, parts: null, concept: null, reason, unseen: 0 };
}
