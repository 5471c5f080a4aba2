import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** AUTOINCREMENT: events.db refers to these ids, so none may come back after a delete. */
export const models = sqliteTable("models", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  slug: text("slug").notNull().unique(),
  name: text("name").notNull(),
  task: text("task", { enum: ["binary", "multiclass", "regression", "ranking"] }).notNull(),
  windowMs: integer("window_ms").notNull(),
  positiveClass: text("positive_class"),
  threshold: real("threshold").notNull(),
  budgetWeeks: integer("budget_weeks").notNull().default(13),
  origin: text("origin", { enum: ["api", "first-sight"] }).notNull(),
  revision: integer("revision").notNull(),
  createdAt: integer("created_at").notNull(),
});

export const modelFeatures = sqliteTable(
  "model_features",
  {
    modelId: integer("model_id")
      .notNull()
      .references(() => models.id, { onDelete: "cascade" }),
    position: integer("position").notNull(),
    name: text("name").notNull(),
    type: text("type", { enum: ["number", "category"] }).notNull(),
    segment: integer("segment", { mode: "boolean" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.modelId, table.name] })],
);

/** Keys of the `segments` that rows carry beside features. */
export const modelDimensions = sqliteTable(
  "model_dimensions",
  {
    modelId: integer("model_id")
      .notNull()
      .references(() => models.id, { onDelete: "cascade" }),
    position: integer("position").notNull(),
    name: text("name").notNull(),
  },
  (table) => [primaryKey({ columns: [table.modelId, table.name] })],
);

export const STAGES = ["registered", "challenger", "champion", "retired"] as const;

export const modelVersions = sqliteTable(
  "model_versions",
  {
    modelId: integer("model_id")
      .notNull()
      .references(() => models.id, { onDelete: "cascade" }),
    version: text("version").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.modelId, table.version] })],
);

/** Everything that is drawn on the event lane. A version's stage is what its latest stage event says. */
export const modelEvents = sqliteTable(
  "model_events",
  {
    id: text("id").primaryKey(),
    modelId: integer("model_id")
      .notNull()
      .references(() => models.id, { onDelete: "cascade" }),
    kind: text("kind", {
      enum: ["deploy", "stage", "note", "schema", "reference", "monitor", "new-category"],
    }).notNull(),
    version: text("version"),
    stage: text("stage", { enum: STAGES }),
    at: integer("at").notNull(),
    text: text("text").notNull(),
    actor: text("actor").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [index("model_events_time").on(table.modelId, table.at)],
);
