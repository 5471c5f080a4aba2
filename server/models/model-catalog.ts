import type { MetaDatabase } from "#db/open-meta.ts";
import { readModels, readVersions, type StoredModel } from "#db/queries/models.ts";
import type { ChampionInterval, ModelRegistry } from "#server/models/model-registry.ts";
import { readChampionIntervals } from "#server/models/timeline.ts";

/** The models as the threads beside main see them: read-only, and as fresh as meta.db itself. */
export interface ModelCatalog {
  find(slug: string): StoredModel | null;
  byId(modelId: number): StoredModel | null;
  list(): readonly StoredModel[];
  versions(modelId: number): readonly string[];
  championIntervals(modelId: number): readonly ChampionInterval[];
}

/** The catalog for whoever asks for schemas alone. */
export function schemasOf(catalog: ModelCatalog): Pick<ModelRegistry, "find" | "byId" | "list"> {
  return {
    find: (slug) => catalog.find(slug)?.schema ?? null,
    byId: (modelId) => catalog.byId(modelId)?.schema ?? null,
    list: () => catalog.list().map(({ schema }) => schema),
  };
}

interface Snapshot {
  readonly bySlug: ReadonlyMap<string, StoredModel>;
  readonly byId: ReadonlyMap<number, StoredModel>;
  readonly versions: ReadonlyMap<number, readonly string[]>;
  readonly intervals: Map<number, readonly ChampionInterval[]>;
}

/** Reads everything again whenever another connection committed, which SQLite's data_version tells for free. */
export function openModelCatalog(meta: MetaDatabase): ModelCatalog {
  let seen: unknown = null;
  let snapshot: Snapshot | null = null;
  const current = (): Snapshot => {
    const version = meta.$client.pragma("data_version", { simple: true });
    if (snapshot === null || version !== seen) {
      snapshot = takeSnapshot(meta);
      seen = version;
    }
    return snapshot;
  };
  return {
    find: (slug) => current().bySlug.get(slug) ?? null,
    byId: (modelId) => current().byId.get(modelId) ?? null,
    list: () => [...current().byId.values()],
    versions: (modelId) => current().versions.get(modelId) ?? [],
    championIntervals: (modelId) => {
      const { intervals } = current();
      const known = intervals.get(modelId);
      if (known !== undefined) return known;
      const read = readChampionIntervals(meta, modelId);
      intervals.set(modelId, read);
      return read;
    },
  };
}

function takeSnapshot(meta: MetaDatabase): Snapshot {
  const stored = readModels(meta);
  const versions = new Map<number, string[]>();
  for (const { modelId, version } of readVersions(meta)) {
    versions.set(modelId, [...(versions.get(modelId) ?? []), version]);
  }
  return {
    bySlug: new Map(stored.map((model) => [model.schema.slug, model])),
    byId: new Map(stored.map((model) => [model.schema.modelId, model])),
    versions,
    intervals: new Map(),
  };
}
