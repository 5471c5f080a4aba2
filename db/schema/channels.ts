import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const channels = sqliteTable("channels", {
  id: text("id").primaryKey(),
  kind: text("kind", { enum: ["webhook"] }).notNull(),
  name: text("name").notNull(),
  /** Origin and the last characters of the path: what people may see. */
  target: text("target").notNull(),
  /** The address may carry a token, so it is sealed like the signing secret. */
  sealedUrl: text("sealed_url").notNull(),
  sealedSecret: text("sealed_secret").notNull(),
  enabled: integer("enabled", { mode: "boolean" }).notNull(),
  disabledReason: text("disabled_reason"),
  /** Since when every attempt has failed; null after a success. */
  failingSince: integer("failing_since"),
  lastAttemptAt: integer("last_attempt_at"),
  lastOk: integer("last_ok", { mode: "boolean" }),
  lastCode: integer("last_code"),
  lastError: text("last_error"),
  createdAt: integer("created_at").notNull(),
  createdBy: text("created_by").notNull(),
});
