import { type BuilderPool, builderKey } from "#server/ingest/builder-pool.ts";
import { LabelBuilder } from "#server/ingest/label-builder.ts";
import type { PredictionBuilder } from "#server/ingest/prediction-builder.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import type { AppendedRequest, AppendRequest } from "#server/store/append.ts";
import type { LabelBatch, PredictionBatch } from "#server/store/columns.ts";

/** A parsed request that waits for its commit. */
export interface QueuedRequest {
  readonly append: AppendRequest;
  readonly rows: number;
  readonly bytes: number;
  readonly queuedAt: number;
  resolve(result: AppendedRequest): void;
  reject(error: unknown): void;
}

/** What the next commit takes: one open batch per model and version that small requests share, and finished batches of large ones. */
export class OpenGroup {
  readonly requests: QueuedRequest[] = [];
  rows = 0;
  bytes = 0;
  private readonly pool: BuilderPool;
  private readonly builders = new Map<string, PredictionBuilder>();
  private readonly labelBuilders = new Map<number, LabelBuilder>();
  private readonly predictionSlots: (PredictionBuilder | PredictionBatch)[] = [];
  private readonly labelSlots: (LabelBuilder | LabelBatch)[] = [];
  private readonly slotOf = new Map<PredictionBuilder | LabelBuilder, number>();

  constructor(pool: BuilderPool) {
    this.pool = pool;
  }

  builder(slug: string, version: string): PredictionBuilder {
    const key = builderKey(slug, version);
    const known = this.builders.get(key);
    if (known !== undefined) return known;
    const builder = this.pool.take(slug, version);
    this.builders.set(key, builder);
    return builder;
  }

  labelBuilder(schema: ModelSchema): LabelBuilder {
    const known = this.labelBuilders.get(schema.modelId);
    // The task decides how values are read, and never changes.
    if (known !== undefined) return known;
    const builder = new LabelBuilder(schema);
    this.labelBuilders.set(schema.modelId, builder);
    return builder;
  }

  /** Position of a shared builder among the group's batches. */
  predictionSlot(builder: PredictionBuilder): number {
    return this.slot(builder, this.predictionSlots);
  }

  labelSlot(builder: LabelBuilder): number {
    return this.slot(builder, this.labelSlots);
  }

  addPredictions(batch: PredictionBatch): number {
    return this.predictionSlots.push(batch) - 1;
  }

  addLabels(batch: LabelBatch): number {
    return this.labelSlots.push(batch) - 1;
  }

  add(request: QueuedRequest): void {
    this.requests.push(request);
    this.rows += request.rows;
    this.bytes += request.bytes;
  }

  /** Packs every batch; the group takes no more rows after this. */
  pack(): { predictions: PredictionBatch[]; labels: LabelBatch[] } {
    const predictions = this.predictionSlots.map((slot) => ("pack" in slot ? packPredictions(slot) : slot));
    const labels = this.labelSlots.map((slot) => ("pack" in slot ? slot.pack() : slot));
    for (const builder of this.builders.values()) this.pool.giveBack(builder);
    return { predictions, labels };
  }

  private slot<Builder extends PredictionBuilder | LabelBuilder>(builder: Builder, slots: unknown[]): number {
    const known = this.slotOf.get(builder);
    if (known !== undefined) return known;
    const slot = slots.push(builder) - 1;
    this.slotOf.set(builder, slot);
    return slot;
  }
}

export function packPredictions(builder: PredictionBuilder): PredictionBatch {
  if (builder.schema === null) throw new Error("A batch was packed before its model was made.");
  return builder.pack(builder.schema.modelId);
}
