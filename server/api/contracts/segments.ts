import { z } from "zod";
import { type MetricPoint, Name, ScopeInput } from "#server/api/contract.ts";

/** Rates that only this topic knows; every other metric is one of the registry. */
export const SEGMENT_RATES = [
  {
    id: "label_rate",
    label: "Share of positives",
    description: "Of the labelled rows, the share that turned out positive.",
  },
  {
    id: "positive_rate",
    label: "Share called positive",
    description: "Of the decisions, the share that was positive; needs no label.",
  },
] as const;

/** Fewer rows than this behind a metric: a segment is listed as too small to judge, never ranked. */
export const SEGMENT_ROWS_MIN = 100;

const Unsegmented = ScopeInput.omit({ segment: true });

const SegmentMetricInput = Unsegmented.extend({
  key: Name,
  metric: z.string().min(1).max(64),
  /** For metrics of a feature. */
  feature: Name.optional(),
});

export const SegmentTableInput = SegmentMetricInput.extend({
  /** Leave the drift of each segment's predictions out: it takes longer than all the rest. */
  withoutDrift: z.boolean().optional(),
});

export const AGAINST = ["previous", "week", "reference", "range"] as const;
export type Against = (typeof AGAINST)[number];

export const SegmentChangeInput = SegmentMetricInput.extend({
  /** `previous`: the range of equal length before; `week`: the same time a week earlier; `range`: `against_from` to `against_to`. */
  against: z.enum(AGAINST).default("previous"),
  against_from: z.string().max(64).optional(),
  against_to: z.string().max(64).optional(),
});

export const WorstSlicesInput = Unsegmented.extend({
  /** What counts as bad; the model's own loss when left out. */
  metric: z.string().min(1).max(64).optional(),
});

/** A number that compares, with its interval. */
export interface Compared {
  value: number;
  ci: MetricPoint["ci"];
}

export interface SegmentTrendPoint {
  from: string;
  to: string;
  value: number | null;
}

export interface SegmentTableRow {
  value: string;
  /** Predictions. */
  n: number;
  share: number;
  point: MetricPoint;
  /** The metric here less the metric of all other rows together; null where it has no such difference. */
  gap: Compared | null;
  /** `worse`, `better`, or `differs` where no direction is bad: the gap's interval leaves out 0. */
  stands: "worse" | "better" | "differs" | "alike" | "unknown";
  /** Too few rows behind the metric to be judged. */
  small: boolean;
  /** Share of the traffic that changed score bins against the segment's own reference. */
  drift: MetricPoint | null;
  trend: SegmentTrendPoint[];
}

export interface SegmentTable {
  key: string;
  metric: string;
  from: string | null;
  to: string | null;
  /** The metric of all rows, whether they have a value of the key or not. */
  all: { value: number | null; n: number; predictions: number };
  /** Largest sure gap in the bad direction first; small ones last. */
  rows: SegmentTableRow[];
  /** Why there is no gap, where the metric has none. */
  noGap: string | null;
}

export interface ComparedSide {
  from: string | null;
  to: string | null;
  refId: string | null;
  versions: string[];
  predictions: number;
  /** Rows behind the metric. */
  n: number;
  value: number | null;
}

export interface SegmentShare {
  /** Rows behind the metric: all decisions, all labelled rows, for precision those called positive. */
  n: number;
  share: number;
  value: number | null;
  /** Labelled ÷ predicted; null where the metric needs no label. */
  coverage: number | null;
}

export interface SegmentChangePart {
  /** Null: rows without a value of the key. */
  value: string | null;
  before: SegmentShare;
  after: SegmentShare;
  /** Because its share changed; null where the metric is not a mean. */
  mix: Compared | null;
  /** Because it changed itself. */
  within: Compared | null;
  /** mix + within; for a metric that is no mean: what the change would lack had this segment stayed as it was. */
  total: Compared | null;
  onlyOn: "before" | "after" | null;
  small: boolean;
}

export interface ScoreSplit {
  /** Other scores; other outcomes at the same score; another threshold. They sum to `change`. */
  scores: Compared;
  labels: Compared;
  threshold: Compared | null;
  change: number;
  /** Share of the later rows at scores that the earlier side never had. */
  newRegion: number;
}

export interface SegmentChange {
  key: string;
  metric: string;
  against: Against;
  status: "OK" | "EMPTY" | "IMMATURE";
  method: "mix-within/v1" | "leave-one-group-out/v1";
  before: ComparedSide;
  after: ComparedSide;
  change: Compared | null;
  /** Sums over all parts; mix + within = change. Null where the metric is not a mean. */
  mix: Compared | null;
  within: Compared | null;
  /** change − Σ totals, for a metric that is no mean; null where parts are missing. */
  shared: number | null;
  /** Largest share of the change first. */
  parts: SegmentChangePart[];
  score: ScoreSplit | null;
  /** Why there is no split by score, in a sentence. */
  noScore: string | null;
  /** What the intervals take to be independent: `31 days`, or rows. */
  blocks: string;
}

export interface WorstSlice {
  key: string;
  value: string;
  /** As the prediction search writes it. */
  predicate: string;
  predictions: number;
  n: number;
  share: number;
  /** Mean loss here and of all other rows. */
  mean: number;
  rest: number;
  excess: Compared;
  /** One-sided 95 % lower limit, by which slices are ranked. */
  lower: number;
  shrunken: number;
  /** Excess in pooled standard deviations. */
  effectSize: number;
  /** log10 of the e-value. */
  evidence: number;
  supported: boolean;
}

export interface WorstSlices {
  /** The loss, higher is worse: `wrong` is the share of wrong decisions. */
  loss: string;
  /** Why this loss and not the metric that was asked for. */
  instead: string | null;
  looked: number;
  tooSmall: number;
  rowsMin: number;
  slices: WorstSlice[];
  /** What was not looked at, in a sentence. */
  notLooked: string;
  blocks: string;
}
