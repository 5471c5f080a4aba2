/**
 * The shapes of the tRPC procedures, which are also those of REST (wire.md). Instants are ISO 8601 texts in UTC,
 * durations texts such as `1h`. Inputs are checked by these schemas; outputs are plain JSON.
 */
import { z } from "zod";
import type { CurveBasis } from "#server/api/contracts/curves.ts";
import type { FeatureType, Task } from "#server/models/schema.ts";

export const Slug = z.string().min(1).max(256);
export const Instant = z.string().max(64);
/** Of a feature or a segment key. */
export const Name = z.string().min(1).max(1024);
export const WINDOWS = ["5m", "1h", "6h", "1d", "7d", "all"] as const;
export type WindowName = (typeof WINDOWS)[number];

/** What a chart or table asks about: which rows, over which time. */
export const ScopeInput = z.object({
  model: Slug,
  from: Instant.optional(),
  to: Instant.optional(),
  /** `live` (the champion of each instant) when left out. */
  version: z.string().max(256).optional(),
  /** `key:value`; repeated keys are joined by OR, different keys must be separate queries for now. */
  segment: z.string().max(1024).optional(),
});

export type MetricStatus = "OK" | "LOW_N" | "EMPTY" | "CONSTANT_REF" | "UNDEFINED" | "PARTIAL" | "IMMATURE";

export interface MetricPoint {
  from: string;
  to: string;
  metric: string;
  version: string | null;
  feature: string | null;
  segment: string | null;
  /** Null whenever status is EMPTY or UNDEFINED. */
  value: number | null;
  ci: { lo: number; hi: number; level: number; method: string } | null;
  nRef: number | null;
  nCur: number;
  status: MetricStatus;
  revision: number;
  refId: string | null;
  method: string;
}

export const MetricsQueryInput = ScopeInput.extend({
  /** Comma-separated metric ids. */
  metric: z.string().min(1).max(1024),
  window: z.enum(WINDOWS).optional(),
  /** A feature name, `*` for all, `@output` for the prediction itself. */
  feature: z.string().max(1024).optional(),
  /** Also answer each metric's value over the reference itself, for a chart's reference line. */
  withReference: z.boolean().optional(),
});
/** A metric over a version's reference; only those that the reference can tell. */
export interface ReferenceValue {
  metric: string;
  feature: string | null;
  version: string;
  value: number;
  ci: MetricPoint["ci"];
  n: number;
  refId: string;
}
export interface MetricsAnswer {
  model: string;
  watermark: string | null;
  window: WindowName;
  /** The window asked for, when it had to be widened to stay within the point limit. */
  widenedFrom: WindowName | null;
  points: MetricPoint[];
  /** With `withReference` only. */
  references?: ReferenceValue[];
}

export interface MetricDefinition {
  id: string;
  label: string;
  group: "operations" | "quality" | "drift" | "performance";
  unit: "count" | "share" | "ms" | "nats" | "bits" | "sd" | "score" | "label-unit" | "chi2";
  /** Which way is bad. */
  worse: "higher" | "lower" | "both";
  tasks: Task[];
  /** Needs a feature (or @output), labels, a reference. */
  perFeature: boolean;
  /** The feature types it is defined for; all when left out. */
  featureTypes?: FeatureType[];
  needsLabels: boolean;
  needsReference: boolean;
  range: [number | null, number | null];
  formula: string;
  description: string;
  /** The limit a new monitor starts from; null where none is sensible. */
  defaultLimit: number | null;
}

export interface ModelListItem {
  model: string;
  name: string;
  task: Task;
  liveVersion: string | null;
  versions: number;
  predictions: number;
  labelled: number;
  watermark: string | null;
  lastReceivedAt: string | null;
  openAlerts: { page: number; ticket: number };
  createdAt: string;
}
export interface VersionInfo {
  version: string;
  stage: "registered" | "challenger" | "champion" | "retired";
  stageSince: string | null;
  reference: ReferenceInfo | null;
  predictions: number;
  labelled: number;
  firstTs: string | null;
  lastTs: string | null;
}
export interface ReferenceInfo {
  reference: string;
  name: string;
  version: string;
  rows: number;
  labelled: number;
  createdAt: string;
  source: "upload" | "range";
}
export interface FeatureInfo {
  name: string;
  type: FeatureType;
  segment: boolean;
}
export interface ModelDetail {
  model: string;
  name: string;
  task: Task;
  window: string;
  positiveClass: string | null;
  threshold: number;
  /** False-alarm budget: its evidence monitors together raise at most one false alarm in so many weeks, on average. */
  budgetWeeks: number;
  features: FeatureInfo[];
  /** Segment keys with their values, most rows first (at most 200 a key). */
  segments: { key: string; values: string[] }[];
  versions: VersionInfo[];
  liveVersion: string | null;
  references: ReferenceInfo[];
  predictions: number;
  labelled: number;
  conflicts: number;
  duplicates: number;
  firstTs: string | null;
  watermark: string | null;
  lastReceivedAt: string | null;
  createdAt: string;
}

/** At most one false alarm in so many weeks, on average. */
const BudgetWeeks = z.number().int().min(1).max(520);

export const CreateModelInput = z.object({
  slug: Slug,
  task: z.enum(["binary", "multiclass", "regression", "ranking"]),
  name: z.string().max(256).optional(),
  window: z.string().max(16).optional(),
  positive_class: z.string().max(256).optional(),
  threshold: z.number().min(0).max(1).optional(),
  budget_weeks: BudgetWeeks.optional(),
  features: z
    .record(z.string(), z.object({ type: z.enum(["number", "category"]), segment: z.boolean().optional() }))
    .optional(),
});
export const UpdateModelInput = z.object({
  model: Slug,
  name: z.string().max(256).optional(),
  positive_class: z.string().max(256).nullable().optional(),
  threshold: z.number().min(0).max(1).optional(),
  budget_weeks: BudgetWeeks.optional(),
  features: z
    .record(
      z.string(),
      z.object({ type: z.enum(["number", "category"]).optional(), segment: z.boolean().optional() }),
    )
    .optional(),
});

export const EventInput = z.object({
  model: Slug,
  kind: z.enum(["deploy", "stage", "note"]),
  version: z.string().max(256).optional(),
  stage: z.enum(["registered", "challenger", "champion", "retired"]).optional(),
  at: Instant.optional(),
  text: z.string().max(2000).optional(),
});
/** A mark for the event lane; `schema`, `reference`, `monitor` are written by Plumbline itself. */
export interface TimelineEvent {
  id: string;
  kind: "deploy" | "stage" | "note" | "schema" | "reference" | "monitor" | "new-category";
  at: string;
  version: string | null;
  stage: string | null;
  text: string;
  actor: string;
}

// Distributions and curves ----------------------------------------------------------------------------------------

export const DistributionInput = ScopeInput.extend({ feature: z.string().max(1024) });
export interface DistributionBin {
  /** Edges of a numeric bin (null: unbounded) or the category. */
  label: string;
  from: number | null;
  to: number | null;
  category: string | null;
  kind: "value" | "other" | "new";
  reference: number | null;
  current: number;
  /** This bin's part of PSI, nats; null without a reference. */
  contribution: number | null;
}
export interface FeatureNumbers {
  n: number;
  missing: number;
  invalid: number;
  mean: number | null;
  sd: number | null;
  min: number | null;
  max: number | null;
  p5: number | null;
  p25: number | null;
  p50: number | null;
  p75: number | null;
  p95: number | null;
}
export interface Distribution {
  feature: string;
  type: FeatureType;
  /** Ten-ish coarse bins, or categories; the same on both sides. */
  bins: DistributionBin[];
  reference: FeatureNumbers | null;
  current: FeatureNumbers;
  newValues: { value: string; count: number }[];
  refId: string | null;
  /** More than one champion in the range: the last one's reference is shown. */
  version: string | null;
}

export const CurvesInput = ScopeInput;
export interface RatePoint {
  value: number;
  lo: number;
  hi: number;
  n: number;
}
export interface BinaryCurves {
  kind: "binary";
  labelled: number;
  positives: number;
  /** At every kept threshold, descending: counts if a decision were made there. */
  thresholds: { threshold: number; tp: number; fp: number; tn: number; fn: number }[];
  /** The decisions that were really made. */
  deployed: { tp: number; fp: number; tn: number; fn: number };
  calibration: { from: number; to: number; meanProbability: number; observed: RatePoint }[];
  scores: { from: number; to: number; reference: number | null; current: number }[];
  basis: CurveBasis;
}
export interface MulticlassCurves {
  kind: "multiclass";
  labelled: number;
  classes: string[];
  /** [actual][predicted] */
  confusion: number[][];
  perClass: { class: string; precision: RatePoint | null; recall: RatePoint | null }[];
}
export interface RegressionCurves {
  kind: "regression";
  labelled: number;
  residuals: { from: number | null; to: number | null; count: number }[];
  predicted: { from: number | null; to: number | null; reference: number | null; current: number }[];
}
export type Curves =
  | BinaryCurves
  | MulticlassCurves
  | RegressionCurves
  | { kind: "ranking"; labelled: number };

export const SegmentsInput = ScopeInput.extend({
  key: z.string().max(1024),
  metric: z.string().max(64),
  /** For metrics of a feature; the prediction itself when left out. */
  feature: z.string().max(1024).optional(),
});
export interface SegmentRow {
  value: string;
  n: number;
  share: number;
  point: MetricPoint;
}

// Predictions -----------------------------------------------------------------------------------------------------

export const PredictionsInput = ScopeInput.omit({ segment: true }).extend({
  segment: z.array(z.string().max(1024)).max(20).optional(),
  /** `distance>500,carrier=B6`: comma-separated conditions; names as in wire.md, `features.` may be left out. */
  where: z.string().max(4096).optional(),
  labelled: z.boolean().optional(),
  id: z.string().max(256).optional(),
  sort: z.enum(["-ts", "ts"]).optional(),
  limit: z.number().int().min(1).max(500).optional(),
  cursor: z.string().max(512).nullish(),
});
export interface PredictionRow {
  model: string;
  version: string;
  prediction_id: string;
  ts: string;
  ts_source: "client" | "server" | "clamped";
  received_at: string;
  features: Record<string, string | number | null>;
  segments: Record<string, string | null>;
  output: {
    value?: string | number | null;
    probability?: number | null;
    probabilities?: Record<string, number>;
    items?: string[];
    scores?: number[];
  };
  latency_ms: number | null;
  label: { value: string | number; ts: string; received_at: string } | null;
}
export interface PredictionsAnswer {
  rows: PredictionRow[];
  cursor: string | null;
  /** The time budget ran out; `cursor` goes on from `reached`. */
  partial: boolean;
  scanned: number;
  reached: string | null;
  /** Predictions in the range before conditions, from the windows. */
  inRange: number;
}
export const PredictionInput = z.object({ model: Slug, prediction_id: z.string().min(1).max(256) });

// Monitors and alerts ---------------------------------------------------------------------------------------------

export const MonitorRule = z.object({
  metric: z.string().min(1).max(64),
  feature: z.string().max(1024).nullable().default(null),
  segment: z.string().max(1024).nullable().default(null),
  version: z.string().max(256).nullable().default(null),
  /** Width of the windows that are judged; slots are their ends. */
  window: z.enum(["5m", "1h", "6h", "1d", "7d"]).default("1d"),
  op: z.enum(["above", "below"]),
  limit: z.number(),
  /**
   * `window`: each window is judged by itself. `evidence`: windows add up to evidence that the metric is beyond the
   * limit, and it fires where that crosses the line which the model's false-alarm budget sets.
   */
  decide: z.enum(["window", "evidence"]).default("window"),
  /** Where a firing alert counts as clear; null: at the limit. */
  clear: z.number().nullable().default(null),
  /** Breach only when the whole interval is beyond the limit. */
  wholeInterval: z.boolean().default(true),
  /** Fewer rows (or labels) than this is "not enough data": neither breach nor clear. */
  minN: z.number().int().min(1).max(1_000_000_000).default(100),
  /** Consecutive breaching windows before it fires. */
  forWindows: z.number().int().min(1).max(100).default(1),
  /** Consecutive clear windows before it resolves. */
  keepWindows: z.number().int().min(1).max(100).default(1),
  /** Windows without any row before silence is an alert of its own; null: never. */
  noDataWindows: z.number().int().min(1).max(100).nullable().default(null),
});
export type MonitorRule = z.infer<typeof MonitorRule>;

export const CreateMonitorInput = MonitorRule.extend({
  model: Slug,
  name: z.string().min(1).max(256).optional(),
  severity: z.enum(["page", "ticket"]).default("ticket"),
  channels: z.array(z.string().max(64)).max(20).default([]),
  enabled: z.boolean().default(true),
  runbook: z.string().max(2000).default(""),
});
const monitorFields = CreateMonitorInput.shape;
/** An edit says only what changes; a default here would reset whatever was left out. */
export const UpdateMonitorInput = z.object({
  id: z.string().max(64),
  reason: z.string().max(2000).optional(),
  model: monitorFields.model.optional(),
  name: monitorFields.name,
  metric: monitorFields.metric.optional(),
  feature: monitorFields.feature.unwrap().optional(),
  segment: monitorFields.segment.unwrap().optional(),
  version: monitorFields.version.unwrap().optional(),
  window: monitorFields.window.unwrap().optional(),
  op: monitorFields.op.optional(),
  limit: monitorFields.limit.optional(),
  decide: monitorFields.decide.unwrap().optional(),
  clear: monitorFields.clear.unwrap().optional(),
  wholeInterval: monitorFields.wholeInterval.unwrap().optional(),
  minN: monitorFields.minN.unwrap().optional(),
  forWindows: monitorFields.forWindows.unwrap().optional(),
  keepWindows: monitorFields.keepWindows.unwrap().optional(),
  noDataWindows: monitorFields.noDataWindows.unwrap().optional(),
  severity: monitorFields.severity.unwrap().optional(),
  channels: monitorFields.channels.unwrap().optional(),
  enabled: monitorFields.enabled.unwrap().optional(),
  runbook: monitorFields.runbook.unwrap().optional(),
});
export interface Monitor extends MonitorRule {
  id: string;
  model: string;
  name: string;
  severity: "page" | "ticket";
  channels: string[];
  enabled: boolean;
  runbook: string;
  /** Grows by one with every edit of the rule. */
  ruleVersion: number;
  state:
    | "normal"
    | "pending"
    | "firing"
    | "recovering"
    | "no-data"
    | "not-enough-data"
    | "error"
    | "learning"
    | "paused";
  stateSince: string | null;
  last: MetricPoint | null;
  /** As of the last window, for monitors that decide by evidence. */
  evidence?: SlotEvidence | null;
  lastEvaluatedAt: string | null;
  fired90d: number;
  createdAt: string;
  updatedAt: string;
}

export const BacktestInput = MonitorRule.extend({
  model: Slug,
  from: Instant.optional(),
  to: Instant.optional(),
  id: z.string().max(64).optional(),
});
export interface BacktestSlot {
  /** End of the judged window: the instant at which the monitor would have looked. */
  at: string;
  value: number | null;
  lo: number | null;
  hi: number | null;
  n: number;
  status: MetricStatus;
  version: string | null;
  /** Predictions in scope, where known. 0 while the model itself had rows says that the segment is gone. */
  rows?: number | null;
  /** For rules that decide by evidence: what has been gathered up to this window; null where nothing can be. */
  evidence?: SlotEvidence | null;
}
/** Anytime-valid evidence (an e-detector's value) that a metric is beyond its limit, however often one looks. */
export interface SlotEvidence {
  /** Base-10 logarithm of the evidence: 3 says a thousand times likelier than within the limit. */
  log10: number;
  /** Where it alarms: the model's budget in windows of this width, times the tests that share it. */
  line: number;
  /** Start of the window in which what the evidence speaks of began; null while there is none. */
  onset: string | null;
  /** `beyond`: beyond the limit against the reference or baseline. `changed`: moved from what came before by more than the limit. */
  route: "beyond" | "changed";
  /** Still beyond the limit after it alarmed, as far as the latest windows tell. */
  holds: boolean;
}
export interface BacktestEpisode {
  openedAt: string;
  closedAt: string | null;
  windows: number;
  peak: number | null;
  n: number;
}
/** The slots let the page replay any other limit by the same reducer (`server/alerts/transition.ts`) at once. */
export interface BacktestAnswer {
  from: string;
  to: string;
  slots: BacktestSlot[];
  episodes: BacktestEpisode[];
  lowN: number;
  noData: number;
  reference: number | null;
}

export interface AlertListItem {
  id: string;
  model: string;
  monitorId: string;
  monitorName: string;
  kind: "breach" | "no-data" | "error";
  severity: "page" | "ticket";
  status: "open" | "acknowledged" | "silenced" | "resolved";
  /** One generated sentence. */
  title: string;
  metric: string;
  feature: string | null;
  segment: string | null;
  version: string | null;
  openedAt: string;
  closedAt: string | null;
  closeReason:
    | "cleared"
    | "series-gone"
    | "rule-changed"
    | "paused"
    | "deleted"
    | "by-person"
    | "retracted"
    | null;
  /** `live`, or `backfill` for what history shows and nobody was told of. */
  origin: "live" | "backfill" | "late";
  acknowledgedBy: string | null;
  assignee: string | null;
  /** What a person found it to be. */
  verdict?: "real" | "false-alarm" | null;
  /** As it stood when it alarmed, for monitors that decide by evidence. */
  evidence?: SlotEvidence | null;
  silencedUntil?: string | null;
  value: number | null;
  ci: MetricPoint["ci"];
  n: number;
  limit: number;
  op: "above" | "below";
  affected: number;
}
export interface AlertTimelineItem {
  at: string;
  kind:
    | "fired"
    | "resolved"
    | "acknowledged"
    | "assigned"
    | "silenced"
    | "unsilenced"
    | "note"
    | "delivered"
    | "delivery-failed"
    | "amended"
    | "retracted"
    | "monitor-changed";
  text: string;
  actor: string | null;
}
export interface AlertDetail extends AlertListItem {
  rule: MonitorRule;
  ruleVersion: number;
  runbook: string;
  onset: string;
  /** Windows around the onset, with value, interval and n; the limit is in `rule`. */
  slots: BacktestSlot[];
  referenceValue: number | null;
  /** The feature's distributions over the alert, where the metric has a feature. */
  distribution: Distribution | null;
  /** The monitor's metric by segment value over the alert, worst first; empty when the model has no segments. */
  where: { key: string; rows: SegmentRow[] }[];
  /** Things that happened shortly before. */
  before: TimelineEvent[];
  timeline: AlertTimelineItem[];
  /** A `predictions.search` input that lists the rows behind the alert. */
  rows: {
    model: string;
    from: string;
    to: string;
    version: string | null;
    segment: string[];
    where: string;
    /** True where the metric is over labelled predictions only. */
    labelled?: boolean;
  };
  past: { id: string; openedAt: string; closedAt: string | null; title: string }[];
}
export const AlertsInput = z.object({
  model: z.string().max(256).optional(),
  status: z.enum(["open", "acknowledged", "silenced", "resolved", "all", "active"]).optional(),
  severity: z.enum(["page", "ticket"]).optional(),
  limit: z.number().int().min(1).max(500).optional(),
  cursor: z.string().max(256).nullish(),
});
export interface AlertsAnswer {
  alerts: AlertListItem[];
  cursor: string | null;
  counts: { open: number; acknowledged: number; silenced: number; resolved: number };
}

// Channels, keys, session -----------------------------------------------------------------------------------------

export const CreateChannelInput = z.object({
  kind: z.literal("webhook").default("webhook"),
  name: z.string().min(1).max(128),
  url: z.string().min(1).max(2048),
});
export interface Channel {
  id: string;
  kind: "webhook";
  name: string;
  /** Origin and the last characters of the path only. */
  target: string;
  enabled: boolean;
  createdAt: string;
  lastDelivery: { at: string; ok: boolean; code: number | null; error: string | null } | null;
  failures24h: number;
  monitors: number;
  /** Why it is off, where it is. */
  disabledReason?: string | null;
  /** Since when every attempt has failed; null while deliveries succeed. */
  failingSince?: string | null;
}
/** Answered once, at creation and rotation: the Standard Webhooks signing secret (`whsec_…`). */
export interface ChannelWithSecret extends Channel {
  secret: string;
}
export const KEY_SCOPES = ["ingest", "read", "manage"] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];
export const CreateKeyInput = z.object({
  name: z.string().min(1).max(128),
  scopes: z.array(z.enum(KEY_SCOPES)).min(1).max(3),
  expiresInDays: z.number().int().min(1).max(3650).optional(),
});
export interface ApiKey {
  id: string;
  name: string;
  /** The public start of the key, `plb_…`. */
  prefix: string;
  scopes: KeyScope[];
  createdBy: string;
  createdAt: string;
  expiresAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

// Fleet -----------------------------------------------------------------------------------------------------------

export type HealthState =
  | "alerting"
  | "warning"
  | "no-data"
  | "not-enough-data"
  | "healthy"
  | "silenced"
  | "learning";
export interface FleetRow {
  model: string;
  name: string;
  task: Task;
  state: HealthState;
  /** Since when it has been in that state, where known. */
  since: string | null;
  liveVersion: string | null;
  /** One cell a slot of the range, worst state in it; null where nothing was logged. */
  strip: { from: string; to: string; state: HealthState | null }[];
  performance: MetricPoint | null;
  worstDrift: { feature: string; point: MetricPoint; limit: number } | null;
  volume: { points: { from: string; n: number }[]; perHour: number };
  lastReceivedAt: string | null;
  watermark: string | null;
  openAlerts: { page: number; ticket: number };
}
export interface FleetAnswer {
  rows: FleetRow[];
  checkedAt: string;
}

/** Pushed by `live.changes`; the page asks again for what it shows of that. */
export type LiveChange =
  | {
      kind: "windows";
      model: string;
      version: string;
      from: string;
      to: string;
      watermark: string;
      at: string;
    }
  | { kind: "alerts"; model: string; at: string }
  | { kind: "monitors"; model: string; at: string }
  | { kind: "models"; model: string; at: string }
  | { kind: "events"; model: string; at: string }
  | { kind: "channels"; at: string }
  | { kind: "hello"; at: string };
