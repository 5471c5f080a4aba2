import { z } from "zod";
import {
  type MetricStatus,
  Name,
  type RatePoint,
  ScopeInput,
  WINDOWS,
  type WindowName,
} from "#server/api/contract.ts";

/** What it may mean to treat groups alike; which one fits is the owner's choice, and no two ask the same. */
export const FAIRNESS_CRITERIA = [
  "selection_ratio",
  "selection_difference",
  "equal_opportunity",
  "equalized_odds",
  "predictive_parity",
  "calibration",
  "auc",
  "accuracy",
  "mean_error",
  "absolute_error",
] as const;
export type FairnessCriterion = (typeof FAIRNESS_CRITERIA)[number];

export const FairnessInput = ScopeInput.omit({ segment: true }).extend({
  /** The segment key whose values are the groups; the first one when left out. */
  key: Name.optional(),
  criterion: z.enum(FAIRNESS_CRITERIA).optional(),
  /** The group that others are compared with; the largest when left out. */
  group: Name.optional(),
  /** The group whose gap is shown over time; the one furthest from the reference when left out. */
  focus: Name.optional(),
  /** Whose selection is compared: `positive` or `negative`, or a class of a multiclass model. */
  outcome: Name.optional(),
  /** What if decisions were made here, instead of those that were. Binary models only. */
  threshold: z.number().min(0).max(1).optional(),
  window: z.enum(WINDOWS).optional(),
  /** Leave groups under 2 % of the rows out of the impact ratios. */
  excludeSmall: z.boolean().optional(),
});

export interface FairnessInterval {
  lo: number;
  hi: number;
  level: number;
  method: string;
}

/** One group against the reference group, by one criterion. */
export interface FairnessGap {
  criterion: FairnessCriterion;
  /** The group's own rate, error or area; null where it is hidden or cannot be told. */
  own: number | null;
  /** Difference or ratio to the reference group; null for that group itself, where hidden, or undefined. */
  value: number | null;
  ci: FairnessInterval | null;
  /** Rows that the criterion can use, and the smallest denominator among them. */
  n: number;
  events: number;
  status: MetricStatus;
  /** `hidden`: fewer than 30 rows, no number is given. */
  standing: "judged" | "small" | "hidden";
  verdict: "reference" | "below" | "above" | "within" | "inconclusive" | "too-small";
  /** About so many more rows of this group would settle an inconclusive gap; null where none or no number would. */
  rowsNeeded: number | null;
  /** Whether the gap also stands when all groups and criteria are looked at together; null where not asked. */
  holdsUp: boolean | null;
  /** What noise alone would make of it; equalized odds only. */
  nullExpectation: number | null;
}

export interface FairnessGroup {
  group: string;
  isReference: boolean;
  rows: number;
  /** Share of the rows whose group is known. */
  share: number;
  labelled: number;
  coverage: RatePoint | null;
  /** How often the outcome really happens; null without labels or where hidden. */
  baseRate: RatePoint | null;
  /** Observed share − mean probability in five bins of probability; null where hidden or too small. */
  calibrationBins: { from: number; to: number; n: number; gap: number | null; ci: FairnessInterval | null }[];
  /** By all criteria that the model's task and labels allow. */
  gaps: FairnessGap[];
}

export interface FairnessPoint {
  from: string;
  to: string;
  value: number | null;
  ci: FairnessInterval | null;
  n: number;
  status: MetricStatus;
  /** A confidence sequence over all rows so far: right however often one looks. Differences of rates only. */
  soFar: { value: number; lo: number; hi: number; n: number } | null;
}

/** New York City Local Law 144: rates and their ratio to the highest. */
export interface ImpactCategory {
  group: string;
  n: number;
  share: number;
  rate: number | null;
  impactRatio: number | null;
  ci: FairnessInterval | null;
  isHighest: boolean;
  excluded: boolean;
  isSmall: boolean;
}

export interface FairnessAnswer {
  model: string;
  from: string | null;
  to: string | null;
  keys: string[];
  /** Null where the model has no segment keys, or no rows in the range. */
  key: string | null;
  criterion: FairnessCriterion | null;
  /** Criteria that the task knows; those that need labels are not available before some have come. */
  criteria: { criterion: FairnessCriterion; needsLabels: boolean; available: boolean }[];
  outcomes: string[];
  outcome: string | null;
  threshold: number | null;
  reference: { group: string; chosen: "largest" | "asked" } | null;
  /** Gaps up to this are within tolerance; null for ratios, which the four-fifths rule judges. In the gap's unit. */
  tolerance: number | null;
  /** Most rows first, at most 50. */
  groups: FairnessGroup[];
  /** Groups beyond those. */
  omitted: number;
  /** Rows whose group is not known, and rows beyond the 200 values that are kept apart: in no comparison. */
  unknown: { rows: number; labels: string[] };
  other: number;
  rows: number;
  labelled: number;
  /** The lowest and highest rate of the groups that can be judged: picked after looking. */
  extremes: { lowest: string; highest: string; difference: number; ratio: number | null } | null;
  /** True where how often the outcome happens differs: then parity, equal odds and calibration cannot all hold. */
  baseRatesDiffer: boolean;
  /** Groups whose share of labelled rows differs from the reference group's: their labels may be a biased sample. */
  coverageDiffers: string[];
  /** Blocks of time whose rows may hang together and by which intervals were widened; null where there are too few. */
  blocks: { count: number; days: number } | null;
  /** Groups × criteria that were looked at together for `holdsUp`. */
  looked: number;
  window: WindowName;
  overTime: { group: string; points: FairnessPoint[] } | null;
  impact: { selection: ImpactCategory[]; scoring: ImpactCategory[] | null };
}
