import { desc, eq } from "drizzle-orm";
import type { MetaDatabase } from "#db/open-meta.ts";
import { apiKeys } from "#db/schema/access.ts";

export type ApiKeyRow = typeof apiKeys.$inferSelect;

export function insertApiKey(meta: MetaDatabase, row: ApiKeyRow): void {
  meta.insert(apiKeys).values(row).run();
}

export function findApiKey(meta: MetaDatabase, id: string): ApiKeyRow | null {
  return meta.select().from(apiKeys).where(eq(apiKeys.id, id)).get() ?? null;
}

export function listApiKeys(meta: MetaDatabase): ApiKeyRow[] {
  return meta.select().from(apiKeys).orderBy(desc(apiKeys.createdAt), desc(apiKeys.id)).all();
}

export function revokeApiKey(meta: MetaDatabase, id: string, revokedAt: number): void {
  meta.update(apiKeys).set({ revokedAt }).where(eq(apiKeys.id, id)).run();
}

export function touchApiKey(meta: MetaDatabase, id: string, lastUsedAt: number): void {
  meta.update(apiKeys).set({ lastUsedAt }).where(eq(apiKeys.id, id)).run();
}
