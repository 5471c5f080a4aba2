import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { migrate } from "drizzle-orm/better-sqlite3/migrator";
import type { MetaDatabase } from "#db/open-meta.ts";
import { ServiceError } from "#server/kernel/errors.ts";

const MIGRATIONS_FOLDER = fileURLToPath(new URL("./migrations", import.meta.url));

interface Journal {
  readonly entries: readonly { readonly when: number }[];
}

/**
 * Brings meta.db to the newest schema, keeping a copy of what was there before. Foreign keys are off outside the
 * transaction: a table rebuild would otherwise cascade into the child rows of the table it drops.
 */
export function migrateMeta(meta: MetaDatabase, path: string): void {
  const applied = lastApplied(meta);
  const newest = newestMigration();
  if (applied !== null && applied >= newest) return;
  if (applied !== null) keepCopy(meta, `${path}.before-${newest}`);
  const sqlite = meta.$client;
  sqlite.pragma("foreign_keys = OFF");
  migrate(meta, { migrationsFolder: MIGRATIONS_FOLDER });
  sqlite.pragma("foreign_keys = ON");
  const broken = sqlite.pragma("foreign_key_check");
  if (Array.isArray(broken) && broken.length > 0) {
    throw new ServiceError(
      "unavailable",
      `The migration of meta.db left ${broken.length} rows without their parent; restore ${path}.before-${newest}.`,
    );
  }
}

function newestMigration(): number {
  const journal: Journal = JSON.parse(readFileSync(join(MIGRATIONS_FOLDER, "meta", "_journal.json"), "utf8"));
  return Math.max(0, ...journal.entries.map((entry) => entry.when));
}

function lastApplied(meta: MetaDatabase): number | null {
  const table = meta.$client
    .prepare("select name from sqlite_master where type = 'table' and name = '__drizzle_migrations'")
    .get();
  if (table === undefined) return null;
  const last = meta.$client.prepare("select max(created_at) from __drizzle_migrations").pluck().get();
  return typeof last === "number" ? last : null;
}

function keepCopy(meta: MetaDatabase, copy: string): void {
  if (!existsSync(copy)) meta.$client.prepare("vacuum into ?").run(copy);
}
