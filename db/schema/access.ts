import { blob, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** The secret itself is nowhere: only its SHA-256. */
export const apiKeys = sqliteTable("api_keys", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  scopes: text("scopes", { mode: "json" }).$type<string[]>().notNull(),
  secretHash: blob("secret_hash", { mode: "buffer" }).notNull(),
  createdBy: text("created_by").notNull(),
  createdAt: integer("created_at").notNull(),
  expiresAt: integer("expires_at").notNull(),
  lastUsedAt: integer("last_used_at"),
  revokedAt: integer("revoked_at"),
});

/** Links that work once: the first owner's set-up and the demo's sign-in. Kept as hashes. */
export const oneTimeTokens = sqliteTable("one_time_tokens", {
  tokenHash: text("token_hash").primaryKey(),
  purpose: text("purpose", { enum: ["setup", "sign-in"] }).notNull(),
  userId: text("user_id"),
  createdAt: integer("created_at").notNull(),
  expiresAt: integer("expires_at").notNull(),
  usedAt: integer("used_at"),
});
