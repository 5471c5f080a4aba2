import { inTransaction, type MetaDatabase } from "#db/open-meta.ts";
import {
  insertDimensions,
  insertFeatures,
  insertModel,
  insertVersion,
  readModels,
  readVersions,
  type StoredModel,
  updateFeature,
  updateModel,
} from "#db/queries/models.ts";
import type { Clock } from "#server/kernel/clock.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import type { ModelRegistry } from "#server/models/model-registry.ts";
import {
  DEFAULT_BUDGET_WEEKS,
  DEFAULT_THRESHOLD,
  DEFAULT_WINDOW_MS,
  type FeatureSchema,
  type ModelSchema,
} from "#server/models/schema.ts";

/** What a person may change of a model; features that are named must be there. */
export interface ModelChange {
  readonly name?: string;
  readonly positiveClass?: string | null;
  readonly threshold?: number;
  readonly budgetWeeks?: number;
  readonly features?: ReadonlyArray<Partial<FeatureSchema> & { readonly name: string }>;
}

export interface OpenModelRegistry extends ModelRegistry {
  stored(slug: string): StoredModel | null;
  versions(modelId: number): readonly string[];
  update(modelId: number, change: ModelChange): ModelSchema;
  /** Features and dimensions that rows brought to a model that had some already. */
  onExtended(listener: (schema: ModelSchema, names: readonly string[]) => void): () => void;
}

/** The registry over meta.db. The main thread alone holds one and alone writes models. */
export function openModelRegistry(meta: MetaDatabase, clock: Clock): OpenModelRegistry {
  const bySlug = new Map<string, StoredModel>();
  const byId = new Map<number, StoredModel>();
  const versions = new Map<number, Set<string>>();
  const changed = new Set<(schema: ModelSchema) => void>();
  const extended = new Set<(schema: ModelSchema, names: readonly string[]) => void>();

  const remember = (model: StoredModel): ModelSchema => {
    bySlug.set(model.schema.slug, model);
    byId.set(model.schema.modelId, model);
    for (const listener of changed) listener(model.schema);
    return model.schema;
  };
  const versionsOf = (modelId: number): Set<string> => {
    const known = versions.get(modelId) ?? new Set();
    versions.set(modelId, known);
    return known;
  };
  const required = (modelId: number): StoredModel => {
    const model = byId.get(modelId);
    if (model === undefined) throw new ServiceError("not_found", "There is no model of that id.");
    return model;
  };

  for (const model of readModels(meta)) remember(model);
  for (const { modelId, version } of readVersions(meta)) versionsOf(modelId).add(version);

  return {
    find: (slug) => bySlug.get(slug)?.schema ?? null,
    byId: (modelId) => byId.get(modelId)?.schema ?? null,
    list: () => [...byId.values()].map(({ schema }) => schema),
    stored: (slug) => bySlug.get(slug) ?? null,
    versions: (modelId) => [...versionsOf(modelId)],
    create: (model) => {
      if (bySlug.has(model.slug))
        throw new ServiceError("conflict", `There is a model \`${model.slug}\` already.`);
      return remember(storeNewModel(meta, model, clock.now()));
    },
    extend: (modelId, more) => {
      const model = required(modelId);
      const growth = growthOf(model.schema, more);
      if (growth === null) return model.schema;
      const schema = remember({ ...model, schema: storeGrowth(meta, model.schema, growth) });
      const names = [...growth.features.map(({ name }) => name), ...growth.dimensions];
      if (model.schema.features.length > 0 && names.length > 0) {
        for (const listener of extended) listener(schema, names);
      }
      return schema;
    },
    update: (modelId, change) => {
      const model = required(modelId);
      const schema = storeChange(meta, model.schema, change);
      return remember({
        ...model,
        name: change.name ?? model.name,
        budgetWeeks: change.budgetWeeks ?? model.budgetWeeks,
        schema,
      });
    },
    touchVersion: (modelId, version) => {
      const known = versionsOf(modelId);
      if (known.has(version)) return;
      insertVersion(meta, { modelId, version, createdAt: clock.now() });
      known.add(version);
    },
    onChange: (listener) => subscribe(changed, listener),
    onExtended: (listener) => subscribe(extended, listener),
  };
}

function subscribe<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function storeNewModel(
  meta: MetaDatabase,
  model: Parameters<ModelRegistry["create"]>[0],
  now: number,
): StoredModel {
  const facts = {
    slug: model.slug,
    task: model.task,
    windowMs: model.windowMs ?? DEFAULT_WINDOW_MS,
    positiveClass: model.positiveClass ?? null,
    threshold: model.threshold ?? DEFAULT_THRESHOLD,
    revision: 1,
  };
  const name = model.name ?? model.slug;
  const budgetWeeks = model.budgetWeeks ?? DEFAULT_BUDGET_WEEKS;
  const features = model.features ?? [];
  const modelId = inTransaction(meta, () => {
    const id = insertModel(meta, { ...facts, name, budgetWeeks, origin: model.origin, createdAt: now });
    insertFeatures(meta, id, 0, features);
    return id;
  });
  return { name, createdAt: now, budgetWeeks, schema: { modelId, ...facts, features, dimensions: [] } };
}

interface Growth {
  readonly features: readonly FeatureSchema[];
  readonly dimensions: readonly string[];
  readonly positiveClass: string | null;
}

/** What is new in `more`; null when all of it is known. */
function growthOf(schema: ModelSchema, more: Parameters<ModelRegistry["extend"]>[1]): Growth | null {
  const names = new Set(schema.features.map(({ name }) => name));
  const keys = new Set(schema.dimensions);
  const features = (more.features ?? []).filter(({ name }) => !names.has(name) && names.add(name));
  const dimensions = (more.dimensions ?? []).filter((key) => !keys.has(key) && keys.add(key));
  const learnsClass = schema.positiveClass === null && more.positiveClass !== undefined;
  if (features.length === 0 && dimensions.length === 0 && !learnsClass) return null;
  return {
    features,
    dimensions,
    positiveClass: learnsClass ? (more.positiveClass ?? null) : schema.positiveClass,
  };
}

function storeGrowth(meta: MetaDatabase, schema: ModelSchema, growth: Growth): ModelSchema {
  const { modelId, features, dimensions } = schema;
  const revision = schema.revision + 1;
  inTransaction(meta, () => {
    updateModel(meta, modelId, { positiveClass: growth.positiveClass, revision });
    insertFeatures(meta, modelId, features.length, growth.features);
    insertDimensions(meta, modelId, dimensions.length, growth.dimensions);
  });
  return {
    ...schema,
    features: [...features, ...growth.features],
    dimensions: [...dimensions, ...growth.dimensions],
    positiveClass: growth.positiveClass,
    revision,
  };
}

function storeChange(meta: MetaDatabase, schema: ModelSchema, change: ModelChange): ModelSchema {
  const next: ModelSchema = {
    ...schema,
    positiveClass: change.positiveClass === undefined ? schema.positiveClass : change.positiveClass,
    threshold: change.threshold ?? schema.threshold,
    features: mergeFeatures(schema, change.features ?? []),
    revision: schema.revision + 1,
  };
  inTransaction(meta, () => {
    updateModel(meta, schema.modelId, {
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.budgetWeeks === undefined ? {} : { budgetWeeks: change.budgetWeeks }),
      positiveClass: next.positiveClass,
      threshold: next.threshold,
      revision: next.revision,
    });
    for (const [index, feature] of next.features.entries()) {
      if (feature !== schema.features[index]) updateFeature(meta, schema.modelId, feature);
    }
  });
  return next;
}

function mergeFeatures(schema: ModelSchema, edits: NonNullable<ModelChange["features"]>): FeatureSchema[] {
  const known = new Set(schema.features.map(({ name }) => name));
  const stranger = edits.find(({ name }) => !known.has(name));
  if (stranger !== undefined) {
    throw new ServiceError("bad_request", `The model has no feature \`${stranger.name}\`.`, {
      reason: "unknown_feature",
    });
  }
  const byName = new Map(edits.map((edit) => [edit.name, edit]));
  return schema.features.map((feature) => {
    const edit = byName.get(feature.name);
    if (edit === undefined) return feature;
    return { name: feature.name, type: edit.type ?? feature.type, segment: edit.segment ?? feature.segment };
  });
}
