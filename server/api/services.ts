import type { Readable } from "node:stream";
import type { z } from "zod";
import type { Principal } from "#server/access/principal.ts";
import type {
  AlertDetail,
  AlertListItem,
  AlertsAnswer,
  AlertsInput,
  ApiKey,
  BacktestAnswer,
  BacktestInput,
  Channel,
  ChannelWithSecret,
  CreateChannelInput,
  CreateKeyInput,
  CreateModelInput,
  CreateMonitorInput,
  Curves,
  CurvesInput,
  Distribution,
  DistributionInput,
  EventInput,
  FleetAnswer,
  LiveChange,
  MetricDefinition,
  MetricsAnswer,
  MetricsQueryInput,
  ModelDetail,
  ModelListItem,
  Monitor,
  PredictionInput,
  PredictionRow,
  PredictionsAnswer,
  PredictionsInput,
  ReferenceInfo,
  SegmentRow,
  SegmentsInput,
  TimelineEvent,
  UpdateModelInput,
  UpdateMonitorInput,
} from "#server/api/contract.ts";
import type {
  BudgetInput,
  EvidenceInput,
  ModelBudget,
  MonitorEvidence,
  RecommendedInput,
  RecommendedMonitors,
  WatchInput,
} from "#server/api/contracts/budget.ts";
import type { EstimatesAnswer, EstimatesInput } from "#server/api/contracts/estimates.ts";
import type { FairnessAnswer, FairnessInput } from "#server/api/contracts/fairness.ts";
import type { LabelAgesAnswer, LabelAgesInput } from "#server/api/contracts/label-ages.ts";
import type { MultivariateAnswer, MultivariateInput } from "#server/api/contracts/multivariate.ts";
import type { QualityAnswer, QualityInput } from "#server/api/contracts/quality.ts";
import type {
  SegmentChange,
  SegmentChangeInput,
  SegmentTable,
  SegmentTableInput,
  WorstSlices,
  WorstSlicesInput,
} from "#server/api/contracts/segments.ts";
import type {
  AlertIdInput,
  AssignInput,
  DeliveriesInput,
  EventsInput,
  FleetInput,
  IdInput,
  NoteInput,
  ReferenceFromRangeInput,
  ResolveInput,
  SilenceInput,
  UpdateChannelInput,
} from "#server/api/inputs.ts";
import type { IngestAnswer } from "#server/ingest/ingest-answer.ts";
import type { Delivery } from "#server/notify/manage-channels.ts";

/** A file on its way in, as the wire describes it. */
export interface ReferenceFile {
  readonly model: string;
  readonly version: string;
  readonly name: string;
  readonly map: string | null;
  readonly contentType: string;
  readonly gzip: boolean;
  readonly stream: Readable;
}
export interface UploadedReference {
  readonly reference: string;
  readonly rows: number;
  readonly features: Readonly<Record<string, { type: "number" | "category"; segment?: true }>>;
  readonly skipped: readonly { what: string; reason: string }[];
  /** True when the same content was there already. */
  readonly known: boolean;
}

/** What the routers and REST call. `server/pipeline.ts` fills it from the stages; tests fill it with doubles. */
export interface Services {
  readonly models: {
    list(): Promise<ModelListItem[]>;
    get(model: string): Promise<ModelDetail>;
    /** `created` is false when the same model was there already. */
    create(
      input: z.infer<typeof CreateModelInput>,
      who: Principal,
    ): Promise<{ model: ModelDetail; created: boolean }>;
    update(input: z.infer<typeof UpdateModelInput>, who: Principal): Promise<ModelDetail>;
    events(input: z.infer<typeof EventsInput>): Promise<TimelineEvent[]>;
    addEvent(input: z.infer<typeof EventInput>, who: Principal): Promise<TimelineEvent>;
  };
  readonly fleet: { get(input: z.infer<typeof FleetInput>): Promise<FleetAnswer> };
  readonly metrics: {
    list(): Promise<MetricDefinition[]>;
    query(input: z.infer<typeof MetricsQueryInput>): Promise<MetricsAnswer>;
  };
  readonly drift: {
    distribution(input: z.infer<typeof DistributionInput>): Promise<Distribution>;
    multivariate(input: z.infer<typeof MultivariateInput>): Promise<MultivariateAnswer>;
  };
  readonly performance: {
    labelAges(input: z.infer<typeof LabelAgesInput>): Promise<LabelAgesAnswer>;
    estimates(input: z.infer<typeof EstimatesInput>): Promise<EstimatesAnswer>;
    curves(input: z.infer<typeof CurvesInput>): Promise<Curves>;
    segments(input: z.infer<typeof SegmentsInput>): Promise<SegmentRow[]>;
  };
  readonly quality: { get(input: z.infer<typeof QualityInput>): Promise<QualityAnswer> };
  readonly fairness: { get(input: z.infer<typeof FairnessInput>): Promise<FairnessAnswer> };
  readonly segments: {
    table(input: z.infer<typeof SegmentTableInput>): Promise<SegmentTable>;
    change(input: z.infer<typeof SegmentChangeInput>): Promise<SegmentChange>;
    worst(input: z.infer<typeof WorstSlicesInput>): Promise<WorstSlices>;
  };
  readonly predictions: {
    log(body: unknown, who: Principal): Promise<IngestAnswer>;
    search(input: z.infer<typeof PredictionsInput>): Promise<PredictionsAnswer>;
    /** All rows that a search would find, page by page, for an export. */
    pages(input: z.infer<typeof PredictionsInput>): AsyncIterable<PredictionRow[]>;
    get(input: z.infer<typeof PredictionInput>): Promise<PredictionRow[]>;
  };
  readonly labels: { log(body: unknown, who: Principal): Promise<IngestAnswer> };
  readonly references: {
    fromRange(input: z.infer<typeof ReferenceFromRangeInput>, who: Principal): Promise<ReferenceInfo>;
    upload(upload: ReferenceFile, who: Principal): Promise<UploadedReference>;
  };
  readonly monitors: {
    list(input: { model?: string }): Promise<Monitor[]>;
    get(input: IdInput): Promise<Monitor>;
    create(input: z.infer<typeof CreateMonitorInput>, who: Principal): Promise<Monitor>;
    update(input: z.infer<typeof UpdateMonitorInput>, who: Principal): Promise<Monitor>;
    delete(input: IdInput, who: Principal): Promise<void>;
    backtest(input: z.infer<typeof BacktestInput>): Promise<BacktestAnswer>;
    budget(input: z.infer<typeof BudgetInput>): Promise<ModelBudget>;
    evidence(input: z.infer<typeof EvidenceInput>): Promise<MonitorEvidence[]>;
    recommended(input: z.infer<typeof RecommendedInput>): Promise<RecommendedMonitors>;
    /** Makes what is recommended and not there yet. */
    watch(input: z.infer<typeof WatchInput>, who: Principal): Promise<Monitor[]>;
  };
  readonly alerts: {
    list(input: z.infer<typeof AlertsInput>): Promise<AlertsAnswer>;
    get(input: z.infer<typeof AlertIdInput>): Promise<AlertDetail>;
    acknowledge(input: z.infer<typeof AlertIdInput>, who: Principal): Promise<AlertListItem>;
    unacknowledge(input: z.infer<typeof AlertIdInput>, who: Principal): Promise<AlertListItem>;
    assign(input: z.infer<typeof AssignInput>, who: Principal): Promise<AlertListItem>;
    silence(input: z.infer<typeof SilenceInput>, who: Principal): Promise<AlertListItem>;
    unsilence(input: z.infer<typeof AlertIdInput>, who: Principal): Promise<AlertListItem>;
    resolve(input: z.infer<typeof ResolveInput>, who: Principal): Promise<AlertListItem>;
    note(input: z.infer<typeof NoteInput>, who: Principal): Promise<AlertListItem>;
  };
  readonly channels: {
    list(): Promise<Channel[]>;
    create(input: z.infer<typeof CreateChannelInput>, who: Principal): Promise<ChannelWithSecret>;
    update(input: z.infer<typeof UpdateChannelInput>, who: Principal): Promise<Channel>;
    delete(input: IdInput, who: Principal): Promise<void>;
    test(input: IdInput, who: Principal): Promise<Delivery>;
    deliveries(input: z.infer<typeof DeliveriesInput>): Promise<Delivery[]>;
  };
  readonly keys: {
    list(): Promise<ApiKey[]>;
    create(input: z.infer<typeof CreateKeyInput>, who: Principal): Promise<{ key: string; info: ApiKey }>;
    revoke(input: IdInput, who: Principal): Promise<ApiKey>;
  };
  readonly live: {
    /** Every change from now on, until the signal aborts; refuses with `unavailable` when all streams are taken. */
    changes(
      signal: AbortSignal,
      who: Principal,
      lastEventId: string | null,
    ): AsyncIterable<{ id: string; change: LiveChange }>;
  };
}
