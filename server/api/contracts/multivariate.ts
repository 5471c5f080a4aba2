import { z } from "zod";
import { ScopeInput } from "#server/api/contract.ts";
import type { Estimate } from "#server/stats/estimate.ts";

export const JOINT_METHODS = ["all", "classifier", "reconstruction", "discrepancy", "correlation"] as const;

/** All features together, a range against rows of the reference. Computed when asked for; takes seconds. */
export const MultivariateInput = ScopeInput.omit({ segment: true }).extend({
  method: z.enum(JOINT_METHODS).optional(),
});

/** Why there is no answer, or OK. */
export type JointStatus = "OK" | "LOW_N" | "EMPTY" | "NO_REFERENCE" | "NO_SAMPLE" | "NO_FEATURES";

export interface JointImportance {
  feature: string;
  /** Held-out AUC that is lost when this feature is shuffled; mean over folds. */
  loss: number;
  lo: number;
  hi: number;
}

export interface JointCorrelation {
  features: [string, string];
  reference: number;
  current: number;
  difference: Estimate;
  /** Adjusted over all pairs (Benjamini–Hochberg). */
  p: number;
}

export interface MultivariateAnswer {
  status: JointStatus;
  /** What to do where there is no answer; null when OK. */
  advice: string | null;
  version: string | null;
  refId: string | null;
  from: string | null;
  to: string | null;
  /** Rows that were compared, and those they were drawn from. */
  rows: { current: number; ofCurrent: number; reference: number; ofReference: number };
  features: string[];
  leftOut: { feature: string; reason: string }[];
  /** Can a classifier tell current rows from reference rows? AUC, 0.5 = it cannot. */
  classifier: { trees: Estimate; logistic: Estimate; importances: JointImportance[] } | null;
  /** Mean reconstruction error by principal components, standard deviations. */
  reconstruction: {
    reference: Estimate;
    current: Estimate;
    difference: Estimate;
    components: number;
    columns: number;
    share: number;
  } | null;
  /** Squared maximum mean discrepancy; exact p by permutation on up to 500 rows a side. */
  discrepancy: { squared: Estimate; p: number | null; permutations: number; bandwidth: number } | null;
  correlation: { largest: Estimate; pairs: JointCorrelation[]; tested: number; changed: number } | null;
}
