import { and, asc, eq } from "drizzle-orm";
import type { MetaDatabase } from "#db/open-meta.ts";
import { modelDimensions, modelFeatures, models, modelVersions } from "#db/schema/models.ts";
import type { FeatureSchema, ModelSchema } from "#server/models/schema.ts";

export type ModelRow = typeof models.$inferSelect;

export interface StoredModel {
  readonly schema: ModelSchema;
  readonly name: string;
  readonly createdAt: number;
  /** At most one false alarm in so many weeks, for all evidence monitors together. */
  readonly budgetWeeks: number;
}

export function readModels(meta: MetaDatabase): StoredModel[] {
  const features = groupBy(
    meta.select().from(modelFeatures).orderBy(asc(modelFeatures.modelId), asc(modelFeatures.position)).all(),
    (row) => row.modelId,
  );
  const dimensions = groupBy(
    meta
      .select()
      .from(modelDimensions)
      .orderBy(asc(modelDimensions.modelId), asc(modelDimensions.position))
      .all(),
    (row) => row.modelId,
  );
  return meta
    .select()
    .from(models)
    .orderBy(asc(models.id))
    .all()
    .map((row) => toStoredModel(row, features.get(row.id) ?? [], dimensions.get(row.id) ?? []));
}

function toStoredModel(
  row: ModelRow,
  features: readonly FeatureSchema[],
  dimensions: readonly { readonly name: string }[],
): StoredModel {
  return {
    name: row.name,
    createdAt: row.createdAt,
    budgetWeeks: row.budgetWeeks,
    schema: {
      modelId: row.id,
      slug: row.slug,
      task: row.task,
      windowMs: row.windowMs,
      positiveClass: row.positiveClass,
      threshold: row.threshold,
      features: features.map(({ name, type, segment }) => ({ name, type, segment })),
      dimensions: dimensions.map(({ name }) => name),
      revision: row.revision,
    },
  };
}

function groupBy<Row, Key>(rows: readonly Row[], keyOf: (row: Row) => Key): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}

export function insertModel(meta: MetaDatabase, row: typeof models.$inferInsert): number {
  return meta.insert(models).values(row).returning({ id: models.id }).get().id;
}

export function updateModel(
  meta: MetaDatabase,
  modelId: number,
  change: Partial<Pick<ModelRow, "name" | "positiveClass" | "threshold" | "budgetWeeks" | "revision">>,
): void {
  meta.update(models).set(change).where(eq(models.id, modelId)).run();
}

/** Adds features after those that are there; `firstPosition` is their number. */
export function insertFeatures(
  meta: MetaDatabase,
  modelId: number,
  firstPosition: number,
  features: readonly FeatureSchema[],
): void {
  for (const [index, { name, type, segment }] of features.entries()) {
    meta
      .insert(modelFeatures)
      .values({ modelId, position: firstPosition + index, name, type, segment })
      .run();
  }
}

export function updateFeature(
  meta: MetaDatabase,
  modelId: number,
  { name, type, segment }: FeatureSchema,
): void {
  meta
    .update(modelFeatures)
    .set({ type, segment })
    .where(and(eq(modelFeatures.modelId, modelId), eq(modelFeatures.name, name)))
    .run();
}

export function insertDimensions(
  meta: MetaDatabase,
  modelId: number,
  firstPosition: number,
  names: readonly string[],
): void {
  for (const [index, name] of names.entries()) {
    meta
      .insert(modelDimensions)
      .values({ modelId, position: firstPosition + index, name })
      .run();
  }
}

export interface StoredVersion {
  readonly modelId: number;
  readonly version: string;
  readonly createdAt: number;
}

export function readVersions(meta: MetaDatabase): StoredVersion[] {
  return meta
    .select()
    .from(modelVersions)
    .orderBy(asc(modelVersions.createdAt), asc(modelVersions.version))
    .all();
}

export function insertVersion(meta: MetaDatabase, version: StoredVersion): void {
  meta.insert(modelVersions).values(version).onConflictDoNothing().run();
}
