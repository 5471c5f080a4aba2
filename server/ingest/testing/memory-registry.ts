import { ServiceError } from "#server/kernel/errors.ts";
import type { ModelRegistry } from "#server/models/model-registry.ts";
import { DEFAULT_THRESHOLD, DEFAULT_WINDOW_MS, type ModelSchema } from "#server/models/schema.ts";

/** A registry without a disk, for tests and benches. */
export function memoryRegistry(): ModelRegistry & { readonly versions: Set<string> } {
  const models = new Map<string, ModelSchema>();
  const listeners = new Set<(schema: ModelSchema) => void>();
  const versions = new Set<string>();
  const put = (schema: ModelSchema): ModelSchema => {
    models.set(schema.slug, schema);
    for (const listener of listeners) listener(schema);
    return schema;
  };
  const byId = (modelId: number) => [...models.values()].find((schema) => schema.modelId === modelId) ?? null;
  return {
    versions,
    find: (slug) => models.get(slug) ?? null,
    byId,
    list: () => [...models.values()],
    create: (model) => {
      if (models.has(model.slug)) throw new ServiceError("conflict", "taken");
      return put({
        modelId: models.size + 1,
        slug: model.slug,
        task: model.task,
        windowMs: model.windowMs ?? DEFAULT_WINDOW_MS,
        positiveClass: model.positiveClass ?? null,
        threshold: model.threshold ?? DEFAULT_THRESHOLD,
        features: model.features ?? [],
        dimensions: [],
        revision: 1,
      });
    },
    extend: (modelId, more) => {
      const schema = byId(modelId);
      if (schema === null) throw new ServiceError("not_found", "no such model");
      const names = new Set(schema.features.map(({ name }) => name));
      const keys = new Set(schema.dimensions);
      return put({
        ...schema,
        features: [...schema.features, ...(more.features ?? []).filter(({ name }) => !names.has(name))],
        dimensions: [...schema.dimensions, ...(more.dimensions ?? []).filter((name) => !keys.has(name))],
        positiveClass: schema.positiveClass ?? more.positiveClass ?? null,
        revision: schema.revision + 1,
      });
    },
    touchVersion: (modelId, version) => {
      versions.add(`${modelId}:${version}`);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
