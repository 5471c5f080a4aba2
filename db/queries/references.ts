import { and, desc, eq, getTableColumns, sql } from "drizzle-orm";
import type { MetaDatabase } from "#db/open-meta.ts";
import { modelReferences, referenceSamples } from "#db/schema/references.ts";

export type ReferenceRow = typeof modelReferences.$inferSelect;
/** Without the profile itself, which may be large. */
export type ReferenceFactsRow = Omit<ReferenceRow, "layout" | "summary" | "segments">;

export function findReference(
  meta: MetaDatabase,
  modelId: number,
  version: string,
  refId: string,
): ReferenceRow | null {
  const { modelId: model, version: ofVersion, refId: id } = modelReferences;
  const where = and(eq(model, modelId), eq(ofVersion, version), eq(id, refId));
  return meta.select().from(modelReferences).where(where).get() ?? null;
}

export function findCurrentReference(
  meta: MetaDatabase,
  modelId: number,
  version: string,
): ReferenceRow | null {
  return (
    meta
      .select()
      .from(modelReferences)
      .where(and(eq(modelReferences.modelId, modelId), eq(modelReferences.version, version)))
      .orderBy(desc(modelReferences.inForceSince), desc(sql`rowid`))
      .limit(1)
      .get() ?? null
  );
}

/** Latest in force first. */
export function listReferences(meta: MetaDatabase, modelId: number): ReferenceFactsRow[] {
  const {
    layout: _layout,
    summary: _summary,
    segments: _segments,
    ...facts
  } = getTableColumns(modelReferences);
  return meta
    .select(facts)
    .from(modelReferences)
    .where(eq(modelReferences.modelId, modelId))
    .orderBy(desc(modelReferences.inForceSince), desc(sql`rowid`))
    .all();
}

/** One that is there already keeps its name and time and comes into force again. */
export function saveReference(meta: MetaDatabase, row: ReferenceRow): void {
  const { modelId, version, refId } = modelReferences;
  meta
    .insert(modelReferences)
    .values(row)
    .onConflictDoUpdate({
      target: [modelId, version, refId],
      set: {
        inForceSince: sql`max(${row.inForceSince}, (select coalesce(max(in_force_since), 0) + 1 from model_references where model_id = ${row.modelId} and version = ${row.version}))`,
      },
    })
    .run();
}

/** Content has one sample for good, so one that is there stays. */
export function saveReferenceSample(
  meta: MetaDatabase,
  of: { readonly modelId: number; readonly version: string; readonly refId: string },
  sample: Uint8Array,
): void {
  const { modelId, version, refId } = of;
  meta
    .insert(referenceSamples)
    .values({ modelId, version, refId, sample: Buffer.from(sample) })
    .onConflictDoNothing()
    .run();
}

export function findReferenceSample(
  meta: MetaDatabase,
  modelId: number,
  version: string,
  refId: string,
): Uint8Array | null {
  const { modelId: model, version: ofVersion, refId: id, sample } = referenceSamples;
  const where = and(eq(model, modelId), eq(ofVersion, version), eq(id, refId));
  return meta.select({ sample }).from(referenceSamples).where(where).get()?.sample ?? null;
}
