import type { FeatureSchema, ModelSchema, Task } from "#server/models/schema.ts";

/** The models in memory, for the hot path; every change is on disk before it is seen here. */
export interface ModelRegistry {
  find(slug: string): ModelSchema | null;
  byId(modelId: number): ModelSchema | null;
  list(): readonly ModelSchema[];
  /** Refuses with ServiceError `conflict` when the slug is taken. */
  create(model: {
    slug: string;
    task: Task;
    name?: string;
    windowMs?: number;
    positiveClass?: string | null;
    threshold?: number;
    budgetWeeks?: number;
    features?: readonly FeatureSchema[];
    origin: "api" | "first-sight";
  }): ModelSchema;
  /** Appends features and dimensions that rows brought; names already there are left as they are. */
  extend(
    modelId: number,
    more: { features?: readonly FeatureSchema[]; dimensions?: readonly string[]; positiveClass?: string },
  ): ModelSchema;
  /** Records a version on first sight; cheap when it is known. */
  touchVersion(modelId: number, version: string): void;
  /** Called with every new state of a schema. Returns the unsubscribe function. */
  onChange(listener: (schema: ModelSchema) => void): () => void;
}

/** Whose numbers are *live*: the champion of each instant. Empty when no version was ever promoted. */
export interface ChampionInterval {
  readonly version: string;
  /** from ≤ t < to, milliseconds; the last one's `to` is Infinity. */
  readonly from: number;
  readonly to: number;
}
