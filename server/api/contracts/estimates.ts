import { z } from "zod";
import {
  type MetricPoint,
  type MetricStatus,
  ScopeInput,
  WINDOWS,
  type WindowName,
} from "#server/api/contract.ts";

export const EstimatesInput = ScopeInput.extend({
  /** One performance metric; the task's main one when left out. */
  metric: z.string().min(1).max(64).optional(),
  window: z.enum(WINDOWS).optional(),
});

/** Why there is no estimate: a code to act on, and a sentence to read. */
export interface EstimateReason {
  code:
    | "no_reference"
    | "no_labelled_reference"
    | "one_class_reference"
    | "no_probability"
    | "no_reference_sample"
    | "too_few_reference_rows"
    | "metric_not_estimated"
    | "task_not_estimated"
    | "several_versions"
    | "unseen_region"
    | "nothing_called";
  message: string;
}

export interface EstimateInterval {
  lo: number;
  hi: number;
  level: number;
  method: string;
}

export interface EstimatePoint {
  from: string;
  to: string;
  version: string | null;
  /** Null whenever status is EMPTY or UNDEFINED. */
  value: number | null;
  /** Holds the realised value as often as its level says while a score keeps its meaning. */
  ci: EstimateInterval | null;
  /** The same, had the concept moved as much as it has before. */
  concept: EstimateInterval | null;
  /** Standard errors that make the band: of the labels that are still unknown, and of the reference's own. */
  parts: { sampling: number; calibration: number } | null;
  predictions: number;
  status: Exclude<MetricStatus, "IMMATURE" | "CONSTANT_REF">;
  reason: EstimateReason | null;
  /** Share of the predictions where the reference has no row. */
  unseen: number;
  /** From the labels of the same window, as metrics answer it; status IMMATURE while they still arrive. */
  realised: Pick<MetricPoint, "value" | "ci" | "status"> & { labelled: number };
}

export interface EstimateScore {
  windows: number;
  held: number;
  meanAbsoluteError: number;
  meanError: number;
  evidence: number;
  isStruckOut: boolean;
}

/** What a version's estimates stand on. */
export interface EstimateBaseline {
  version: string;
  refId: string;
  labelled: number;
}

export interface EstimatesAnswer {
  model: string;
  metric: string;
  /** Null where nothing could be estimated. */
  method: string | null;
  watermark: string | null;
  window: WindowName;
  widenedFrom: WindowName | null;
  points: EstimatePoint[];
  /** Why no window at all has an estimate; null when some have. */
  reason: EstimateReason | null;
  /** The last judged windows up to the end of the range; null before the first. */
  scorecard: EstimateScore | null;
  /** By how much the concept has moved between windows, on the scale of log odds (of logs for errors). */
  movement: { intercept: number; slope: number; windows: number } | null;
  baselines: EstimateBaseline[];
  /** What has to be true for the estimate to be, in words. */
  assumptions: string[];
}
