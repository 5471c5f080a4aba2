import { type BuilderPool, builderKey } from "#server/ingest/builder-pool.ts";
import type { IngestLimits, IngestSettings } from "#server/ingest/ingest-limits.ts";
import { LabelBuilder } from "#server/ingest/label-builder.ts";
import type { LabelTarget } from "#server/ingest/label-intake.ts";
import { type OpenGroup, packPredictions } from "#server/ingest/open-group.ts";
import type { PredictionBuilder } from "#server/ingest/prediction-builder.ts";
import type { PredictionTarget } from "#server/ingest/prediction-intake.ts";
import { type RowCode, RowReport } from "#server/ingest/row-report.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import type { ModelRegistry } from "#server/models/model-registry.ts";
import type { ModelSchema, Task } from "#server/models/schema.ts";
import type { RequestSlice } from "#server/store/append.ts";

/** The rows of this request in one builder: where they start, and which rows of the request they are. */
export interface RowTrack {
  readonly from: number;
  readonly indexes: number[];
  readonly ids: string[];
}

/** Rows whose id the server made, told back to the sender. */
export interface MadeId {
  readonly index: number;
  readonly id: string;
}

interface Tracked<Builder> extends RowTrack {
  readonly builder: Builder;
}

/**
 * One request on its way into a group. With `shared` its rows go straight into the group's open batches, which is sound
 * only while nothing else runs until `finish`; without, into batches of its own that join the group when it is complete.
 */
export class IngestRun implements PredictionTarget, LabelTarget {
  readonly report: RowReport;
  readonly madeIds: MadeId[] = [];
  private readonly registry: ModelRegistry;
  private readonly settings: IngestSettings;
  private readonly pool: BuilderPool;
  private readonly shared: OpenGroup | null;
  private readonly predictions = new Map<PredictionBuilder, Tracked<PredictionBuilder>>();
  private readonly labels = new Map<LabelBuilder, Tracked<LabelBuilder>>();
  private readonly ownBuilders = new Map<string, PredictionBuilder>();
  private readonly ownLabelBuilders = new Map<number, LabelBuilder>();
  private readonly draftTasks = new Map<string, Task>();

  constructor(
    parts: { registry: ModelRegistry; settings: IngestSettings; limits: IngestLimits; pool: BuilderPool },
    shared: OpenGroup | null,
  ) {
    this.registry = parts.registry;
    this.settings = parts.settings;
    this.pool = parts.pool;
    this.report = new RowReport(parts.limits);
    this.shared = shared;
  }

  builderFor(slug: string, version: string, task: () => Task | null): PredictionBuilder | null {
    const schema = this.registry.find(slug);
    if (schema === null && !this.settings.autoCreateModels) return this.refuseModel("create it first.");
    const draftTask = schema === null ? (this.draftTasks.get(slug) ?? task()) : null;
    if (schema === null && draftTask === null) return null;
    const builder = this.builder(slug, version);
    if (schema !== null) builder.bind(schema);
    else if (draftTask !== null) builder.task = draftTask;
    return builder;
  }

  commit(builder: PredictionBuilder, index: number, id: string, madeId: boolean): void {
    if (builder.schema === null) this.draftTasks.set(builder.slug, builder.task);
    this.track(this.predictions, builder, builder.count, index, id);
    builder.count++;
    if (madeId) this.madeIds.push({ index, id });
  }

  labelBuilderFor(slug: string): LabelBuilder | null {
    const schema = this.registry.find(slug);
    if (schema === null) return this.refuseModel("log a prediction of it first, or create it.");
    if (this.shared !== null) return this.shared.labelBuilder(schema);
    const known = this.ownLabelBuilders.get(schema.modelId) ?? new LabelBuilder(schema);
    this.ownLabelBuilders.set(schema.modelId, known);
    return known;
  }

  commitLabel(builder: LabelBuilder, index: number, id: string): void {
    this.track(this.labels, builder, builder.count - 1, index, id);
  }

  get acceptedRows(): number {
    return this.report.rows - this.report.refused;
  }

  /** Every row is in: makes what the rows brought known to the registry, then joins the group. */
  finish(group: OpenGroup): { predictions: RequestSlice[]; labels: RequestSlice[]; tracks: RowTrack[] } {
    for (const { builder, from } of this.predictions.values()) this.settle(builder, from);
    const predictions = [...this.predictions.values()].map((tracked) =>
      sliceOf(
        tracked,
        this.shared === null
          ? this.joinPredictions(group, tracked.builder)
          : group.predictionSlot(tracked.builder),
      ),
    );
    const labels = [...this.labels.values()].map((tracked) =>
      sliceOf(
        tracked,
        this.shared === null ? group.addLabels(tracked.builder.pack()) : group.labelSlot(tracked.builder),
      ),
    );
    return { predictions, labels, tracks: [...this.predictions.values(), ...this.labels.values()] };
  }

  /** Takes back all that this request wrote. */
  rollBack(): void {
    for (const { builder, from } of this.predictions.values()) builder.truncate(from);
    for (const { builder, from } of this.labels.values()) builder.truncate(from);
    for (const builder of this.ownBuilders.values()) this.pool.giveBack(builder);
  }

  private builder(slug: string, version: string): PredictionBuilder {
    if (this.shared !== null) return this.shared.builder(slug, version);
    const key = builderKey(slug, version);
    const known = this.ownBuilders.get(key) ?? this.pool.take(slug, version);
    this.ownBuilders.set(key, known);
    return known;
  }

  private joinPredictions(group: OpenGroup, builder: PredictionBuilder): number {
    const slot = group.addPredictions(packPredictions(builder));
    this.pool.giveBack(builder);
    return slot;
  }

  private settle(builder: PredictionBuilder, from: number): void {
    const schema = this.schemaOf(builder);
    const features = builder.newFeatures.map(({ feature }) => feature);
    const dimensions = builder.newDimensions.map(({ name }) => name);
    const positiveClass = schema.positiveClass === null ? builder.positiveClass.learn(builder, from) : null;
    const isNew = features.length > 0 || dimensions.length > 0 || positiveClass !== null;
    const more = positiveClass === null ? { features, dimensions } : { features, dimensions, positiveClass };
    builder.adopt(isNew ? this.registry.extend(schema.modelId, more) : schema);
    if (builder.versionKnown) return;
    this.registry.touchVersion(schema.modelId, builder.version);
    builder.versionKnown = true;
  }

  private schemaOf(builder: PredictionBuilder): ModelSchema {
    if (builder.schema !== null) return builder.schema;
    const { slug, task } = builder;
    const schema = this.registry.find(slug) ?? this.registry.create({ slug, task, origin: "first-sight" });
    if (schema.task === task) return schema;
    throw new ServiceError(
      "unavailable",
      "The model was created meanwhile, with another task; send the same bytes again.",
      {
        reason: "model_changed",
        retryAfterSeconds: 1,
      },
    );
  }

  private refuseModel(help: string): null {
    const code: RowCode = "unknown_model";
    this.report.refuse(code, "model", `\`model\` names a model that is not known here; ${help}`);
    return null;
  }

  private track<Builder>(
    tracks: Map<Builder, Tracked<Builder>>,
    builder: Builder,
    row: number,
    index: number,
    id: string,
  ): void {
    let tracked = tracks.get(builder);
    if (tracked === undefined) {
      tracked = { builder, from: row, indexes: [], ids: [] };
      tracks.set(builder, tracked);
    }
    tracked.indexes.push(index);
    tracked.ids.push(id);
  }
}

function sliceOf({ from, indexes }: RowTrack, batch: number): RequestSlice {
  return { batch, from, to: from + indexes.length };
}
