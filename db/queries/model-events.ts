import { and, asc, eq, gte, lt } from "drizzle-orm";
import type { MetaDatabase } from "#db/open-meta.ts";
import { modelEvents } from "#db/schema/models.ts";

export type ModelEventRow = typeof modelEvents.$inferSelect;

export function insertModelEvent(meta: MetaDatabase, row: ModelEventRow): void {
  meta.insert(modelEvents).values(row).run();
}

/** Events of a model with from ≤ at < to, oldest first. */
export function readModelEvents(
  meta: MetaDatabase,
  modelId: number,
  from: number,
  to: number,
): ModelEventRow[] {
  return meta
    .select()
    .from(modelEvents)
    .where(and(eq(modelEvents.modelId, modelId), gte(modelEvents.at, from), lt(modelEvents.at, to)))
    .orderBy(asc(modelEvents.at), asc(modelEvents.createdAt), asc(modelEvents.id))
    .all();
}

export function readStageEvents(meta: MetaDatabase, modelId: number): ModelEventRow[] {
  return meta
    .select()
    .from(modelEvents)
    .where(and(eq(modelEvents.modelId, modelId), eq(modelEvents.kind, "stage")))
    .orderBy(asc(modelEvents.at), asc(modelEvents.createdAt), asc(modelEvents.id))
    .all();
}
