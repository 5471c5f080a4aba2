import { blob, foreignKey, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { models } from "#db/schema/models.ts";

/** Frozen profiles that production is compared with. A version's current one is the latest put in force. */
export const modelReferences = sqliteTable(
  "model_references",
  {
    modelId: integer("model_id")
      .notNull()
      .references(() => models.id, { onDelete: "cascade" }),
    version: text("version").notNull(),
    /** `sha256:` and 64 hex digits of what was profiled. */
    refId: text("ref_id").notNull(),
    name: text("name").notNull(),
    source: text("source", { enum: ["upload", "range"] }).notNull(),
    rows: integer("rows").notNull(),
    labelled: integer("labelled").notNull(),
    createdAt: integer("created_at").notNull(),
    inForceSince: integer("in_force_since").notNull(),
    /** Columns and rows that were left out, with reasons. */
    skipped: text("skipped", { mode: "json" }).$type<Array<{ what: string; reason: string }>>().notNull(),
    /** Layout and summaries in the encoding of `server/windows`. */
    layout: text("layout").notNull(),
    summary: blob("summary", { mode: "buffer" }).notNull(),
    segments: blob("segments", { mode: "buffer" }),
  },
  (table) => [
    primaryKey({ columns: [table.modelId, table.version, table.refId] }),
    index("model_references_in_force").on(table.modelId, table.inForceSince),
  ],
);

/** Some rows of a reference, apart from its profile: only comparisons of all features together read them. */
export const referenceSamples = sqliteTable(
  "reference_samples",
  {
    modelId: integer("model_id").notNull(),
    version: text("version").notNull(),
    refId: text("ref_id").notNull(),
    /** In the encoding of `server/references/reference-sample.ts`. */
    sample: blob("sample", { mode: "buffer" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.modelId, table.version, table.refId] }),
    foreignKey({
      columns: [table.modelId, table.version, table.refId],
      foreignColumns: [modelReferences.modelId, modelReferences.version, modelReferences.refId],
    }).onDelete("cascade"),
  ],
);
